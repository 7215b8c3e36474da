-- What a booking's first write does not need: it is the busiest statement there is, and every row costs.

-- Nobody looks these up by sailing: what was taken is found by booking, and the invariants read it all.
drop index leg_capacity_by_sailing;

-- A payment has neither at first: most entries were nulls.
alter table payment drop constraint payment_session_key, drop constraint payment_intent_key;
create unique index payment_session_key on payment (session_id) where session_id is not null;
create unique index payment_intent_key on payment (intent_id) where intent_id is not null;

-- Taken places and price lines are written by the statement that writes their booking, and bookings are never
-- deleted. The checks cost a tenth of that statement; an invariant looks for rows without a booking instead.
alter table leg_capacity drop constraint leg_capacity_of_leg;
alter table booking_item drop constraint booking_item_of_booking;
