-- Invariants are looked at a slice at a time: where each walk stands, and what is broken.

create table invariant_walk (
    -- Whose rows are walked: bookings, sailings, payments, ...
    walk text not null,
    -- The last id that was looked at; the next slice begins after it.
    position uuid not null,
    -- What happened until then has been looked at, whatever the position is.
    touched_until timestamptz not null,
    -- When the last round through everything ended; null: the first one has not.
    walked_at timestamptz,
    constraint invariant_walk_pkey primary key (walk)
);
comment on constraint invariant_walk_pkey on invariant_walk is 'A walk is in one place.';

create table invariant_breach (
    invariant text not null,
    subject text not null,
    -- Whose it is on the walk: looked at again each time; null where everything is.
    subject_id uuid,
    detail text not null,
    found_at timestamptz not null default now(),
    constraint invariant_breach_pkey primary key (invariant, subject)
);
comment on constraint invariant_breach_pkey on invariant_breach is
    'What is broken is so once, since it was first found.';

-- What is looked for whole is few, and is found without reading what is not.
create index dispute_undecided on dispute (id) where status = 'lost' and decision is null;
create index refund_under_way on refund (created_at) where status in ('pending', 'requested');
create index payment_undecided on payment (settled_at)
    where status = 'succeeded' and kept_at is null;
