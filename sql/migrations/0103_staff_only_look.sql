-- Staff who open the customer's view of a booking look: what they do to it stands at the desk under
-- their name, by their own permissions.

alter table booking_device add column is_staff boolean not null default false;
comment on column booking_device.is_staff is 'Opened from the desk: nothing is changed in it.';
