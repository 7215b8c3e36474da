-- Sailings planned by staff.

-- name: plan_routes(operator_id)
-- Routes that are run here, all for null; `minutes` is how long their last sailing took (null:
-- there is none).
select r.id, r.operator_id, op.code as operator_code, op.name as operator_name, r.code, r.name,
       o.code as origin_code, o.name as origin_name, o.timezone as origin_timezone,
       o.country as origin_country,
       d.code as destination_code, d.name as destination_name, d.timezone as destination_timezone,
       d.country as destination_country,
       (select (extract(epoch from s.arrives_at - s.departs_at) / 60)::int from sailing s
        where s.origin_id = r.origin_id and s.destination_id = r.destination_id
          and s.route_id = r.id
        order by s.departs_at desc limit 1) as minutes
from route r
join operator op on op.id = r.operator_id
join port o on o.id = r.origin_id
join port d on d.id = r.destination_id
where op.kind = 'house' and ($1::uuid is null or r.operator_id = $1)
order by op.name, r.name, r.code;

-- name: plan_fares(operator_id)
-- Without lists of the past: those that ended, and those that others follow everywhere and as
-- long as they last, by which nothing sails any more.
select f.id, f.operator_id, f.code, f.currency, f.last_day
from fare f join operator op on op.id = f.operator_id
where op.kind = 'house' and ($1::uuid is null or f.operator_id = $1)
  and (f.last_day is null or f.last_day >= current_date - 1)
  and (not exists (select from fare next where next.follows_id = f.id
                   and (next.last_day is null or next.last_day >= f.last_day))
       or exists (select from sailing s where s.fare_id = f.id and s.departs_at > now()
                  and s.status <> 'cancelled'))
order by f.code;

-- name: lock_ship(id)
-- Two plans for one ship are written one after the other: the second one sees where the first has
-- put it.
select id from ferry where id = $1 for update;

-- name: ship_voyages(ferry_id, first, last)
-- not null: departs_at, arrives_at
select route_id, coalesce(expected_departs_at, departs_at) as departs_at,
       coalesce(expected_arrives_at, arrives_at) as arrives_at
from sailing
where ferry_id = $1 and status <> 'cancelled'
  and departs_at between $2::timestamptz - interval '8 days'
      and $3::timestamptz + interval '8 days';

-- name: route_times(route_id, origin_code, first, last)
-- Whoever planned them, cancelled ones too: a second sailing at the same time would be the same
-- one.
select s.departs_at from sailing s join port o on o.id = s.origin_id
where s.route_id = $1 and o.code = $2 and s.departs_at between $3 and $4;

-- name: add_planned_sailings(ids, departs, arrives, keys, route_id, ferry_id, fare_id, height, kg)
-- One that is there already is left alone.
insert into sailing (id, route_id, operator_id, origin_id, destination_id, ferry_id, fare_id,
                     departs_at, arrives_at, cars_allowed, max_height_cm, max_vehicle_kg, source,
                     source_key)
select p.id, r.id, r.operator_id, r.origin_id, r.destination_id, $6, $7, p.departs_at, p.arrives_at,
       $8::int is not null, $8, $9, 'staff', p.source_key
from unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::text[])
    as p (id, departs_at, arrives_at, source_key)
join route r on r.id = $5
on conflict (source, source_key) do nothing
returning id;

-- name: add_planned_capacity(sailing_ids, resources, totals)
insert into capacity (sailing_id, resource, total)
select s.id, c.resource, c.total
from unnest($1::uuid[]) as s (id)
cross join unnest($2::text[], $3::int[]) as c (resource, total);
