-- A booking may be paid in parts: at first, and again for a change that makes it dearer.

-- What of its subject a payment is for: null is the whole, else the id of a change.
alter table payment add column part_id uuid;

-- Of each part one payment is kept; any other one goes back.
drop index payment_one_kept;
create unique index payment_one_kept on payment (subject_kind, subject_id, part_id)
    nulls not distinct where kept_at is not null;

-- The change of a booking that has not ended, as it is read with the booking: one row at most.
create view open_change as
select booking_id, jsonb_build_object('origin', origin, 'status', status, 'due_minor', due_minor,
       'expires_at', expires_at) as change
from booking_change where status in ('held', 'accepted');
