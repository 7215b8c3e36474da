-- Mails before departure, and when a ship has not left: what was sent.

create table reminder (
    booking_id uuid not null,
    leg_number int not null,
    kind text not null,
    -- The version of the sailing's time that they were told.
    leaves_at timestamptz not null,
    sent_at timestamptz not null default now(),
    constraint reminder_pkey primary key (booking_id, leg_number, kind, leaves_at),
    constraint reminder_of_booking foreign key (booking_id) references booking (id),
    constraint reminder_kind_known check (kind in ('day', 'hours', 'in_port', 'in_port_long'))
);
comment on constraint reminder_pkey on reminder is 'Nobody is reminded twice of one time.';
comment on constraint reminder_of_booking on reminder is 'Somebody is reminded.';
comment on constraint reminder_kind_known on reminder is 'bookings.reminders.model.ReminderKind.';
