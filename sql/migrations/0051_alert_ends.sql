-- Whoever was told of an alert is told of its end, once per opening.
-- `ended_told_openings`: of the end of how many openings somebody outside was told.
alter table alert
    add column ended_told_openings int not null default 0,
    add constraint alert_ends check (openings >= ended_told_openings);

update alert set ended_told_openings = openings where resolved_at is not null;

create index alert_end_untold on alert (resolved_at)
    where resolved_at is not null and told_openings = openings and ended_told_openings < openings;
