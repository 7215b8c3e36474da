-- name: keep_operator_call(id, reference, operator, action, outcome, answer, took_ms)
-- That it is asked, and then how it ended.
insert into operator_call (id, reference, operator, action, outcome, answer, took_ms)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (id) do update
set outcome = excluded.outcome, answer = excluded.answer, took_ms = excluded.took_ms;
