-- Bookings that change as a whole.

-- name: open_change(booking_id)
select id, booking_id, number, origin, status, from_version, content, total_minor, due_minor,
       created_at, expires_at, refusal
from booking_change where booking_id = $1 and status in ('held', 'accepted');

-- name: open_changes(booking_ids)
select id from booking_change
where booking_id = any($1::uuid[]) and status in ('held', 'accepted')
order by id;

-- name: change_by_id(id)
select id, booking_id, number, origin, status, from_version, content, total_minor, due_minor,
       created_at, expires_at, refusal
from booking_change where id = $1;

-- name: add_changes(origin, changes)
-- One for each booking. The caller holds their rows, so the next number is nobody else's.
insert into booking_change (id, booking_id, number, origin, from_version, content, total_minor,
                            due_minor, expires_at)
select c.id, c.booking_id, last.number + 1, $1, c.version, c.content, c.total_minor, c.due_minor,
       c.expires_at
from jsonb_to_recordset($2::jsonb) as c
    (id uuid, booking_id uuid, version int, content jsonb, total_minor bigint, due_minor bigint,
     expires_at timestamptz)
cross join lateral (
    select coalesce(max(number), 0) as number from booking_change where booking_id = c.booking_id
) last;

-- name: next_change_number(booking_id)
-- not null: number
select coalesce(max(number), 0) + 1 as number from booking_change where booking_id = $1;

-- name: set_change_status(id, from_statuses, to_status, refusal)
-- Compare and set. No row: somebody was faster.
update booking_change set status = $3, refusal = $4,
    ended_at = case when $3 in ('held', 'accepted') then null else now() end
where id = $1 and status = any($2::text[])
returning id;

-- name: set_change_statuses(ids, from_statuses, to_status)
-- Compare and set. A row for each of which it was true.
update booking_change set status = $3,
    ended_at = case when $3 in ('held', 'accepted') then null else now() end
where id = any($1::uuid[]) and status = any($2::text[])
returning id;

-- name: set_change_content(id, content)
update booking_change set content = $2 where id = $1 and status = 'accepted';

-- name: add_change_capacity(change_ids, sailing_ids, resources, quantities)
insert into change_capacity (change_id, sailing_id, resource, quantity)
select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::int[]);

-- name: take_change_capacity(change_id)
-- What the change holds, taken from it: a second call finds nothing to give back.
delete from change_capacity where change_id = $1 returning sailing_id, resource, quantity;

-- name: take_capacity_of_changes(change_ids)
delete from change_capacity where change_id = any($1::uuid[])
returning sailing_id, resource, quantity;

-- name: reserved_legs(booking_ids)
select booking_id, leg_number as leg, sailing_id, resource, quantity from leg_capacity
where booking_id = any($1::uuid[])
order by leg_number, resource;

-- name: overdue_changes(limit_count)
select id from booking_change where status = 'held' and expires_at <= now()
order by expires_at limit $1;

-- name: stuck_changes(older_than_seconds, limit_count)
-- Accepted and not carried out for too long: their job is looked after again.
select id from booking_change
where status = 'accepted' and created_at < now() - make_interval(secs => $1)
order by created_at limit $2;

-- name: lock_places(booking_id, sailing_ids)
-- Counters of what a booking and its changes have, and of these sailings, in the order in which
-- holds lock them: what one transaction takes and frees, it locks at once.
select c.resource from capacity c
where c.sailing_id = any($2::uuid[])
   or c.sailing_id in (select sailing_id from leg_capacity where booking_id = $1)
   or c.sailing_id in (
       select h.sailing_id from change_capacity h
       join booking_change b on b.id = h.change_id where b.booking_id = $1)
order by c.sailing_id, c.resource
for update;

-- name: drop_legs(booking_id, kept)
delete from booking_leg where booking_id = $1 and number <> all($2::int[]);

-- name: put_legs(booking_id, numbers, sailing_ids, prices, keys, references, least_fees, fare_ids)
-- A leg keeps its row, so that whatever points at it keeps its place.
insert into booking_leg (booking_id, number, sailing_id, price_minor, operator_key,
                         operator_reference, least_fee_percent, fare_id)
select $1, l.number, l.sailing_id, l.price, l.key, l.reference, l.least_fee, l.fare_id
from unnest($2::int[], $3::uuid[], $4::bigint[], $5::text[], $6::text[], $7::int[], $8::uuid[])
    as l (number, sailing_id, price, key, reference, least_fee, fare_id)
on conflict (booking_id, number) do update
set sailing_id = excluded.sailing_id, price_minor = excluded.price_minor,
    operator_key = excluded.operator_key, operator_reference = excluded.operator_reference,
    least_fee_percent = excluded.least_fee_percent, fare_id = excluded.fare_id,
    place_lost_at = case when booking_leg.sailing_id = excluded.sailing_id
        then booking_leg.place_lost_at end;

-- name: drop_reserved(booking_id)
delete from leg_capacity where booking_id = $1;

-- name: find_places(booking_id)
-- A leg that has places again, on the very sailing on which it had lost them.
update booking_leg l set place_lost_at = null
where l.booking_id = $1 and l.place_lost_at is not null and exists (
    select from leg_capacity c where c.booking_id = $1 and c.leg_number = l.number);

-- name: drop_items(booking_id)
delete from booking_item where booking_id = $1;

-- name: put_items(booking_id, items)
insert into booking_item (booking_id, number, leg_number, item, quantity, unit_minor, amount_minor,
                          reason)
select $1, i.number, i.leg, i.item, i.quantity, i.amount_minor / i.quantity, i.amount_minor,
       i.reason
from jsonb_to_recordset($2::jsonb) as i
    (number int, leg int, item text, quantity int, amount_minor bigint, reason text);

-- name: drop_passengers(booking_id, numbers)
delete from passenger where booking_id = $1 and number = any($2::int[]);

-- name: put_passengers(booking_id, passengers)
insert into passenger (booking_id, number, kind, given_name, family_name, birth_date, gender,
                       nationality, assistance, assistance_note, resident_of)
select $1, p.number, p.kind, p.given_name, p.family_name, p.birth_date, p.gender, p.nationality,
       p.assistance, p.assistance_note, p.resident_of
from jsonb_to_recordset($2::jsonb) as p
    (number int, kind text, given_name text, family_name text, birth_date date, gender text,
     nationality text, assistance text, assistance_note text, resident_of text)
on conflict (booking_id, number) do update
set kind = excluded.kind, given_name = excluded.given_name, family_name = excluded.family_name,
    birth_date = excluded.birth_date, gender = excluded.gender,
    nationality = excluded.nationality, assistance = excluded.assistance,
    assistance_note = excluded.assistance_note, resident_of = excluded.resident_of;

-- name: drop_vehicles(booking_id, numbers)
delete from vehicle where booking_id = $1 and number = any($2::int[]);

-- name: put_vehicles(booking_id, vehicles)
insert into vehicle (booking_id, number, kind, length_cm, height_cm, weight_kg, plate)
select $1, v.number, v.kind, v.length_cm, v.height_cm, v.weight_kg, v.plate
from jsonb_to_recordset($2::jsonb) as v
    (number int, kind text, length_cm int, height_cm int, weight_kg int, plate text)
on conflict (booking_id, number) do update
set kind = excluded.kind, length_cm = excluded.length_cm, height_cm = excluded.height_cm,
    weight_kg = excluded.weight_kg, plate = excluded.plate;

-- name: rewrite_booking(booking_id, version, total_minor)
-- No row: it was changed by somebody else. Every ticket that was issued before is void. Goodwill
-- stays as far as there is a price.
update booking
set total_minor = $3, goodwill_minor = least(goodwill_minor, $3), version = version + 1,
    ticket_issue = ticket_issue + 1
where id = $1 and version = $2 and status = 'confirmed'
returning version;

-- name: rewrite_bookings(ids, versions)
-- Those that are as they were seen: other lines at the same price, and tickets of before are void.
update booking b set version = b.version + 1, ticket_issue = b.ticket_issue + 1
from unnest($1::uuid[], $2::int[]) as seen (id, version)
where b.id = seen.id and b.version = seen.version and b.status = 'confirmed'
returning b.id;

-- name: drop_lines_of(booking_ids)
with lines as (delete from booking_item where booking_id = any($1::uuid[]))
delete from leg_capacity where booking_id = any($1::uuid[]);

-- name: put_items_of(items)
insert into booking_item (booking_id, number, leg_number, item, quantity, unit_minor, amount_minor,
                          reason)
select i.booking_id, i.number, i.leg, i.item, i.quantity, i.amount_minor / i.quantity,
       i.amount_minor, i.reason
from jsonb_to_recordset($1::jsonb) as i
    (booking_id uuid, number int, leg int, item text, quantity int, amount_minor bigint,
     reason text);

-- name: put_reserved_of(booking_ids, legs, sailing_ids, resources, quantities)
insert into leg_capacity (booking_id, leg_number, sailing_id, resource, quantity)
select * from unnest($1::uuid[], $2::int[], $3::uuid[], $4::text[], $5::int[]);

-- name: travellers_of(booking_id)
select number, kind, given_name, family_name, birth_date, gender, nationality, assistance,
       assistance_note, resident_of
from passenger where booking_id = $1 order by number;

-- name: sale_end_of_sailings(sailing_ids, close_minutes)
-- Why one of them is not sold any more; no row while all are.
select ended from (
    select sale_ended(status, leaves_at, coalesce(close_minutes, $2)) as ended
    from sailing_sales where sailing_id = any($1::uuid[])
) sales
where ended is not null
limit 1;

-- name: unpayable_changes(limit_count)
-- Payments that are still open although their change waits for no money any more.
select p.id from payment p
where p.subject_kind = 'bookings' and p.status = 'open' and p.part_id is not null
  and not exists (select from booking_change c where c.id = p.part_id and c.status = 'held')
order by p.created_at limit $1;
