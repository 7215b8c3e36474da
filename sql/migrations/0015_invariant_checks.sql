-- What the last run of the invariants found: the dashboard shows it instead of running them at
-- every look.

create table invariant_check (
    -- The name of the query in sql/queries/ops.sql.
    invariant text not null,
    breaches int not null,
    -- The first breach in words; null when it holds.
    detail text,
    checked_at timestamptz not null default now(),
    -- One line per invariant: the last run.
    constraint invariant_check_pkey primary key (invariant),
    constraint invariant_check_counts check (breaches >= 0)
);
comment on constraint invariant_check_counts on invariant_check is
    'There is no negative number of breaches.';
