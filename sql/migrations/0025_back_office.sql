-- The clerk's desk: notes on bookings, and the ways in which a booking is looked for.

-- How names are compared: without case, accents, spaces, hyphens and apostrophes.
create function folded(text) returns text
    language sql immutable strict parallel safe
    return regexp_replace(normalize(lower($1), nfkd), '[\u0300-\u036f \u2019''-]', '', 'g');

-- How number plates, telephone numbers and operators' references are compared.
create function alphanumeric(text) returns text
    language sql immutable strict parallel safe
    return regexp_replace(upper($1), '[^A-Z0-9]', '', 'g');

create table booking_note (
    id uuid primary key,
    booking_id uuid not null,
    -- Null once the person who wrote it is gone.
    staff_id uuid,
    text text not null,
    at timestamptz not null default now(),
    constraint booking_note_of_booking foreign key (booking_id)
        references booking (id) on delete cascade,
    constraint booking_note_by_staff foreign key (staff_id)
        references staff (id) on delete set null,
    constraint booking_note_says_something check (length(text) between 1 and 2000)
);
comment on constraint booking_note_of_booking on booking_note is 'A note goes with its booking.';
comment on constraint booking_note_by_staff on booking_note is 'A note outlives its author.';
comment on constraint booking_note_says_something on booking_note is
    'Longer ones belong into a file of their own.';
create index booking_note_by_booking on booking_note (booking_id, at);

-- text_pattern_ops: the beginning of a name or address is searched for.
create index booking_by_email on booking (lower(contact_email) text_pattern_ops);
-- The last digits count: whoever calls leaves the country code out.
create index booking_by_phone on booking (reverse(alphanumeric(contact_phone)) text_pattern_ops)
    where contact_phone is not null;
create index passenger_by_family_name on passenger (folded(family_name) text_pattern_ops);
create index vehicle_by_plate on vehicle (alphanumeric(plate)) where plate is not null;
create index payment_by_card on payment (card_last4, created_at) where card_last4 is not null;
create index booking_leg_by_operator_reference on booking_leg (alphanumeric(operator_reference))
    where operator_reference is not null;
create index alert_by_subject on alert (subject_kind, subject_id);
create index audit_by_subject on audit (subject_kind, subject_id);

-- What of a failed refund is still owed: it may be paid again in parts. One that was begun at
-- Stripe and failed there was nobody's claim.
create view refund_owed as
select r.id, r.payment_id,
       (r.amount_minor - coalesce(again.amount_minor, 0))::bigint as owed_minor
from refund r
cross join lateral (
    select sum(amount_minor) as amount_minor from refund
    where claim_id = r.id and status <> 'failed'
) again
where r.status = 'failed' and r.origin = 'service' and r.claim_id is null
  and r.amount_minor > coalesce(again.amount_minor, 0);

-- A booking in one line: who, how many, from where to where, when, with whom.
create view booking_line as
select b.id, b.reference, b.status, b.created_at, b.contact_email as email, b.currency,
       b.total_minor, b.erased_at, lead.given_name, lead.family_name, aboard.people,
       cars.vehicles, leg.departs_at, leg.origin_name, leg.origin_timezone, leg.destination_name,
       leg.operators, leg.legs,
       exists (
           select from payment p join refund_owed o on o.payment_id = p.id
           where p.subject_kind = 'bookings' and p.subject_id = b.id
       ) as money_owed,
       exists (
           select from job j where j.subject_kind = 'bookings' and j.subject_id = b.id::text
             and j.state = 'dead'
       ) as task_dead
from booking b
left join lateral (
    select given_name, family_name from passenger
    where booking_id = b.id order by number limit 1
) lead on true
cross join lateral (select count(*) as people from passenger where booking_id = b.id) aboard
cross join lateral (select count(*) as vehicles from vehicle where booking_id = b.id) cars
cross join lateral (
    select min(s.departs_at) as departs_at, count(*) as legs,
           (array_agg(o.name order by l.number))[1] as origin_name,
           (array_agg(o.timezone order by l.number))[1] as origin_timezone,
           (array_agg(d.name order by l.number))[1] as destination_name,
           array_agg(distinct op.name) as operators
    from booking_leg l
    join sailing s on s.id = l.sailing_id
    join operator op on op.id = s.operator_id
    join port o on o.id = s.origin_id
    join port d on d.id = s.destination_id
    where l.booking_id = b.id
) leg;
