-- Where one can go from a place, and which other ports lie near.

-- name: destinations(from_code, limit_count)
-- not null: sold, operators
-- Where something sails to without a change, what is sold here first, with the operators and the
-- lowest price of the coming thirty days. What an operator of a timetable sails is in its lines.
with origin as materialized (
    select id from port where code = $1
), linked as (
    select r.destination_id as id, op.name as operator, op.kind <> 'listed' as sold
    from origin join route r on r.origin_id = origin.id join operator op on op.id = r.operator_id
    union
    select l.destination_id, f.publisher, false
    from origin join timetable_link l on l.origin_id = origin.id join feed f on f.id = l.feed_id
), places as (
    select id, bool_or(sold) as sold, array_agg(distinct operator order by operator) as operators
    from linked group by id
)
select p.code as place_code, p.name as place_name, p.timezone as place_timezone,
       p.country as place_country, p.lat, p.lon, places.sold, places.operators,
       fare.amount_minor, fare.currency
from places
join port p on p.id = places.id
left join lateral (
    select f.amount_minor, f.currency from lowest_fare f, origin
    where f.origin_id = origin.id and f.destination_id = places.id
      and f.amount_minor is not null
      and f.day between current_date and current_date + 30
    order by f.amount_minor limit 1
) fare on true
order by not places.sold, p.country, p.name
limit $2;

-- name: position_of(code)
select lat, lon from port where code = $1;

-- name: near_origins(from_code, to_code, radius_m, limit_count)
-- not null: metres
-- Ports near the origin from which something sails to the destination, the nearest first.
select p.code as place_code, p.name as place_name, p.timezone as place_timezone,
       p.country as place_country, near.metres
from port o
join port d on d.code = $2
cross join lateral (select distinct port_id from links_to(d.id)) link
join port p on p.id = link.port_id and p.id not in (o.id, d.id)
cross join lateral (select metres_between(o.lat, o.lon, p.lat, p.lon) as metres) near
where o.code = $1 and near.metres <= $3::float8
order by near.metres limit $4;

-- name: near_destinations(from_code, to_code, radius_m, limit_count)
-- not null: metres
-- Ports near the destination that something from the origin reaches, the nearest first.
select p.code as place_code, p.name as place_name, p.timezone as place_timezone,
       p.country as place_country, near.metres
from port d
join port o on o.code = $1
cross join lateral (select distinct port_id from links_from(o.id)) link
join port p on p.id = link.port_id and p.id not in (o.id, d.id)
cross join lateral (select metres_between(d.lat, d.lon, p.lat, p.lon) as metres) near
where d.code = $2 and near.metres <= $3::float8
order by near.metres limit $4;

-- name: ferry_lines(limit_count)
-- not null: sold, operators
-- Between which ports something sails, either way, with whose boats; what is sold here first.
-- From the first port something leaves: where it is sold at all, something that is sold.
with linked as (
    select r.origin_id, r.destination_id, op.name as operator, op.kind <> 'listed' as sold
    from route r join operator op on op.id = r.operator_id
    union
    select l.origin_id, l.destination_id, f.publisher, false
    from timetable_link l join feed f on f.id = l.feed_id
), both_ways as (
    select bool_or(sold) as sold, array_agg(distinct operator order by operator) as operators,
           (array_agg(origin_id order by not sold, origin_id))[1] as one_id,
           (array_agg(destination_id order by not sold, origin_id))[1] as other_id
    from linked group by least(origin_id, destination_id), greatest(origin_id, destination_id)
)
select o.code as one_code, o.name as one_name, o.timezone as one_timezone,
       o.country as one_country, o.lat as one_lat, o.lon as one_lon,
       d.code as other_code, d.name as other_name, d.timezone as other_timezone,
       d.country as other_country, d.lat as other_lat, d.lon as other_lon,
       both_ways.sold, both_ways.operators
from both_ways
join port o on o.id = both_ways.one_id
join port d on d.id = both_ways.other_id
order by not both_ways.sold, o.code, d.code
limit $1;

-- name: ships_on_sale(until, close_minutes)
-- not null: mmsi, departs_at, day
-- Of each ship that reports, the next sailing that is sold here and not full, with the local day of
-- its timetable, by which it is searched: late enough, it leaves on another one.
select distinct on (f.mmsi) f.mmsi, v.leaves_at as departs_at,
       (s.departs_at at time zone o.timezone)::date as day,
       o.code as origin_code, o.name as origin_name, o.timezone as origin_timezone,
       o.country as origin_country, d.code as destination_code, d.name as destination_name,
       d.timezone as destination_timezone, d.country as destination_country
from sailing s
join sailing_sales v on v.sailing_id = s.id
join operator op on op.id = s.operator_id
join ferry f on f.id = s.ferry_id
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
where s.departs_at between now() - interval '1 day' and $1 and f.mmsi is not null
  and op.kind <> 'listed' and s.fare_id is not null
  and sale_ended(v.status, v.leaves_at, coalesce(v.close_minutes, $2)) is null
  and not exists (
      select from capacity c
      where c.sailing_id = s.id and c.resource = 'passenger' and c.taken >= c.total
  )
order by f.mmsi, v.leaves_at, s.id;
