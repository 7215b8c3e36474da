-- Queues and tasks that are paused. Whoever hands jobs out leaves the names of `paused_work` alone;
-- a queue's name has no dot, a task's has one.

-- name: paused_names()
-- not null: name
select name from paused_work;

-- name: paused_among(names)
-- not null: name
select name from paused_work where name = any($1::text[]);

-- name: begin_pause(name, reason, minutes, set_by)
-- The last word counts (null minutes: until somebody ends it); a pause that lasts goes on since it
-- began.
insert into job_pause (name, reason, until, set_by)
values ($1, $2, now() + make_interval(secs => $3::float8 * 60), $4)
on conflict (name) do update
set until = excluded.until, reason = excluded.reason, set_by = excluded.set_by,
    alerted = job_pause.alerted and coalesce(job_pause.until > now(), true),
    since = case when coalesce(job_pause.until > now(), true)
            then job_pause.since else excluded.since end;

-- name: end_pause(name)
update job_pause set until = now() where name = $1 and (until is null or until > now());

-- name: pauses()
-- not null: seconds
select p.name, p.since, p.until, p.reason, s.name as staff_name,
       extract(epoch from now() - p.since)::float8 as seconds
from job_pause p left join staff s on s.id = p.set_by
where p.until is null or p.until > now()
order by p.since, p.name;

-- name: waiting_for_pauses(most)
-- not null: name, task, jobs, since
-- What each pause keeps waiting that is due, by task; counted no further than `most` of all.
with waiting as materialized (
    select k.queue, k.task, w.run_at
    from waiting_kinds k
    cross join lateral (
        select run_at from job j
        where j.state = 'queued' and j.queue = k.queue and j.task = k.task and j.run_at <= now()
        order by j.run_at limit $1
    ) w
    where k.is_paused order by w.run_at limit $1
)
select p.name, w.task, count(*) as jobs, min(w.run_at) as since
from paused_work p join waiting w on p.name in (w.queue, w.task)
group by p.name, w.task
order by p.name, since, w.task;

-- name: claim_long_pauses(seconds)
-- not null: seconds
-- Pauses that last for so long and of which nobody was told, counted as told.
update job_pause p set alerted = true
where not alerted and (until is null or until > now())
  and since < now() - make_interval(secs => $1)
returning name, reason, extract(epoch from now() - since)::float8 as seconds;

-- name: claim_ended_pauses()
-- Pauses of which somebody was told and which have ended.
update job_pause set alerted = false where alerted and until <= now() returning name;
