-- Our own sailings for journey planners.

-- name: first_under_way(arrives_after, departs_after)
-- The earliest departure of what has not arrived by then. The second bound keeps it to a part of
-- the index.
select s.departs_at
from sailing s
join operator op on op.id = s.operator_id
where op.kind = 'house' and s.fare_id is not null
  and s.departs_at >= $2 and coalesce(s.expected_arrives_at, s.arrives_at) >= $1
order by s.departs_at limit 1;

-- name: exported_sailings(first_at, end_at, cancelled_until, limit_count)
-- not null: operator_demo
-- What is sold here, by the times that were sold: how late a boat is and whether it is cancelled
-- belongs into a feed of its own, which does not look so far ahead. A vehicle or bicycle is taken
-- where its price is in the fare.
select s.id, op.code as operator_code, op.name as operator_name,
       op.source = 'demo' as operator_demo, op.website as operator_website,
       op.phone as operator_phone, op.support_email as operator_email,
       r.code as route_code, r.name as route_name, f.name as ferry,
       o.code as origin_code, o.name as origin_name, o.lat as origin_lat, o.lon as origin_lon,
       o.timezone as origin_timezone,
       d.code as destination_code, d.name as destination_name, d.lat as destination_lat,
       d.lon as destination_lon, d.timezone as destination_timezone,
       s.departs_at, s.arrives_at,
       coalesce(s.cars_allowed, exists (
           select from fare_price p where p.fare_id = s.fare_id and p.item = 'car'
       )) as cars_allowed,
       exists (
           select from fare_price p where p.fare_id = s.fare_id and p.item = 'bicycle'
       ) as bicycles_allowed,
       fa.currency,
       (select p.amount_minor + fa.harbour_tax_minor from fare_price p
        where p.fare_id = fa.id and p.item = 'adult') as adult_minor
from sailing s
join operator op on op.id = s.operator_id
join route r on r.id = s.route_id
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
join fare fa on fa.id = s.fare_id
left join ferry f on f.id = s.ferry_id
where op.kind = 'house' and (s.status <> 'cancelled' or s.departs_at < $3)
  and s.departs_at >= $1 and s.departs_at < $2
order by s.departs_at, s.id limit $4;
