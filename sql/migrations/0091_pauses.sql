-- Queues and tasks that workers leave alone for a while (maritime_app/jobs/pausing). Workers of the
-- release before do not know of it and go on until they are restarted.

create table job_pause (
    -- A queue's name, or a task's, which has a dot.
    name text not null,
    since timestamptz not null default now(),
    -- Null: until somebody ends it. A pause that has ended stays until the next one of that name:
    -- nothing has waited for longer than since then.
    until timestamptz,
    reason text not null,
    -- Null: the command line.
    set_by uuid,
    -- It lasts so long that a person was told.
    alerted boolean not null default false,
    constraint job_pause_pkey primary key (name),
    constraint job_pause_by_staff foreign key (set_by) references staff (id) on delete set null
);
comment on constraint job_pause_pkey on job_pause is 'A queue or task is paused once.';
comment on constraint job_pause_by_staff on job_pause is 'It outlives who began it.';

create view paused_work as
select name from job_pause where until is null or until > now();

-- Since when work that needs all of these could be done as far as pauses go: now() while one of
-- them is paused, null where none ever was. An age is counted from this instant or a later one.
create function workable_since(names text[]) returns timestamptz language sql stable as $$
    select max(least(coalesce(until, 'infinity'), now())) from job_pause where name = any(names)
$$;
