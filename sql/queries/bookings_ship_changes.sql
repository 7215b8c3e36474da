-- Another ship sails: who is aboard, and who has no place on it.

-- name: lock_aboard(sailing_id)
-- The rows of all bookings that have something of a sailing, by its places or by a change that
-- holds some: nobody pays, chooses, changes or cancels until the transaction ends.
select b.id from booking b
where b.status in ('held', 'paid', 'confirming', 'confirmed')
  and b.id in (
      select booking_id from booking_leg where sailing_id = $1
      union
      select c.booking_id from booking_change c
      join change_capacity h on h.change_id = c.id
      where h.sailing_id = $1)
order by b.id
for update of b;

-- name: lock_counters(sailing_id, booking_ids)
-- The counters of the sailing, and of whatever else unpaid bookings and changes that may end here
-- give back, in the order in which holds lock them.
select c.resource from capacity c
where c.sailing_id = $1
   or c.sailing_id in (
       select l.sailing_id from leg_capacity l
       join booking b on b.id = l.booking_id and b.status = 'held'
       where l.booking_id = any($2::uuid[]))
   or c.sailing_id in (
       select h.sailing_id from change_capacity h
       join booking_change b on b.id = h.change_id where b.booking_id = any($2::uuid[]))
order by c.sailing_id, c.resource
for update;

-- name: bookings_on(sailing_id)
-- not null: id
-- The same bookings, once nobody takes places any more.
select b.id from booking b
where b.status in ('held', 'paid', 'confirming', 'confirmed')
  and b.id in (
      select booking_id from booking_leg where sailing_id = $1
      union
      select c.booking_id from booking_change c
      join change_capacity h on h.change_id = c.id
      where h.sailing_id = $1)
order by b.created_at, b.id;

-- name: held_by_changes(sailing_id)
-- not null: places
-- What changes that wait hold of the sailing, the oldest first.
select c.id, c.booking_id, c.status, c.content, h.places
from booking_change c
join (
    select change_id, jsonb_object_agg(resource, quantity) as places
    from change_capacity where sailing_id = $1 group by change_id
) h on h.change_id = c.id
order by c.created_at, c.id;

-- name: lose_places(sailing_id, booking_ids)
-- not null: sailing_id, resource, quantity
-- What these bookings have of the sailing, taken from them for good.
with lost as (
    update booking_leg set place_lost_at = now()
    where sailing_id = $1 and booking_id = any($2::uuid[]) and place_lost_at is null
    returning booking_id, number
)
delete from leg_capacity c using lost l
where c.booking_id = l.booking_id and c.leg_number = l.number and c.sailing_id = $1
returning c.sailing_id, c.resource, c.quantity;

-- name: has_boarded(sailing_id)
-- not null: boarded
select exists (
    select from admission where sailing_id = $1 and undone_at is null) as boarded;

-- name: other_voyages(ferry_id, sailing_id, leaves_at, arrives_at)
-- not null: departs_at, origin_code, origin_name, origin_timezone, destination_code,
--    destination_name, destination_timezone
-- Where else the ship is to sail between these instants.
select s.id, coalesce(s.expected_departs_at, s.departs_at) as departs_at,
       o.code as origin_code, o.name as origin_name, o.timezone as origin_timezone,
       o.country as origin_country, d.code as destination_code, d.name as destination_name,
       d.timezone as destination_timezone, d.country as destination_country
from sailing s
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
where s.ferry_id = $1 and s.id <> $2 and s.status in ('scheduled', 'closed', 'departed')
  and s.arrived_at is null
  and coalesce(s.expected_departs_at, s.departs_at) < $4
  and coalesce(s.expected_arrives_at, s.arrives_at) > $3
  and s.departs_at > $3::timestamptz - interval '8 days'
order by departs_at;
