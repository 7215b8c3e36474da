-- When ships really left and arrived, by their own reports, and what passengers are owed for it.

create table measured_passage (
    sailing_id uuid primary key,
    -- Null, with the times, while only the operator has recorded an arrival.
    mmsi int,
    -- vessels.model.Source: what was played is never shown as measured at sea.
    source smallint,
    departed_at timestamptz,
    arrived_at timestamptz,
    measured_at timestamptz not null default now(),
    -- Everybody who is owed something for the arrival has been written to.
    followed_at timestamptz,
    constraint measured_passage_of_sailing foreign key (sailing_id) references sailing (id),
    constraint measured_passage_has_a_ship check (
        (mmsi is not null and source is not null) or (departed_at is null and arrived_at is null))
);
comment on constraint measured_passage_of_sailing on measured_passage is
    'A passage is one sailing of ours.';
comment on constraint measured_passage_has_a_ship on measured_passage is
    'A measured time names who was measured.';

alter table compensation_claim
    -- What it was worked out from: bookings/compensation/model.py, Evidence.
    add column evidence jsonb not null;
