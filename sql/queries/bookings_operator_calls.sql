-- name: add_operator_call(id, reference, operator, action, outcome, answer, took_ms)
insert into operator_call (id, reference, operator, action, outcome, answer, took_ms)
values ($1, $2, $3, $4, $5, $6, $7);
