-- Mandates: a traveller lets a program pay with a saved card, within bounds.

create table mandate (
    id uuid primary key,
    status text not null default 'asked',
    email text not null,
    language text not null,
    limit_minor bigint not null,
    currency char(3) not null,
    -- Null: from anywhere, to anywhere.
    origin_id uuid,
    destination_id uuid,
    most_bookings int not null,
    valid_until timestamptz not null,
    -- The page at the payment provider on which the card is saved.
    session_id text,
    customer_id text,
    method_id text,
    card_brand text,
    card_last4 text,
    -- SHA-256 of the key that the program shows; the key itself is nowhere.
    key_hash bytea,
    created_at timestamptz not null default now(),
    checked_at timestamptz,
    ended_at timestamptz,
    constraint mandate_from foreign key (origin_id) references port (id) on delete cascade,
    constraint mandate_to foreign key (destination_id) references port (id) on delete cascade,
    constraint mandate_status_known check (status in ('asked', 'active', 'revoked', 'expired')),
    constraint mandate_limit_positive check (limit_minor > 0),
    constraint mandate_bookings_positive check (most_bookings > 0),
    constraint mandate_active_has_card check (
        status <> 'active'
        or (customer_id is not null and method_id is not null and card_brand is not null
            and card_last4 is not null))
);
comment on constraint mandate_from on mandate is 'A mandate for a route goes with its port.';
comment on constraint mandate_to on mandate is 'A mandate for a route goes with its port.';
comment on constraint mandate_status_known on mandate is 'See bookings/mandates/states.py.';
comment on constraint mandate_limit_positive on mandate is 'Nobody sails for nothing.';
comment on constraint mandate_bookings_positive on mandate is 'A mandate is for a booking or more.';
comment on constraint mandate_active_has_card on mandate is 'Only a saved card can be charged.';
create unique index mandate_by_key on mandate (key_hash) where key_hash is not null;
create index mandate_by_email on mandate (lower(email)) where status in ('asked', 'active');
create index mandate_ends on mandate (valid_until) where status in ('asked', 'active');
create index mandate_by_origin on mandate (origin_id) where origin_id is not null;
create index mandate_by_destination on mandate (destination_id) where destination_id is not null;

create table mandate_use (
    id uuid primary key,
    mandate_id uuid not null,
    booking_id uuid not null,
    payment_id uuid not null,
    amount_minor bigint not null,
    status text not null default 'taken',
    -- Why the bank refused, in the payment provider's word.
    refusal text,
    created_at timestamptz not null default now(),
    ended_at timestamptz,
    constraint mandate_use_of foreign key (mandate_id) references mandate (id) on delete cascade,
    constraint mandate_use_booking foreign key (booking_id) references booking (id)
        on delete cascade,
    constraint mandate_use_payment foreign key (payment_id) references payment (id)
        on delete cascade,
    constraint mandate_use_status_known check (status in ('taken', 'spent', 'given_back')),
    constraint mandate_use_positive check (amount_minor > 0)
);
comment on constraint mandate_use_of on mandate_use is 'A use goes with its mandate.';
comment on constraint mandate_use_booking on mandate_use is 'A use goes with its booking.';
comment on constraint mandate_use_payment on mandate_use is 'A use goes with its payment.';
comment on constraint mandate_use_status_known on mandate_use is
    'See bookings/mandates/states.py.';
comment on constraint mandate_use_positive on mandate_use is 'Nothing is taken for nothing.';
-- A bank is asked once for a payment without its customer; after that a person pays.
create unique index mandate_use_once on mandate_use (payment_id);
create index mandate_use_by_mandate on mandate_use (mandate_id, created_at);
create index mandate_use_by_booking on mandate_use (booking_id);
create index mandate_use_open on mandate_use (created_at) where status = 'taken';
