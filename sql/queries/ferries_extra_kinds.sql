-- Extras that operators have added.

-- name: added_extras(operator_id)
-- not null: operator_code, operator_name, names, lists
-- Of one operator, of all for null; `lists` is how many price lists sell it.
select k.code, op.code as operator_code, op.name as operator_name, k.names,
       (select count(*) from fare_extra e where e.kind = k.code)::int as lists
from extra_kind k join operator op on op.id = k.operator_id
where $1::uuid is null or k.operator_id = $1
order by op.name, op.code, k.names ->> 'en', k.code;

-- name: extra_names()
-- not null: names
select code, names from extra_kind where operator_id is not null order by code;

-- name: house_operators(operator_id)
select id, code, name, currency from operator
where kind = 'house' and ($1::uuid is null or id = $1) order by name, code;

-- name: extra_codes(operator_id)
-- Its own, after those that every operator may sell.
select code from extra_kind where operator_id is null or operator_id = $1
order by operator_id is not null, code;

-- name: add_extra_kind(code, operator_id, names)
-- No row: there is one of that code.
insert into extra_kind (code, operator_id, names) values ($1, $2, $3)
on conflict (code) do nothing
returning code;

-- name: lock_operator(id)
-- Two clerks who add kinds do so one after the other: their number has a bound.
select id from operator where id = $1 for update;

-- name: lock_extra_kind(code)
-- Apart from `remove_extra_kind`: a statement that waited for a list does not see that it sells it.
select code from extra_kind where code = $1 for update;

-- name: keep_extra_kinds(codes)
-- Whoever writes a list that sells them goes first; what is removed before is not there any more.
select code from extra_kind where code = any($1::text[]) order by code for key share;

-- name: remove_extra_kind(code)
-- None is removed that a price list sells.
delete from extra_kind k
where k.code = $1 and k.operator_id is not null
  and not exists (select from fare_extra e where e.kind = k.code);
