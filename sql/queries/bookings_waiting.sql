-- The waiting list of a sailing.

-- name: add_waiter(id, sailing_id, email, language, places, request, most)
-- No row: the same address waits for it already, or so many do. Under lock_list.
insert into waiting_party (id, sailing_id, email, language, places, request)
select $1, $2, $3, $4, $5, $6
where (select count(*) from waiting_party
       where sailing_id = $2 and status in ('waiting', 'offering', 'offered')) < $7
  and not exists (
      select from waiting_party
      where sailing_id = $2 and folded_case(email) = folded_case($3)
        and status in ('waiting', 'offering', 'offered'))
on conflict do nothing;

-- name: waiter_by_id(id)
select w.id, w.sailing_id, w.status, w.email, w.language, w.places, w.reference, w.created_at,
       b.expires_at as booking_expires_at
from waiting_party w left join booking b on b.reference = w.reference
where w.id = $1;

-- name: waiter_request(id)
select request from waiting_party where id = $1 and request is not null;

-- name: waited_sailing(sailing_id)
-- not null: departs_at
select o.code as origin_code, o.name as origin_name, o.timezone as origin_timezone,
       o.country as origin_country, d.code as destination_code, d.name as destination_name,
       d.timezone as destination_timezone, d.country as destination_country, op.name as operator,
       coalesce(s.expected_departs_at, s.departs_at) as departs_at
from sailing s
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
join operator op on op.id = s.operator_id
where s.id = $1;

-- name: waiters_ahead(sailing_id, id)
-- not null: ahead
-- Ids are in the order of time.
select count(*)::int as ahead from waiting_party
where sailing_id = $1 and id < $2 and status in ('waiting', 'offering');

-- name: lock_list(sailing_id)
-- A statement of its own: whoever waits for it then sees what the one before has written. Bookings
-- on the sailing go on meanwhile (they share its key).
select id from sailing where id = $1 for no key update;

-- name: lock_waiters(sailing_id)
-- One party at a time: a second offer beside the first could overtake it.
select w.id, w.sailing_id, w.status, w.email, w.language, w.places, w.reference, w.created_at,
       null::timestamptz as booking_expires_at
from waiting_party w
where w.sailing_id = $1 and w.status = 'waiting'
  and not exists (
      select from waiting_party o where o.sailing_id = $1 and o.status = 'offering')
order by w.id
for update of w;

-- name: begin_offer(id, reference, from_statuses)
-- Not under the reference of a booking that is there: that one would be taken for the offer's own.
update waiting_party set status = 'offering', reference = $2, offered_at = now()
where id = $1 and status = any($3::text[])
  and not exists (select from booking where booking.reference = $2);

-- name: set_waiter_status(id, from_statuses, to_status, final, reference)
-- Compare and set. What ends a party erases what it asked for.
update waiting_party
set status = $3, ended_at = case when $4 then now() end,
    request = case when $4 then null else request end
where id = $1 and status = any($2::text[]) and ($5::text is null or reference = $5);

-- name: stuck_offers(older_than_seconds, most)
select id, sailing_id, status, email, language, places, reference, created_at,
       null::timestamptz as booking_expires_at
from waiting_party
where status = 'offering' and offered_at < now() - make_interval(secs => $1)
order by offered_at
limit $2;

-- name: decided_offers(most)
select w.id as waiter_id, w.sailing_id as waiter_sailing_id, w.status as waiter_status,
       w.email as waiter_email, w.language as waiter_language, w.places as waiter_places,
       w.reference as waiter_reference, w.created_at as waiter_created_at,
       b.expires_at as waiter_booking_expires_at, b.status as booking_status
from waiting_party w join booking b on b.reference = w.reference
where w.status = 'offered' and b.status <> 'held'
order by w.id
limit $1;

-- name: waiters_of_unsold(close_minutes, most)
select w.id, w.sailing_id, w.status, w.email, w.language, w.places, w.reference, w.created_at,
       null::timestamptz as booking_expires_at
from waiting_party w join sailing_sales v on v.sailing_id = w.sailing_id
where w.status = 'waiting'
  and sale_ended(v.status, v.leaves_at, coalesce(v.close_minutes, $1)) is not null
order by w.id
limit $2;

-- name: waited_with_room(most)
-- Whether a whole party fits is looked at when it is offered.
select distinct w.sailing_id
from waiting_party w join capacity c on c.sailing_id = w.sailing_id
where w.status = 'waiting' and c.resource = 'passenger' and c.taken < c.total
limit $1;

-- name: erase_waiters(days, limit_count)
-- Who waited, so many days after it ended. That somebody was offered places stays with the booking
-- that came of it; of the others nothing does. Returns how many.
with over as (
    select id, reference from waiting_party
    where ended_at < now() - make_interval(days => $1) and email <> ''
    limit $2 for update skip locked
), erased as (
    update waiting_party w set email = '' from over
    where w.id = over.id and over.reference is not null
), gone as (
    delete from waiting_party w using over where w.id = over.id and over.reference is null
)
select count(*) from over;
