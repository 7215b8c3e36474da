-- Bookings change as a whole, and what becomes of everybody aboard when a sailing is late or does
-- not go.

-- What a fare takes for a change, in minor units; null: it cannot be changed so.
alter table fare
    -- For each leg that goes by another sailing.
    add column change_fee_minor bigint default 0,
    -- For each person who travels in place of another; the correction of a name is free.
    add column name_change_fee_minor bigint default 0,
    add constraint fare_change_fees_not_negative
        check (change_fee_minor >= 0 and name_change_fee_minor >= 0);
comment on constraint fare_change_fees_not_negative on fare is 'A fee is never a gift.';

alter table booking_leg
    -- Our name for the leg towards its remote operator; null is the first one, <reference>-<leg>.
    -- A leg that was changed has another one: what was cancelled there is never booked again.
    add column operator_key text,
    -- What cancelling costs at least, in percent: what it cost when the leg was changed by choice.
    -- Otherwise a change to a later day would make a ticket free that could not be given back.
    add column least_fee_percent int not null default 0,
    add constraint booking_leg_fee_is_a_share check (least_fee_percent between 0 and 100);
comment on constraint booking_leg_fee_is_a_share on booking_leg is
    'Nobody pays more than the price.';

create table booking_change (
    id uuid primary key,
    booking_id uuid not null,
    -- Of the booking's changes, from 1.
    number int not null,
    -- customer, staff; disruption: a held place on another sailing, offered without being asked for
    origin text not null,
    -- See bookings/changes/states.py.
    status text not null default 'held',
    -- The version of the booking that it was worked out for: another one makes it void.
    from_version int not null,
    -- The booking as it will be (bookings/changes/model.py, Content); erased with who it was.
    content jsonb not null,
    total_minor bigint not null,
    -- To be paid, or (negative) given back.
    due_minor bigint not null,
    created_at timestamptz not null default now(),
    -- Places held for it are given back after this instant, unless it was accepted.
    expires_at timestamptz not null,
    ended_at timestamptz,
    -- Why an operator would not have it.
    refusal text,
    constraint booking_change_of_booking foreign key (booking_id) references booking (id),
    constraint booking_change_number_key unique (booking_id, number),
    constraint booking_change_origin_known check (origin in ('customer', 'staff', 'disruption')),
    constraint booking_change_status_known
        check (status in ('held', 'accepted', 'applied', 'withdrawn', 'expired', 'refused')),
    constraint booking_change_total_not_negative check (total_minor >= 0)
);
comment on constraint booking_change_of_booking on booking_change is 'Bookings are never deleted.';
comment on constraint booking_change_number_key on booking_change is
    'Keys towards operators are made of it.';
comment on constraint booking_change_origin_known on booking_change is 'Whoever began it.';
comment on constraint booking_change_status_known on booking_change is
    'held: places wait for an answer or money; accepted: operators are asked; the others are ends.';
comment on constraint booking_change_total_not_negative on booking_change is
    'Nothing is sold for less than nothing.';
-- One at a time: a second one would be worked out for a booking that the first one makes another.
create unique index booking_change_one_open on booking_change (booking_id)
    where status in ('held', 'accepted');
create index booking_change_held on booking_change (expires_at) where status = 'held';
create index booking_change_accepted on booking_change (created_at) where status = 'accepted';

-- What a change takes beyond what its booking has: it counts as taken until the change has ended.
create table change_capacity (
    change_id uuid not null,
    sailing_id uuid not null,
    resource text not null,
    quantity int not null,
    constraint change_capacity_pkey primary key (change_id, sailing_id, resource),
    constraint change_capacity_of_change foreign key (change_id) references booking_change (id),
    constraint change_capacity_positive check (quantity > 0)
);
comment on constraint change_capacity_of_change on change_capacity is
    'Places are held for somebody.';
comment on constraint change_capacity_positive on change_capacity is 'Nothing is held of nothing.';

create table disruption (
    id uuid primary key,
    sailing_id uuid not null,
    -- The version of the sailing that it tells of.
    sailing_version int not null,
    -- cancelled; delayed: so much that there is a choice; retimed: by less; no_place: another ship.
    kind text not null,
    -- Later than sold by so much (earlier: negative).
    late_minutes int not null default 0,
    created_at timestamptz not null default now(),
    constraint disruption_of_sailing foreign key (sailing_id) references sailing (id),
    constraint disruption_once unique (sailing_id, sailing_version),
    constraint disruption_kind_known
        check (kind in ('cancelled', 'delayed', 'retimed', 'no_place'))
);
comment on constraint disruption_of_sailing on disruption is 'A sailing that was sold stays.';
comment on constraint disruption_once on disruption is 'Nobody is told of one change twice.';
comment on constraint disruption_kind_known on disruption is 'What is written depends on it.';

-- Everybody who was aboard: nobody is forgotten, because the rows are written with the disruption.
create table disrupted_party (
    disruption_id uuid not null,
    booking_id uuid not null,
    -- See bookings/disruptions/states.py.
    status text not null default 'waiting',
    -- The places on another sailing that are held for them.
    change_id uuid,
    offered_at timestamptz,
    remind_at timestamptz,
    -- Until when those places are held; afterwards a person looks after them.
    answer_by timestamptz,
    ended_at timestamptz,
    constraint disrupted_party_pkey primary key (disruption_id, booking_id),
    constraint disrupted_party_of_disruption
        foreign key (disruption_id) references disruption (id),
    constraint disrupted_party_is_booked foreign key (booking_id) references booking (id),
    constraint disrupted_party_held_by foreign key (change_id) references booking_change (id),
    constraint disrupted_party_status_known check (status in (
        'waiting', 'offered', 'overdue', 'moving', 'informed', 'moved', 'refunded', 'kept',
        'superseded', 'ended'))
);
comment on constraint disrupted_party_pkey on disrupted_party is 'Nobody is written to twice.';
comment on constraint disrupted_party_of_disruption on disrupted_party is 'There is a reason.';
comment on constraint disrupted_party_is_booked on disrupted_party is 'A party is a booking.';
comment on constraint disrupted_party_held_by on disrupted_party is 'Held places are a change.';
comment on constraint disrupted_party_status_known on disrupted_party is
    'The first four go on; the others are ends.';
-- A party has one question to answer at a time: a newer disruption takes the place of an older one.
create unique index disrupted_party_one_open on disrupted_party (booking_id)
    where status in ('waiting', 'offered', 'overdue', 'moving');
-- The open question of a booking as it is read with it: one row at most.
create view asked_party as
select p.booking_id, jsonb_build_object('kind', d.kind, 'status', p.status,
       'late_minutes', d.late_minutes, 'answer_by', p.answer_by) as asked
from disrupted_party p
join disruption d on d.id = p.disruption_id
where p.status in ('waiting', 'offered', 'overdue', 'moving');
create index disrupted_party_waiting on disrupted_party (disruption_id) where status = 'waiting';
create index disrupted_party_offered on disrupted_party (answer_by) where status = 'offered';

-- Compensation for a late arrival (Regulation (EU) 1177/2010, article 19): worked out, then decided
-- by a person.
create table compensation_claim (
    id uuid primary key,
    booking_id uuid not null,
    sailing_id uuid not null,
    leg_number int not null,
    -- Of the price of the leg.
    percent int not null,
    amount_minor bigint not null,
    -- At the port of arrival, as measured.
    late_minutes int not null,
    status text not null default 'proposed',
    -- Why none is due, or why a person has said no.
    note text,
    decided_by uuid,
    created_at timestamptz not null default now(),
    decided_at timestamptz,
    constraint compensation_claim_once unique (booking_id, sailing_id),
    constraint compensation_claim_of_booking foreign key (booking_id) references booking (id),
    constraint compensation_claim_of_sailing foreign key (sailing_id) references sailing (id),
    constraint compensation_claim_percent check (percent in (25, 50)),
    constraint compensation_claim_positive check (amount_minor > 0),
    constraint compensation_claim_status_known
        check (status in ('proposed', 'approved', 'rejected'))
);
comment on constraint compensation_claim_once on compensation_claim is
    'A late arrival is paid for once.';
comment on constraint compensation_claim_of_booking on compensation_claim is 'Somebody is owed it.';
comment on constraint compensation_claim_of_sailing on compensation_claim is 'It is for a voyage.';
comment on constraint compensation_claim_percent on compensation_claim is
    'Article 19 knows a quarter and a half.';
comment on constraint compensation_claim_positive on compensation_claim is
    'Nothing is not claimed.';
comment on constraint compensation_claim_status_known on compensation_claim is
    'A person decides; approved is a refund.';
create index compensation_claim_open on compensation_claim (created_at) where status = 'proposed';
