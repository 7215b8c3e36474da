-- Browsers in which a booking is open: what a link was exchanged for, so that no link stays in an
-- address.

create table booking_device (
    -- SHA-256 of the secret in the browser's cookie: whoever reads it here cannot come in with it.
    secret_hash bytea primary key,
    booking_id uuid not null,
    is_trusted boolean not null,
    began_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    ends_at timestamptz not null,
    -- A code by mail that makes it a trusted one: keyed hash, end, wrong tries, how many were sent.
    code_hash text,
    code_expires_at timestamptz,
    code_tries int not null default 0,
    code_sent_at timestamptz,
    codes_sent int not null default 0,
    constraint booking_device_of foreign key (booking_id) references booking (id) on delete cascade,
    constraint booking_device_hash_length check (octet_length(secret_hash) = 32),
    constraint booking_device_code_ends check ((code_hash is null) = (code_expires_at is null))
);
comment on constraint booking_device_of on booking_device is 'Devices go with their booking.';
comment on constraint booking_device_hash_length on booking_device is 'SHA-256.';
comment on constraint booking_device_code_ends on booking_device is 'No code is good for ever.';
create index booking_device_booking on booking_device (booking_id, seen_at);
create index booking_device_seen on booking_device (seen_at);

-- Links that were written before it open nothing; null: all do, as long as they live.
alter table booking add column links_from timestamptz;
