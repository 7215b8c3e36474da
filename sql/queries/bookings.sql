-- Bookings, and the one statement that takes places.

-- name: hold_bookings(rows, close_minutes, change_id, cache_tags)
-- Holds places for every booking of the batch, or for none: a row in the answer names a sailing and
-- resource that does not suffice (or why the sailing is not sold any more: closed, departed,
-- cancelled), and then nothing was written. Callers try those again one by one. Else there is a row
-- per booking that says until when it is held: never beyond the close of a leg's sales.
--
-- 1. Capacity rows are locked in one fixed order, so two batches cannot wait for each other in a
--    circle.
-- 2. What is available is read after the lock, never before: a count from before is what oversells.
-- 3. The update repeats the condition, and if it still changed fewer rows than asked, the whole
--    statement is thrown away by the division; the table's check constraint stands behind all of
--    it.
-- 4. A ship that sails instead of the one that was sold may take less high or heavy vehicles: that,
--    too, is read after the lock.
-- 5. Demand goes through arrays: of a JSON record set the planner expects thousands of rows and
--    then reads all of capacity, of an unnested array ten, and then it reads ten rows by their key.
with request as materialized (
    select * from jsonb_to_recordset($1::jsonb) as r (
        id uuid, reference text, email text, phone text, language text, currency text,
        total_minor bigint, hold_seconds float8, payment_id uuid, legs jsonb, reserved jsonb,
        passengers jsonb, vehicles jsonb, items jsonb)
), leg as materialized (
    select r.id as booking_id, l.* from request r
    cross join lateral jsonb_to_recordset(r.legs) as l
        (number int, sailing_id uuid, price_minor bigint, fare_id uuid)
), reserved as materialized (
    select r.id as booking_id, t.* from request r
    cross join lateral jsonb_to_recordset(r.reserved) as t
        (leg int, sailing_id uuid, resource text, quantity int)
), summed as (
    select sailing_id, resource, sum(quantity)::int as quantity
    from reserved group by sailing_id, resource
), demand as materialized (
    select d.* from (
        select array_agg(sailing_id) as sailing_ids, array_agg(resource) as resources,
               array_agg(quantity) as quantities
        from summed
    ) asked cross join lateral unnest(sailing_ids, resources, quantities)
        as d (sailing_id, resource, quantity)
), locked as materialized (
    select c.sailing_id, c.resource, c.total - c.taken as available, c.max_height_cm,
           c.max_vehicle_kg
    from capacity c
    where (c.sailing_id, c.resource) in (select sailing_id, resource from demand)
    order by c.sailing_id, c.resource
    for update
), sales as materialized (
    select sailing_id, leaves_at - make_interval(mins => coalesce(close_minutes, $2)) as close_at,
           sale_ended(status, leaves_at, coalesce(close_minutes, $2)) as ended
    from sailing_sales
    where sailing_id = any(array(select sailing_id from leg))
), short as materialized (
    select d.sailing_id, d.resource
    from demand d left join locked l on l.sailing_id = d.sailing_id and l.resource = d.resource
    where coalesce(l.available, -1) < d.quantity
    union all
    select sailing_id, ended from sales where ended is not null
    union all
    select l.sailing_id, 'lane_cm'
    from request r
    cross join lateral jsonb_to_recordset(r.vehicles) as v (height_cm int, weight_kg int)
    join reserved t on t.booking_id = r.id and t.resource = 'lane_cm'
    join locked l on l.sailing_id = t.sailing_id and l.resource = 'lane_cm'
    where v.height_cm > l.max_height_cm or v.weight_kg > l.max_vehicle_kg
), counted as (
    update capacity c set taken = c.taken + d.quantity
    from demand d
    where c.sailing_id = d.sailing_id and c.resource = d.resource
      and c.taken + d.quantity <= c.total and not exists (select from short)
    returning 1
), booked as (
    insert into booking (id, reference, status, contact_email, contact_phone, language, currency,
                         total_minor, expires_at)
    select id, reference, 'held', email, phone, language, currency, total_minor,
           least(now() + make_interval(secs => hold_seconds),
                 (select min(s.close_at) from leg l join sales s on s.sailing_id = l.sailing_id
                  where l.booking_id = request.id))
    from request where not exists (select from short)
    returning id, expires_at
), legs_booked as (
    insert into booking_leg (booking_id, number, sailing_id, price_minor, fare_id)
    select booking_id, number, sailing_id, price_minor, fare_id from leg
    where not exists (select from short)
), places_booked as (
    insert into leg_capacity (booking_id, leg_number, sailing_id, resource, quantity)
    select booking_id, leg, sailing_id, resource, quantity from reserved
    where not exists (select from short)
), people as (
    insert into passenger (booking_id, number, kind, given_name, family_name, birth_date, gender,
                           nationality, assistance, assistance_note, resident_of)
    select r.id, p.number, p.kind, p.given_name, p.family_name, p.birth_date, p.gender,
           p.nationality, p.assistance, p.assistance_note, p.resident_of
    from request r cross join lateral jsonb_to_recordset(r.passengers) as p
        (number int, kind text, given_name text, family_name text, birth_date date, gender text,
         nationality text, assistance text, assistance_note text, resident_of text)
    where not exists (select from short)
), vehicles_booked as (
    insert into vehicle (booking_id, number, kind, length_cm, height_cm, weight_kg, plate)
    select r.id, v.number, v.kind, v.length_cm, v.height_cm, v.weight_kg, v.plate
    from request r cross join lateral jsonb_to_recordset(r.vehicles) as v
        (number int, kind text, length_cm int, height_cm int, weight_kg int, plate text)
    where not exists (select from short)
), priced as (
    insert into booking_item (booking_id, number, leg_number, item, quantity, unit_minor,
                              amount_minor, reason)
    select r.id, i.number, i.leg, i.item, i.quantity, i.amount_minor / i.quantity, i.amount_minor,
           i.reason
    from request r cross join lateral jsonb_to_recordset(r.items) as i
        (number int, leg int, item text, quantity int, amount_minor bigint, reason text)
    where not exists (select from short)
), owed as (
    insert into payment (id, subject_kind, subject_id, amount_minor, currency)
    select payment_id, 'bookings', id, total_minor, currency
    from request where total_minor > 0 and not exists (select from short)
), made_known as (
    insert into cache_change (id, tags) select $3, $4 where not exists (select from short)
)
select sailing_id, resource, null::uuid as booking_id, null::timestamptz as held_at,
       null::timestamptz as expires_at, 0 as whole
from short
union all
select null, null, id, now(), expires_at,
       1 / case when (select count(*) from counted) = (select count(*) from demand) then 1
           else 0 end
from booked;

-- name: held_bookings(ids)
-- not null: change_id
-- Those that are there: the statement that was to hold them writes all of them or none.
select id as booking_id, created_at as held_at, expires_at, ($1::uuid[])[1] as change_id
from booking where id = any($1::uuid[]);

-- name: paid_bookings_of(email, most)
-- How many bookings of a contact were paid and stand, counted up to a bound.
select count(*)::int from (
    select from booking
    where folded_case(contact_email) = folded_case($1) and status = 'confirmed' limit $2
) as counted;

-- name: booking_by_reference(reference)
select id, reference, status, version, contact_email as email, contact_phone as phone, language,
       currency, total_minor, created_at, expires_at, paid_at, cancel_fee_minor, erased_at,
       goodwill_minor, ticket_issue, links_from,
       (select asked from asked_party where booking_id = booking.id) as asked,
       (select change from open_change where booking_id = booking.id) as change
from booking where reference = $1;

-- name: bookings_by_id(ids)
select id, reference, status, version, contact_email as email, contact_phone as phone, language,
       currency, total_minor, created_at, expires_at, paid_at, cancel_fee_minor, erased_at,
       goodwill_minor, ticket_issue, links_from,
       (select asked from asked_party where booking_id = booking.id) as asked,
       (select change from open_change where booking_id = booking.id) as change
from booking where id = any($1::uuid[]);

-- name: lock_booking(id)
-- Whoever changes a booking's status holds its row.
select status, expires_at <= now() as overdue from booking where id = $1 for update;

-- name: lock_sailings(ids)
-- A statement of its own: what is read next is what whoever held one of them has committed.
-- Bookings beside each other share them; who cancels or retimes one waits, and then finds everybody
-- aboard.
select id from sailing where id = any($1::uuid[]) order by id for share;

-- name: are_cancelled(ids)
-- not null: cancelled
select exists (
    select from sailing where id = any($1::uuid[]) and status = 'cancelled') as cancelled;

-- name: refuse_vehicles(ids, heights, weights)
-- not null: refused
-- Under lock_sailings: whether one of these sailings of ours does not take one of these vehicles.
select exists (
    select from sailing s
    cross join unnest($2::int[], $3::int[]) as v (height_cm, weight_kg)
    where s.id = any($1::uuid[]) and s.remote_key is null
      and (v.height_cm > coalesce(s.max_height_cm, 0) or v.weight_kg > s.max_vehicle_kg)
) as refused;

-- name: legs_of(booking_ids)
select l.booking_id, l.number, l.sailing_id, l.price_minor, l.operator_reference, l.operator_key,
       l.least_fee_percent, coalesce(l.fare_id, s.fare_id) as fare_id, s.departs_at, s.arrives_at,
       s.expected_departs_at, s.expected_arrives_at, s.status, s.note, s.reason, s.remote_key,
       l.place_lost_at is not null as place_lost,
       coalesce(m.departed_at, s.departed_at) as departed_at,
       coalesce(m.arrived_at, s.arrived_at) as arrived_at, o.code as origin_code,
       o.name as origin_name, o.timezone as origin_timezone,
       o.country as origin_country, d.code as destination_code, d.name as destination_name,
       d.timezone as destination_timezone, d.country as destination_country,
       op.code as operator_code, op.name as operator_name, op.kind as operator_kind,
       op.source as operator_source, op.phone as operator_phone,
       op.support_email as operator_support_email, f.name as ferry, f.mmsi,
       (select jsonb_agg(jsonb_build_object('area', r.area, 'percent', r.percent, 'proofs',
           r.proofs) order by r.area)
        from resident_discount r
        where r.fare_id = coalesce(l.fare_id, s.fare_id)) as resident_discounts,
       (select extras from fare_extras e
        where e.fare_id = coalesce(l.fare_id, s.fare_id)) as fare_extras
from booking_leg l
join sailing s on s.id = l.sailing_id
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
join operator op on op.id = s.operator_id
left join ferry f on f.id = s.ferry_id
left join measured_passage m on m.sailing_id = s.id
where l.booking_id = any($1::uuid[])
order by l.number;

-- name: passengers_of(booking_ids)
select booking_id, number, kind, given_name, family_name, resident_of from passenger
where booking_id = any($1::uuid[]) order by number;

-- name: passenger_requests(booking_id)
select given_name, family_name, kind, birth_date, gender, nationality, assistance,
       assistance_note, resident_of
from passenger where booking_id = $1 order by number;

-- name: renewal_of(booking_id)
select renewed_as from booking where id = $1 and renewed_as is not null;

-- name: renew(booking_id, renewal_id)
-- No row: another booking took its place and still stands.
update booking b set renewed_as = $2
where b.id = $1 and not exists (
    select from booking r
    where r.id = b.renewed_as and r.status not in ('expired', 'refused', 'cancelled'))
returning b.id;

-- name: vehicles_of(booking_ids)
select booking_id, number, kind, length_cm, height_cm, plate, weight_kg from vehicle
where booking_id = any($1::uuid[]) order by number;

-- name: cabin_berths_of(booking_id)
select l.number as leg, c.cabin_type, c.berths
from booking_leg l
join sailing s on s.id = l.sailing_id
join ferry_cabin c on c.ferry_id = s.ferry_id
where l.booking_id = $1;

-- name: items_of(booking_ids)
-- Lines that were written before amounts were stored say it by unit.
select booking_id, leg_number as leg, item, quantity,
       coalesce(amount_minor, quantity * unit_minor) as amount_minor,
       reason
from booking_item where booking_id = any($1::uuid[]) order by number;

-- name: set_status(id, from_statuses, to_status)
-- Compare and set, with the instant that belongs to the new status. No row: somebody was faster.
update booking set status = $3,
    paid_at = case when $3 = 'paid' then now() else paid_at end,
    confirmed_at = case when $3 = 'confirmed' then now() else confirmed_at end,
    ended_at = case when $3 in ('cancelled', 'expired', 'refused') then now() else ended_at end
where id = $1 and status = any($2::text[])
returning id;

-- name: sale_end_of(booking_id, close_minutes)
-- Why a leg of the booking is not sold any more; no row while all are.
select ended from (
    select l.number, sale_ended(s.status, s.leaves_at, coalesce(s.close_minutes, $2)) as ended
    from booking_leg l join sailing_sales s on s.sailing_id = l.sailing_id
    where l.booking_id = $1
) leg
where ended is not null
order by number
limit 1;

-- name: set_cancel_fee(id, fee_minor)
update booking set cancel_fee_minor = $2, version = version + 1 where id = $1;

-- name: add_goodwill(id, amount_minor)
update booking set goodwill_minor = goodwill_minor + $2
where id = $1 and status in ('paid', 'confirming', 'confirmed');

-- name: goodwill_of(id)
select goodwill_minor from booking where id = $1;

-- name: set_operator_reference(booking_id, number, operator_reference)
update booking_leg set operator_reference = $3 where booking_id = $1 and number = $2;

-- name: take_reserved(booking_id)
-- What a booking holds of capacity, for itself and for a change that waits, taken from both: a
-- second call finds nothing to give back. The change ends with it.
with own as (
    delete from leg_capacity where booking_id = $1 returning sailing_id, resource, quantity
), waiting as (
    update booking_change set status = 'withdrawn', ended_at = now()
    where booking_id = $1 and status = 'held'
), held as (
    delete from change_capacity c using booking_change h
    where h.id = c.change_id and h.booking_id = $1 and h.status = 'held'
    returning c.sailing_id, c.resource, c.quantity
)
select sailing_id, resource, quantity from own
union all
select sailing_id, resource, quantity from held;

-- name: add_reserved(booking_id, leg_numbers, sailing_ids, resources, quantities)
insert into leg_capacity (booking_id, leg_number, sailing_id, resource, quantity)
select $1, r.leg, r.sailing_id, r.resource, r.quantity
from unnest($2::int[], $3::uuid[], $4::text[], $5::int[])
    as r (leg, sailing_id, resource, quantity);

-- name: erase_documents(days, limit_count)
-- What was asked for a voyage that is over (or will not be made) by so many days. Returns how many
-- bookings.
with over as (
    select b.id from booking b
    where b.documents_erased_at is null
      and b.status in ('cancelled', 'expired', 'refused', 'confirmed') and (
        b.status in ('cancelled', 'expired', 'refused')
            and b.ended_at < now() - make_interval(days => $1)
        or b.status = 'confirmed' and (
            select max(s.arrives_at) from booking_leg l join sailing s on s.id = l.sailing_id
                where l.booking_id = b.id
        ) < now() - make_interval(days => $1))
    limit $2 for update of b skip locked
), erased as (
    update passenger p
    set birth_date = null, gender = null, nationality = null, assistance = null,
        assistance_note = null, resident_of = null
    from over where p.booking_id = over.id
), marked as (
    update booking b set documents_erased_at = now() from over where b.id = over.id returning b.id
)
select count(*) from marked;

-- name: lock_people(days, limit_count)
-- Bookings so many days after the voyage or its end without one. What belongs to them is erased by
-- the next statement: this one does not see what was committed before it had the lock.
select b.id from booking b
where b.erased_at is null and b.documents_erased_at < now() - make_interval(days => $1)
  and not exists (
    select from payment p join refund r on r.payment_id = p.id
    where p.subject_kind = 'bookings' and p.subject_id = b.id
        and r.status in ('pending', 'requested'))
limit $2 for update of b skip locked;

-- name: erase_people(booking_ids)
-- Who it was, of locked bookings; never while money is on its way back.
with over as (
    select b.id from booking b
    where b.id = any($1::uuid[])
      and not exists (
        select from payment p join refund r on r.payment_id = p.id
        where p.subject_kind = 'bookings' and p.subject_id = b.id
            and r.status in ('pending', 'requested'))
), nameless as (
    update passenger p set given_name = '', family_name = '' from over where p.booking_id = over.id
), changes as (
    update booking_change c
    set content = content || '{"passengers": [], "vehicles": []}' from over
        where c.booking_id = over.id
), buyerless as (
    update invoice i set buyer = '', buyer_vat_id = '' from over where i.booking_id = over.id
), unnamed as (
    delete from booking_buyer b using over where b.booking_id = over.id
), deviceless as (
    delete from booking_device d using over where d.booking_id = over.id
), unheard as (
    delete from push_subscription p using over where p.booking_id = over.id
), unnoted as (
    delete from booking_note n using over where n.booking_id = over.id
), unexplained as (
    update compensation_claim c set note = null from over
    where c.booking_id = over.id and c.note is not null
), unclaimed as (
    update promotion_use u set person_key = null from over where u.booking_id = over.id
), plateless as (
    update vehicle v set plate = null from over where v.booking_id = over.id
), marked as (
    update booking b set erased_at = now(), contact_email = '', contact_phone = null
    from over where b.id = over.id
    returning b.id
)
select count(*) from marked;

-- name: overdue_holds(limit_count)
select id from booking where status = 'held' and expires_at <= now() order by expires_at limit $1;

-- name: stuck_bookings(older_than_seconds, limit_count)
-- Paid or confirming for too long: their job is looked after again.
select id from booking
where status in ('paid', 'confirming') and created_at < now() - make_interval(secs => $1)
order by created_at limit $2;

-- name: boarded_legs(booking_id)
-- not null: leg_number
-- Legs on which somebody was let aboard, of the sailings that they are now.
select distinct l.number as leg_number
from booking_leg l
join admission a on a.booking_id = l.booking_id and a.leg_number = l.number
    and a.sailing_id = l.sailing_id
where l.booking_id = $1 and a.undone_at is null;
