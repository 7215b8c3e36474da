-- Promo codes as operators make them.

-- name: promotions_of(operator_id)
-- not null: operator_code, operator_name
-- Of one operator, of all for null: those in use first, then the newest.
select p.id, op.code as operator_code, op.name as operator_name, p.code, p.percent,
       p.amount_minor, p.currency, p.sold_from, p.sold_until, p.travel_first, p.travel_last,
       o.code as origin_code, d.code as destination_code, p.most_uses, p.most_per_person,
       p.with_residents, p.uses, p.created_at, p.ended_at
from promotion p
join operator op on op.id = p.operator_id
left join port o on o.id = p.origin_id
left join port d on d.id = p.destination_id
where $1::uuid is null or p.operator_id = $1
order by p.ended_at is not null, p.created_at desc, p.id
limit 500;

-- name: promotions_by_code(code)
-- not null: operator_code, operator_name
select p.id, op.code as operator_code, op.name as operator_name, p.code, p.percent,
       p.amount_minor, p.currency, p.sold_from, p.sold_until, p.travel_first, p.travel_last,
       o.code as origin_code, d.code as destination_code, p.most_uses, p.most_per_person,
       p.with_residents, p.uses, p.created_at, p.ended_at
from promotion p
join operator op on op.id = p.operator_id
left join port o on o.id = p.origin_id
left join port d on d.id = p.destination_id
where p.code = $1 and p.ended_at is null;

-- name: promotion_by_id(id)
-- not null: operator_code, operator_name
select p.id, op.code as operator_code, op.name as operator_name, p.code, p.percent,
       p.amount_minor, p.currency, p.sold_from, p.sold_until, p.travel_first, p.travel_last,
       o.code as origin_code, d.code as destination_code, p.most_uses, p.most_per_person,
       p.with_residents, p.uses, p.created_at, p.ended_at
from promotion p
join operator op on op.id = p.operator_id
left join port o on o.id = p.origin_id
left join port d on d.id = p.destination_id
where p.id = $1;

-- name: add_promotion(id, operator_id, staff_id, asked)
-- No row: the operator has a code that reads so, and it is in use.
insert into promotion (id, operator_id, created_by, code, percent, amount_minor, currency,
    sold_from, sold_until, travel_first, travel_last, origin_id, destination_id, most_uses,
    most_per_person, with_residents)
select $1, $2, $3, a.code, a.percent, a.amount_minor, a.currency, a.sold_from, a.sold_until,
       a.travel_first, a.travel_last, (select id from port where code = a.origin),
       (select id from port where code = a.destination), a.most_uses, a.most_per_person,
       a.with_residents
from jsonb_to_record($4::jsonb) as a (code text, percent int, amount_minor bigint,
    currency text, sold_from timestamptz, sold_until timestamptz, travel_first date,
    travel_last date, origin text, destination text, most_uses int, most_per_person int,
    with_residents boolean)
on conflict do nothing
returning id;

-- name: unknown_ports(codes)
-- not null: code
select c.code from unnest($1::text[]) as c (code)
where not exists (select from port p where p.code = c.code);

-- name: end_promotion(id, operator_id)
-- No row: it has ended, or is another operator's.
update promotion set ended_at = now()
where id = $1 and ended_at is null and ($2::uuid is null or operator_id = $2)
returning code;

-- name: count_use(promotion_id)
-- One more, while there is one left; the row is locked until the transaction ends, so that whoever
-- comes next counts what stands then. No row: used up, or ended meanwhile.
update promotion set uses = uses + 1
where id = $1 and ended_at is null and (most_uses is null or uses < most_uses)
returning most_per_person;

-- name: add_uses(promotion_id, count)
update promotion set uses = uses + $2 where id = $1;
