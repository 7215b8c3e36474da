-- What staff gave back of a booking that stands: a part of the price, and of what it is invoiced.

alter table booking
    -- Of the price; the booking costs so much less. Never more than the price: a change that makes
    -- the booking cheaper takes the rest of it along (bookings_changes.sql, rewrite_booking).
    add column goodwill_minor bigint not null default 0,
    add constraint booking_goodwill_not_negative check (goodwill_minor >= 0);
comment on constraint booking_goodwill_not_negative on booking is 'Goodwill is a gift of ours.';

-- What was given before: its credit notes are written by the task bookings.credit_goodwill.
update booking b
set goodwill_minor = least(g.minor, b.total_minor)
from (
    select p.subject_id, sum(r.amount_minor) as minor
    from refund r
    join payment p on p.id = r.payment_id
    where r.reason = 'goodwill' and r.origin = 'service' and r.claim_id is null
      and p.subject_kind = 'bookings' and p.kept_at is not null
    group by p.subject_id
) g
where g.subject_id = b.id and b.status in ('paid', 'confirming', 'confirmed');

-- Few bookings have any: those without their credit note are looked for every hour.
create index booking_with_goodwill on booking (id) where goodwill_minor > 0;
