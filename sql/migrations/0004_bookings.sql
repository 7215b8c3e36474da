-- Bookings, what they took, their money, and the mails about them.

create table booking (
    id uuid primary key,
    -- Eight characters without look-alikes, for people.
    reference text not null,
    -- held -> paid -> confirming -> confirmed -> cancelled; or expired, refused
    status text not null,
    -- Counts what the customer was told: a mail is sent once per version.
    version int not null default 1,
    contact_email text not null,
    contact_phone text,
    language text not null default 'en',
    currency char(3) not null,
    total_minor bigint not null,
    created_at timestamptz not null default now(),
    -- Held places are given back after this instant, once Stripe has said that nobody paid.
    expires_at timestamptz not null,
    paid_at timestamptz,
    confirmed_at timestamptz,
    ended_at timestamptz,
    cancel_fee_minor bigint,
    constraint booking_reference_key unique (reference),
    constraint booking_status_known check (status in
        ('held', 'paid', 'confirming', 'confirmed', 'cancelled', 'expired', 'refused')),
    constraint booking_total_not_negative check (total_minor >= 0),
    constraint booking_fee_within_total check (cancel_fee_minor between 0 and total_minor)
);
create index booking_held on booking (expires_at) where status = 'held';
create index booking_under_way on booking (created_at) where status in ('paid', 'confirming');

create table booking_leg (
    booking_id uuid not null,
    number int not null,
    sailing_id uuid not null,
    price_minor bigint not null,
    -- The operator's own reference, once it has confirmed.
    operator_reference text,
    constraint booking_leg_pkey primary key (booking_id, number),
    constraint booking_leg_of_booking foreign key (booking_id) references booking (id) on delete cascade,
    constraint booking_leg_on_sailing foreign key (sailing_id) references sailing (id)
);
create index booking_leg_by_sailing on booking_leg (sailing_id);

-- What a leg took from its sailing, to the unit: exactly this is given back.
create table leg_capacity (
    booking_id uuid not null,
    leg_number int not null,
    sailing_id uuid not null,
    resource text not null,
    quantity int not null,
    constraint leg_capacity_pkey primary key (booking_id, leg_number, resource),
    constraint leg_capacity_of_leg foreign key (booking_id, leg_number)
        references booking_leg (booking_id, number) on delete cascade,
    constraint leg_capacity_positive check (quantity > 0)
);
create index leg_capacity_by_sailing on leg_capacity (sailing_id, resource);

create table passenger (
    booking_id uuid not null,
    number int not null,
    kind text not null,
    given_name text not null,
    family_name text not null,
    -- Asked for voyages beyond 20 nautical miles (Directive 98/41/EC, article 5); erased by the retention job.
    birth_date date,
    gender text,
    nationality char(2),
    constraint passenger_pkey primary key (booking_id, number),
    constraint passenger_of_booking foreign key (booking_id) references booking (id) on delete cascade,
    constraint passenger_kind_known check (kind in ('adult', 'child', 'infant'))
);

create table vehicle (
    booking_id uuid not null,
    number int not null,
    kind text not null,
    length_cm int not null,
    height_cm int not null,
    weight_kg int,
    plate text,
    constraint vehicle_pkey primary key (booking_id, number),
    constraint vehicle_of_booking foreign key (booking_id) references booking (id) on delete cascade,
    constraint vehicle_has_size check (length_cm > 0 and height_cm > 0)
);

-- The price, line by line, as it was shown.
create table booking_item (
    booking_id uuid not null,
    number int not null,
    leg_number int not null,
    item text not null,
    quantity int not null,
    unit_minor bigint not null,
    constraint booking_item_pkey primary key (booking_id, number),
    constraint booking_item_of_booking foreign key (booking_id) references booking (id) on delete cascade,
    constraint booking_item_quantity_positive check (quantity > 0)
);

create table payment (
    id uuid primary key,
    -- What is paid for: 'bookings' and the booking's id. A settled payment asks for the task '<kind>.accept_payment'.
    subject_kind text not null,
    subject_id uuid not null,
    amount_minor bigint not null,
    currency char(3) not null,
    -- open -> succeeded, or closed without money. A late success of a closed one is money that must go back.
    status text not null default 'open',
    session_id text,
    intent_id text,
    checkout_url text,
    received_minor bigint,
    last_error text,
    created_at timestamptz not null default now(),
    settled_at timestamptz,
    checked_at timestamptz,
    constraint payment_status_known check (status in ('open', 'succeeded', 'closed')),
    constraint payment_session_key unique (session_id),
    constraint payment_intent_key unique (intent_id),
    constraint payment_amount_positive check (amount_minor > 0)
);
-- One way to pay at a time; a second click finds the first one.
create unique index payment_one_open on payment (subject_kind, subject_id) where status = 'open';
create index payment_of_subject on payment (subject_kind, subject_id);
create index payment_open on payment (created_at) where status = 'open';

create table refund (
    id uuid primary key,
    payment_id uuid not null,
    amount_minor bigint not null,
    reason text not null,
    -- pending: we owe it; requested: Stripe works on it; succeeded; failed: a person must act.
    status text not null default 'pending',
    -- The same reason refunds once: 'cancel:<booking>', 'late:<payment>', 'refused:<booking>'.
    unique_key text not null,
    stripe_id text,
    failure text,
    created_at timestamptz not null default now(),
    settled_at timestamptz,
    constraint refund_of_payment foreign key (payment_id) references payment (id),
    constraint refund_unique_key unique (unique_key),
    constraint refund_stripe_key unique (stripe_id),
    constraint refund_amount_positive check (amount_minor > 0),
    constraint refund_status_known check (status in ('pending', 'requested', 'succeeded', 'failed'))
);
create index refund_by_payment on refund (payment_id);

-- Every event that Stripe ever sent us, once. The id is kept for good: Stripe repeats for three days, people replay later.
create table stripe_event (
    id text primary key,
    type text not null,
    payload jsonb not null,
    received_at timestamptz not null default now(),
    processed_at timestamptz,
    outcome text
);
create index stripe_event_waiting on stripe_event (received_at) where processed_at is null;

-- Double entry: the lines of one transaction add up to zero.
create table ledger (
    id bigint generated always as identity primary key,
    transaction_id uuid not null,
    at timestamptz not null default now(),
    -- stripe (money at the provider), customer:<subject id> (what we owe or were paid)
    account text not null,
    amount_minor bigint not null,
    currency char(3) not null,
    memo text not null,
    -- A transaction is written once, however often its event arrives.
    constraint ledger_once unique (transaction_id, account)
);
create index ledger_by_account on ledger (account);

create table mail (
    id uuid primary key,
    -- 'booking:<id>:confirmation:<version>': a mail exists once per what it says.
    unique_key text not null,
    template text not null,
    recipient text not null,
    language text not null,
    context jsonb not null,
    created_at timestamptz not null default now(),
    sent_at timestamptz,
    constraint mail_unique_key unique (unique_key)
);
create index mail_waiting on mail (created_at) where sent_at is null;

create table mail_attachment (
    mail_id uuid not null,
    number int not null,
    filename text not null,
    content_type text not null,
    body bytea not null,
    constraint mail_attachment_pkey primary key (mail_id, number),
    constraint mail_attachment_of_mail foreign key (mail_id) references mail (id) on delete cascade
);
