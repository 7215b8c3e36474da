-- Sailings as staff run them.

-- name: managed_sailings(id, operator_id, day, operator, port, status, close_minutes, skip, most)
-- not null: sales_close_at, operator_demo, occupancy
-- One by its id, or those of a local day at the port of departure in the order in which they leave;
-- null (or '') for any. The window by time lets an index find the day in whatever zone. Listed ones
-- are not run here.
select s.id, s.version, op.code as operator_code, op.name as operator_name,
       op.kind as operator_kind, op.source = 'demo' as operator_demo, s.operator_id,
       r.code as route_code, o.code as origin_code, o.name as origin_name,
       o.timezone as origin_timezone, o.country as origin_country,
       d.code as destination_code, d.name as destination_name, d.timezone as destination_timezone,
       d.country as destination_country, s.ferry_id, f.name as ferry, fa.code as fare_code,
       s.departs_at, s.arrives_at, s.expected_departs_at, s.expected_arrives_at, s.departed_at,
       s.arrived_at, s.status, s.reason, s.note,
       v.leaves_at - make_interval(mins => coalesce(v.close_minutes, $7)) as sales_close_at,
       coalesce(c.occupancy, '[]') as occupancy, s.max_height_cm, s.max_vehicle_kg, s.remote_key
from sailing s
join sailing_sales v on v.sailing_id = s.id
join route r on r.id = s.route_id
join operator op on op.id = s.operator_id
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
left join ferry f on f.id = s.ferry_id
left join fare fa on fa.id = s.fare_id
cross join lateral (
    select jsonb_agg(
        jsonb_build_object('resource', resource, 'total', total, 'taken', taken)
        order by resource) as occupancy
    from capacity where sailing_id = s.id
) c
where op.kind <> 'listed'
  and ($1::uuid is null or s.id = $1)
  and ($2::uuid is null or s.operator_id = $2)
  and ($4::text = '' or op.code = $4)
  and ($5::text = '' or o.code = $5)
  and ($6::text is null or s.status = $6)
  and ($3::date is null
       or s.departs_at between $3::date - interval '1 day' and $3::date + interval '2 days'
       and (s.departs_at at time zone o.timezone)::date = $3)
order by s.departs_at, op.name, s.id
offset $8 limit $9;

-- name: lock_sailing(id)
-- Two members of staff change a sailing one after the other; the second one finds another version.
select id from sailing where id = $1 for update;

-- name: lock_sailing_beside_holds(id)
-- The same among staff and with whoever shares it (`lock_sailings`). A hold has its counters when
-- its leg asks for the sailing's key: whoever takes counters under this lock must not have that.
select id from sailing where id = $1 for no key update;

-- name: write_sailing(id, status, new_departs, new_arrives, departed_at, arrived_at, reason, note)
-- Under lock_sailing.
update sailing
set status = $2, expected_departs_at = $3, expected_arrives_at = $4, departed_at = $5,
    arrived_at = $6, reason = $7, note = $8, version = version + 1
where id = $1
returning version;

-- name: put_ship(id, ferry_id, max_height_cm, max_vehicle_kg)
-- Under lock_capacity: what is held next finds the new limits under its own lock.
with limits as (
    update capacity set max_height_cm = $3, max_vehicle_kg = $4
    where sailing_id = $1 and resource = 'lane_cm'
)
update sailing
set ferry_id = $2, max_height_cm = $3, max_vehicle_kg = $4, cars_allowed = $3::int is not null
where id = $1;

-- name: ships_of(operator_id)
-- not null: decks, cabins, berths
-- All ships for null.
select f.id, f.operator_id, f.code, f.name, f.passengers, f.pets,
       coalesce(d.decks, '[]') as decks, coalesce(c.cabins, '{}') as cabins,
       coalesce(c.berths, '{}') as berths
from ferry f
join operator o on o.id = f.operator_id
cross join lateral (
    select jsonb_agg(
        jsonb_build_object('lane_cm', lane_cm, 'height_cm', height_cm, 'max_kg', max_kg)
        order by number) as decks
    from ferry_deck where ferry_id = f.id
) d
cross join lateral (
    select jsonb_object_agg(cabin_type, cabins) as cabins,
           jsonb_object_agg(cabin_type, berths) as berths
    from ferry_cabin where ferry_id = f.id
) c
where o.kind = 'house' and ($1::uuid is null or f.operator_id = $1)
order by f.name, f.code;

-- name: sales_closes(operator_id)
-- not null: operator_name, route, route_name
-- Of every operator and every route that is run here; null for all operators.
select op.code as operator, op.name as operator_name, coalesce(r.code, '') as route,
       coalesce(r.name, '') as route_name,
       case when r.id is null then op.sales_close_minutes else r.sales_close_minutes end as minutes
from operator op
cross join lateral (
    select null::uuid as id, null::text as code, null::text as name,
           null::int as sales_close_minutes
    union all
    select r.id, r.code, r.name, r.sales_close_minutes from route r where r.operator_id = op.id
) r
where op.kind = 'house' and ($1::uuid is null or op.id = $1)
order by op.name, r.name nulls first, r.code;

-- name: set_operator_close(operator_code, minutes, operator_id)
-- No row: no such operator, or not the one that this person acts for.
update operator set sales_close_minutes = $2
where code = $1 and kind = 'house' and ($3::uuid is null or id = $3)
returning id;

-- name: set_route_close(operator_code, minutes, operator_id, route_code)
update route set sales_close_minutes = $2
where code = $4 and operator_id = (
    select id from operator where code = $1 and kind = 'house' and ($3::uuid is null or id = $3))
returning operator_id;

-- name: coming_days(operator_id)
-- not null: day
-- Directions and local days of an operator whose cached searches a new close of sales may have made
-- untrue.
select distinct o.code as origin, d.code as destination,
       (s.departs_at at time zone o.timezone)::date as day
from sailing s
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
where s.operator_id = $1 and s.departs_at between now() and now() + interval '8 days';
