-- An alert is not a fact about a subject but something that happens, and happens again.

-- The same trouble raised again is counted; raised after somebody settled it, it is open again.
-- `told_openings`: of how many openings somebody outside was told.
alter table alert
    add column occurrences int not null default 1,
    add column last_raised_at timestamptz not null default now(),
    add column openings int not null default 1,
    add column told_openings int not null default 0,
    add column told_at timestamptz,
    add constraint alert_counts check (occurrences >= openings and openings >= told_openings);
comment on constraint alert_counts on alert is
    'An alert opens when it is raised, and is told when it has opened.';
-- What was open before is known to whoever looks at the dashboard.
update alert set told_openings = openings, last_raised_at = raised_at;

-- While somebody works on the machines, nobody is told: one row at most.
create table maintenance (
    only_one boolean not null default true,
    until timestamptz not null,
    reason text not null,
    constraint maintenance_pkey primary key (only_one),
    constraint maintenance_only_one check (only_one)
);
comment on constraint maintenance_pkey on maintenance is 'There is one switch.';
comment on constraint maintenance_only_one on maintenance is 'And one position of it.';
