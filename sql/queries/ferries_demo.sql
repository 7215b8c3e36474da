-- The authored demo world into the tables of ferries. Every id is made from the world's own codes:
-- repeating is safe.

-- name: demo_mark()
select digest, through from demo_mark;

-- name: lock_demo(key)
-- Two processes that start at once write the world one after the other.
select pg_advisory_xact_lock($1::bigint);

-- name: set_demo_mark(digest, through)
insert into demo_mark (digest, through) values ($1, $2)
on conflict (only_one) do update set digest = excluded.digest, through = excluded.through;

-- name: upsert_demo_operators(ids, codes, names, kinds, currencies, countries, timezones, websites,
--    emails, phones)
insert into operator (id, code, name, kind, currency, country, timezone, website, support_email,
    phone, source)
select *, 'demo' from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
       $7::text[],
                             $8::text[], $9::text[], $10::text[])
on conflict (code) do update set
    name = excluded.name, kind = excluded.kind, currency = excluded.currency,
    country = excluded.country,
    timezone = excluded.timezone, website = excluded.website,
    support_email = excluded.support_email, phone = excluded.phone;

-- name: upsert_demo_check_ins(operator_ids, port_codes, foots, vehicles, terminals)
insert into check_in_rule (operator_id, port_id, foot_minutes, vehicle_minutes, terminal, source)
select r.operator_id, p.id, r.foot, r.vehicle, r.terminal, 'demo'
from unnest($1::uuid[], $2::text[], $3::int[], $4::int[], $5::text[])
    as r (operator_id, port_code, foot, vehicle, terminal)
left join port p on p.code = r.port_code
on conflict (operator_id, port_id) do update set
    foot_minutes = excluded.foot_minutes, vehicle_minutes = excluded.vehicle_minutes,
    terminal = excluded.terminal
where check_in_rule.source = 'demo';

-- name: upsert_demo_changes(port_codes, foots, vehicles)
insert into port_change (port_id, foot_minutes, vehicle_minutes, source)
select p.id, r.foot, r.vehicle, 'demo'
from unnest($1::text[], $2::int[], $3::int[]) as r (port_code, foot, vehicle)
join port p on p.code = r.port_code
on conflict (port_id) do update set
    foot_minutes = excluded.foot_minutes, vehicle_minutes = excluded.vehicle_minutes
where port_change.source = 'demo';

-- name: upsert_demo_ferries(ids, operator_ids, codes, names, imos, mmsis, lengths, beams, speeds,
--    passengers, pets)
insert into ferry (id, operator_id, code, name, imo, mmsi, length_m, beam_m, speed_knots,
    passengers, pets, source)
select *, 'demo' from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[], $6::int[],
       $7::numeric[],
                             $8::numeric[], $9::numeric[], $10::int[], $11::int[])
on conflict (operator_id, code) do update set
    name = excluded.name, imo = excluded.imo, mmsi = excluded.mmsi, length_m = excluded.length_m,
    beam_m = excluded.beam_m, speed_knots = excluded.speed_knots, passengers = excluded.passengers,
    pets = excluded.pets;

-- name: upsert_demo_decks(ferry_ids, numbers, names, lanes, heights, weights)
insert into ferry_deck (ferry_id, number, name, lane_cm, height_cm, max_kg)
select * from unnest($1::uuid[], $2::int[], $3::text[], $4::int[], $5::int[], $6::int[])
on conflict (ferry_id, number) do update set
    name = excluded.name, lane_cm = excluded.lane_cm, height_cm = excluded.height_cm,
    max_kg = excluded.max_kg;

-- name: upsert_demo_cabins(ferry_ids, types, counts, berths)
insert into ferry_cabin (ferry_id, cabin_type, cabins, berths)
select * from unnest($1::uuid[], $2::text[], $3::int[], $4::int[])
on conflict (ferry_id, cabin_type) do update set cabins = excluded.cabins, berths = excluded.berths;

-- name: upsert_demo_routes(ids, operator_ids, codes, names, origin_codes, destination_codes,
--    distances, sources)
-- Routes of remote operators stand here too, without sailings: the search form offers their ports.
insert into route (id, operator_id, code, name, origin_id, destination_id, distance_m, source)
select told.id, told.operator_id, told.code, told.name, o.id, d.id, told.distance_m, told.source
from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[],
    $8::text[])
    as told (id, operator_id, code, name, origin_code, destination_code, distance_m, source)
join port o on o.code = told.origin_code
join port d on d.code = told.destination_code
on conflict (operator_id, code) do update set name = excluded.name,
    distance_m = excluded.distance_m;

-- name: add_demo_fares(ids, operator_ids, codes, currencies, infant_ages, child_ages, taxes)
-- A fare is never changed in place: another price list in the world needs another code.
insert into fare (id, operator_id, code, currency, infant_to_age, child_to_age, harbour_tax_minor,
    source)
select *, 'demo' from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::int[], $6::int[],
       $7::bigint[])
on conflict (operator_id, code) do nothing;

-- name: add_demo_prices(fare_ids, items, amounts)
insert into fare_price (fare_id, item, amount_minor) select *
    from unnest($1::uuid[], $2::text[], $3::bigint[])
on conflict (fare_id, item) do nothing;

-- name: add_demo_cancel_rules(fare_ids, hours, percents)
insert into cancel_rule (fare_id, hours_before, fee_percent) select *
    from unnest($1::uuid[], $2::int[], $3::int[])
on conflict (fare_id, hours_before) do nothing;

-- name: add_demo_residents(fare_ids, areas, percents, proofs)
insert into resident_discount (fare_id, area, percent, proofs)
select told.fare_id, told.area, told.percent, told.proofs::text[]
from unnest($1::uuid[], $2::text[], $3::int[], $4::text[]) as told (fare_id, area, percent, proofs)
on conflict (fare_id, area) do nothing;

-- name: add_demo_extras(fare_ids, kinds, units, prices, per_sailing)
insert into fare_extra (fare_id, kind, unit, price_minor, per_sailing)
select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::int[])
on conflict (fare_id, kind) do nothing;

-- name: add_demo_sailings(ids, route_ids, ferry_ids, fare_ids, departs, arrives, heights, weights,
--    keys)
-- A sailing that is there already is left alone, whatever was sold on it. Where staff have written
-- lists that follow the authored one, a new sailing is sold by that of the last one before it, and
-- after that list's last day by the one it follows.
with recursive told as materialized (
    select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[],
                         $6::timestamptz[], $7::int[], $8::int[], $9::text[])
        as t (id, route_id, ferry_id, fare_id, departs_at, arrives_at, height_cm, max_kg,
              source_key)
), following (authored_id, fare_id) as (
    select f.follows_id, f.id from fare f where f.follows_id in (select fare_id from told)
    union
    select e.authored_id, f.id from following e join fare f on f.follows_id = e.fare_id
)
insert into sailing (id, route_id, operator_id, origin_id, destination_id, ferry_id, fare_id,
    departs_at, arrives_at,
                     cars_allowed, max_height_cm, max_vehicle_kg, source, source_key)
select told.id, r.id, r.operator_id, r.origin_id, r.destination_id, told.ferry_id,
       case when told.fare_id in (select authored_id from following) then coalesce((
           with recursive back (fare_id, follows_id, last_day, steps) as (
               select f.id, f.follows_id, f.last_day, 0
               from following e join fare f on f.id = e.fare_id
               where e.authored_id = told.fare_id and e.fare_id = (
                   select s.fare_id from sailing s
                   where s.origin_id = r.origin_id and s.destination_id = r.destination_id
                     and s.route_id = r.id and s.departs_at < told.departs_at and s.source = 'demo'
                   order by s.departs_at desc limit 1)
               union all
               select f.id, f.follows_id, f.last_day, back.steps + 1
               from back join fare f on f.id = back.follows_id
           )
           select fare_id from back
           where last_day is null
              or last_day >= (told.departs_at at time zone o.timezone)::date
           order by steps limit 1), told.fare_id)
       else told.fare_id end,
       told.departs_at,
       told.arrives_at, true, told.height_cm, told.max_kg, 'demo', told.source_key
from told
join route r on r.id = told.route_id
join port o on o.id = r.origin_id
order by told.departs_at
on conflict (source, source_key) do nothing;

-- name: add_demo_capacity(sailing_ids, ferry_ids, resources, totals)
-- What the ship of each of these sailings has to offer. Rows that are there already keep what was
-- taken from them.
insert into capacity (sailing_id, resource, total)
select s.id, told.resource, told.total
from unnest($2::uuid[], $3::text[], $4::int[]) as told (ferry_id, resource, total)
join sailing s on s.ferry_id = told.ferry_id and s.id = any($1::uuid[]) and s.source = 'demo'
on conflict (sailing_id, resource) do nothing;
