-- Limits that staff have set to other numbers than the settings.

create table adjusted_limit (
    -- As in [limits] of the settings.
    name text not null,
    at_once int not null,
    per_minute double precision not null,
    adjusted_at timestamptz not null default now(),
    constraint adjusted_limit_pkey primary key (name),
    constraint adjusted_limit_lets_through check (at_once > 0 and per_minute > 0)
);
comment on constraint adjusted_limit_pkey on adjusted_limit is 'A limit is one pair of numbers.';
comment on constraint adjusted_limit_lets_through on adjusted_limit is
    'Nobody is shut out for good.';
