-- The waiting list of a sailing: first come, first served.

create table waiting_party (
    -- In the order of time (UUID version 7): who came first has the smaller one.
    id uuid primary key,
    sailing_id uuid not null,
    status text not null default 'waiting',
    email text not null,
    language text not null,
    -- What it needs of the sailing's capacity, by resource.
    places jsonb not null,
    -- The booking that it asked for (bookings/model.py, BookingRequest); null once it has ended.
    request jsonb,
    -- Of the booking that is held for it: drawn before the places are taken.
    reference text,
    created_at timestamptz not null default now(),
    offered_at timestamptz,
    ended_at timestamptz,
    constraint waiting_party_for_sailing foreign key (sailing_id) references sailing (id),
    constraint waiting_party_status_known check (status in (
        'waiting', 'offering', 'offered', 'taken', 'passed', 'left', 'closed')),
    constraint waiting_party_asks check (
        request is not null or status not in ('waiting', 'offering', 'offered'))
);
comment on constraint waiting_party_for_sailing on waiting_party is 'Somebody waits for something.';
comment on constraint waiting_party_status_known on waiting_party is
    'See bookings/waiting/states.py.';
comment on constraint waiting_party_asks on waiting_party is
    'What it asked for is kept as long as places may be offered to it, and no longer.';
-- An address waits once for a sailing.
create unique index waiting_party_once on waiting_party (sailing_id, lower(email))
    where status in ('waiting', 'offering', 'offered');
-- One party of a sailing is offered places at a time: a second one could overtake it.
create unique index waiting_party_one_offer on waiting_party (sailing_id)
    where status = 'offering';
create index waiting_party_open on waiting_party (sailing_id, id) where status = 'waiting';
create index waiting_party_offered on waiting_party (id) where status = 'offered';
