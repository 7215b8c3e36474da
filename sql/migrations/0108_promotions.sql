-- Promo codes: what an operator takes off its legs for whoever names one.

create table promotion (
    id uuid primary key,
    operator_id uuid not null,
    code text not null,
    -- One of both: a share, or an amount that is taken off once a booking.
    percent int,
    amount_minor bigint,
    currency char(3),
    -- When it can be used; null: from the start, without end.
    sold_from timestamptz,
    sold_until timestamptz,
    -- Days of departure at the origin.
    travel_first date,
    travel_last date,
    -- Null: from anywhere, to anywhere.
    origin_id uuid,
    destination_id uuid,
    most_uses int,
    most_per_person int,
    with_residents boolean not null default false,
    -- How many uses stand.
    uses int not null default 0,
    created_at timestamptz not null default now(),
    created_by uuid,
    ended_at timestamptz,
    constraint promotion_of_operator foreign key (operator_id) references operator (id),
    constraint promotion_from foreign key (origin_id) references port (id),
    constraint promotion_to foreign key (destination_id) references port (id),
    constraint promotion_made_by foreign key (created_by) references staff (id)
        on delete set null,
    constraint promotion_code_folded check (code ~ '^[A-Z0-9-]{3,32}$'),
    constraint promotion_takes_something check (
        percent between 1 and 100 and amount_minor is null and currency is null
        or percent is null and amount_minor > 0 and currency is not null),
    constraint promotion_sold_in_order check (sold_from < sold_until),
    constraint promotion_days_in_order check (travel_first <= travel_last),
    constraint promotion_limits_positive check (most_uses > 0 and most_per_person > 0),
    constraint promotion_uses_counted check (uses >= 0)
);
comment on constraint promotion_of_operator on promotion is
    'An operator gives away its own money only.';
comment on constraint promotion_from on promotion is 'A code for a route keeps its ports.';
comment on constraint promotion_to on promotion is 'A code for a route keeps its ports.';
comment on constraint promotion_made_by on promotion is 'Whoever leaves takes no code along.';
comment on constraint promotion_code_folded on promotion is
    'It is compared as it is stored: capital letters, no spaces.';
comment on constraint promotion_takes_something on promotion is
    'A share or an amount, never both, and never nothing.';
comment on constraint promotion_sold_in_order on promotion is 'A window has an inside.';
comment on constraint promotion_days_in_order on promotion is 'A window has an inside.';
comment on constraint promotion_limits_positive on promotion is
    'A code that nobody may use is ended instead.';
comment on constraint promotion_uses_counted on promotion is
    'Nothing is given back that was not taken.';
create unique index promotion_by_code on promotion (operator_id, code) where ended_at is null;
create index promotion_candidates on promotion (code) where ended_at is null;
create index promotion_by_origin on promotion (origin_id) where origin_id is not null;
create index promotion_by_destination on promotion (destination_id)
    where destination_id is not null;
create index promotion_by_maker on promotion (created_by) where created_by is not null;

create table promotion_use (
    booking_id uuid not null,
    promotion_id uuid not null,
    amount_minor bigint not null,
    -- Who it was, as a keyed hash of the address; null once people are erased.
    person_key text,
    taken_at timestamptz not null default now(),
    given_back_at timestamptz,
    constraint promotion_use_pkey primary key (booking_id),
    constraint promotion_use_of foreign key (promotion_id) references promotion (id),
    constraint promotion_use_booking foreign key (booking_id) references booking (id),
    constraint promotion_use_takes_something check (amount_minor > 0)
);
comment on constraint promotion_use_pkey on promotion_use is 'One code a booking.';
comment on constraint promotion_use_of on promotion_use is 'What was used stays to be read.';
comment on constraint promotion_use_booking on promotion_use is 'A use is a booking''s.';
comment on constraint promotion_use_takes_something on promotion_use is
    'A code that takes nothing off is not used.';
create index promotion_use_by_promotion on promotion_use (promotion_id, person_key)
    where given_back_at is null;
