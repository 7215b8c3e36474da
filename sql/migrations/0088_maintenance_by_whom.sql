-- The maintenance switch says since when it is on, and who turned it.

alter table maintenance
    add column since timestamptz not null default now(),
    -- Null: the command line.
    add column set_by uuid,
    add constraint maintenance_by_staff
        foreign key (set_by) references staff (id) on delete set null;
comment on constraint maintenance_by_staff on maintenance is 'It outlives who turned it.';
