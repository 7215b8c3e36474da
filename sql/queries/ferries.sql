-- Sailings, fares and what is left.

-- name: place_by_code(code)
-- A harbour by UN/LOCODE or a stop by its id.
select code, name, timezone, country from port where code = $1 or unlocode = upper($1) limit 1;

-- name: places_matching(text, limit_count)
-- Places with departures, for the search form. Harbours before stops, exact beginnings first.
select p.code, p.name, p.timezone, p.country
from port p
where ($1 = '' or p.name ilike '%' || $1 || '%' or p.code ilike $1 || '%')
  and exists (select 1 from route r where r.origin_id = p.id)
order by p.kind, not (p.name ilike $1 || '%'), p.name
limit $2;

-- name: places_named(text, limit_count)
-- Places that something sails from or to whose name contains the text; the one that is called just so first.
select p.code, p.name, p.timezone, p.country
from port p
where position(lower($1) in lower(p.name)) > 0
  and exists (select 1 from route r where p.id in (r.origin_id, r.destination_id))
order by lower(p.name) <> lower($1), p.kind, p.name
limit $2;

-- name: sailings_on_day(from_code, to_code, day, close_minutes)
-- The sailings of a local day of the origin with what is left of each resource. Cancelled ones are shown as such.
select s.id, s.departs_at, s.arrives_at, s.status, v.leaves_at,
       v.leaves_at - make_interval(mins => coalesce(v.close_minutes, $4)) as sales_close_at, s.fare_id, s.headway_seconds, s.cars_allowed,
       s.max_height_cm, s.max_vehicle_kg, op.code as operator_code, op.name as operator_name, op.kind as operator_kind, op.source as operator_source,
       f.name as ferry,
       (select jsonb_object_agg(c.resource, c.total - c.taken) from capacity c where c.sailing_id = s.id) as available,
       (select jsonb_object_agg(fc.cabin_type, fc.berths) from ferry_cabin fc where fc.ferry_id = s.ferry_id) as berths
from sailing s
join sailing_sales v on v.sailing_id = s.id
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
join operator op on op.id = s.operator_id
left join ferry f on f.id = s.ferry_id
where o.code = $1 and d.code = $2 and op.kind <> 'remote'
  and s.departs_at >= ($3::date)::timestamp at time zone o.timezone
  and s.departs_at < ($3::date + 1)::timestamp at time zone o.timezone
order by s.departs_at, op.name
limit 200;

-- name: fares_by_id(ids)
select f.id, f.code, f.currency, f.infant_to_age, f.child_to_age, f.harbour_tax_minor,
       (select jsonb_object_agg(p.item, p.amount_minor) from fare_price p where p.fare_id = f.id) as prices,
       (select jsonb_agg(jsonb_build_object('hours_before', r.hours_before, 'fee_percent', r.fee_percent))
        from cancel_rule r where r.fare_id = f.id) as cancel_rules
from fare f where f.id = any($1::uuid[]);

-- name: sailings_by_id(ids, close_minutes)
select s.id, s.departs_at, s.arrives_at, s.expected_departs_at, s.expected_arrives_at, s.status,
       v.leaves_at - make_interval(mins => coalesce(v.close_minutes, $2)) as sales_close_at, s.fare_id, s.max_height_cm, s.max_vehicle_kg,
       s.cars_allowed, s.remote_key,
       op.code as operator_code, op.name as operator_name, op.kind as operator_kind,
       op.source as operator_source, op.phone as operator_phone,
       op.support_email as operator_support_email,
       o.code as origin_code, o.name as origin_name, o.timezone as origin_timezone, o.country as origin_country,
       d.code as destination_code, d.name as destination_name, d.timezone as destination_timezone,
       d.country as destination_country, f.name as ferry, f.mmsi, r.distance_m
from sailing s
join sailing_sales v on v.sailing_id = s.id
join operator op on op.id = s.operator_id
join route r on r.id = s.route_id
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
left join ferry f on f.id = s.ferry_id
where s.id = any($1::uuid[]);

-- name: available_capacity(sailing_id)
select resource, total - taken as available from capacity where sailing_id = $1 order by resource;

-- name: release_capacity(sailing_ids, resources, quantities)
-- Gives back what was taken. Rows are locked in the order in which a hold locks them, so that a
-- release and a hold of the same sailings cannot wait for each other in a circle.
with back as materialized (
    select sailing_id, resource, sum(quantity)::int as quantity
    from unnest($1::uuid[], $2::text[], $3::int[]) as r (sailing_id, resource, quantity)
    group by sailing_id, resource
), locked as materialized (
    select c.sailing_id, c.resource from capacity c
    where (c.sailing_id, c.resource) in (select sailing_id, resource from back)
    order by c.sailing_id, c.resource
    for update
)
update capacity c set taken = c.taken - b.quantity
from back b join locked l on l.sailing_id = b.sailing_id and l.resource = b.resource
where c.sailing_id = b.sailing_id and c.resource = b.resource;

-- name: reserve_capacity(sailing_ids, resources, quantities)
-- Takes all of it or nothing, and says which. What is available is read after the lock, never
-- before: a count from before is what oversells. The update repeats the condition; were it ever to
-- change fewer rows than were found to suffice, the division throws the whole statement away.
with demand as materialized (
    select sailing_id, resource, sum(quantity)::int as quantity
    from unnest($1::uuid[], $2::text[], $3::int[]) as r (sailing_id, resource, quantity)
    group by sailing_id, resource
), locked as materialized (
    select c.sailing_id, c.resource, c.total - c.taken as available from capacity c
    where (c.sailing_id, c.resource) in (select sailing_id, resource from demand)
    order by c.sailing_id, c.resource
    for update
), short as materialized (
    select d.sailing_id
    from demand d left join locked l on l.sailing_id = d.sailing_id and l.resource = d.resource
    where coalesce(l.available, -1) < d.quantity
), reserved as (
    update capacity c set taken = c.taken + d.quantity
    from demand d
    where c.sailing_id = d.sailing_id and c.resource = d.resource
      and c.taken + d.quantity <= c.total and not exists (select from short)
    returning 1
)
select case
    when exists (select from short) then false
    else 1 / case when (select count(*) from reserved) = (select count(*) from demand) then 1 else 0 end = 1
end as complete;

-- name: days_with_sailings(from_code, to_code, day)
-- The nearest days around $3 that have a sailing, for an empty result.
select distinct (s.departs_at at time zone o.timezone)::date as day
from sailing s join port o on o.id = s.origin_id join port d on d.id = s.destination_id
where o.code = $1 and d.code = $2 and s.status = 'scheduled'
  and s.departs_at between greatest(now(), $3::date - interval '14 days') and $3::date + interval '15 days'
order by 1
limit 30;

-- name: departures_from(port_code, after, limit_count)
-- Timetables that are kept here. Of a remote operator only those sailings are here that somebody booked, so that their
-- booking can point at them: they are not its timetable, and its state and fares are known to it alone.
select s.id, s.departs_at, s.arrives_at, s.status, s.fare_id, s.headway_seconds, f.name as ferry, f.mmsi,
       op.code as operator_code, op.name as operator_name, op.kind as operator_kind, op.source as operator_source,
       d.code as destination_code, d.name as destination_name, d.timezone as destination_timezone,
       d.country as destination_country
from sailing s
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
join operator op on op.id = s.operator_id
left join ferry f on f.id = s.ferry_id
where o.code = $1 and s.departs_at >= $2 and op.kind <> 'remote'
order by s.departs_at
limit $3;

-- name: popular_routes(limit_count)
-- Routes that are sold here, most sailings in the coming week first.
select o.code as origin_code, o.name as origin_name, o.timezone as origin_timezone, o.country as origin_country,
       d.code as destination_code, d.name as destination_name, d.timezone as destination_timezone,
       d.country as destination_country, min(fp.amount_minor) as from_minor, min(fa.currency) as currency,
       min(s.arrives_at - s.departs_at) as duration, array_agg(distinct op.name) as operators
from sailing s
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
join fare fa on fa.id = s.fare_id
join fare_price fp on fp.fare_id = fa.id and fp.item = 'adult'
join operator op on op.id = s.operator_id
where s.departs_at between now() and now() + interval '7 days' and s.status = 'scheduled'
group by 1, 2, 3, 4, 5, 6, 7, 8
order by count(*) desc, 1, 5
limit $1;

-- name: ensure_remote_operator(id, code, name)
-- An operator of the settings has a row once one of its sailings is booked; the demo's have theirs.
insert into operator (id, code, name, kind, source) values ($1, $2, $3, 'remote', 'settings')
on conflict (code) do nothing;

-- name: ensure_remote_route(id, operator_code, code, name, from_code, to_code)
insert into route (id, operator_id, code, name, origin_id, destination_id, source)
select $1, op.id, $3, $4, o.id, d.id, 'remote:' || $2
from operator op, port o, port d
where op.code = $2 and o.code = $5 and d.code = $6
on conflict (operator_id, code) do update set name = excluded.name
returning id;

-- name: ensure_remote_sailing(id, route_id, ferry_name, departs_at, arrives_at, remote_key, close_minutes)
-- What a remote operator sails is written down when somebody books it. Its ship is known by name only.
insert into sailing (id, route_id, operator_id, origin_id, destination_id, departs_at, arrives_at, remote_key,
                     source, source_key, sales_close_minutes, ferry_id)
select $1, r.id, r.operator_id, r.origin_id, r.destination_id, $4, $5, $6, r.source, $6, $7,
       (select f.id from ferry f where f.operator_id = r.operator_id and f.name = $3)
from route r where r.id = $2
on conflict (source, source_key) do update set departs_at = excluded.departs_at, arrives_at = excluded.arrives_at,
    sales_close_minutes = excluded.sales_close_minutes
returning id;

-- name: check_in_rules(operator_codes, port_codes)
-- not null: operator, port
-- Field by field, an operator's rule for the port stands before its rule for all ports.
select w.operator, w.port,
       coalesce(here.foot_minutes, anywhere.foot_minutes) as foot_minutes,
       coalesce(here.vehicle_minutes, anywhere.vehicle_minutes) as vehicle_minutes, here.terminal
from unnest($1::text[], $2::text[]) as w (operator, port)
join operator o on o.code = w.operator
left join port p on p.code = w.port
left join check_in_rule here on here.operator_id = o.id and here.port_id = p.id
left join check_in_rule anywhere on anywhere.operator_id = o.id and anywhere.port_id is null
where here.operator_id is not null or anywhere.operator_id is not null;
