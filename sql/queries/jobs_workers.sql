-- Workers and crons, as the task monitor shows them.

-- name: say_alive(name, role, queues, done, failed)
insert into worker (name, role, queues, done, failed) values ($1, $2, $3::text[], $4, $5)
on conflict (name) do update
set seen_at = now(), done = excluded.done, failed = excluded.failed;

-- name: say_goodbye(name)
-- What is left afterwards belongs to workers that did not stop by themselves.
delete from worker where name = $1;

-- name: forget_silent_workers()
-- Whoever was killed is remembered for a day.
delete from worker where seen_at < now() - interval '1 day';

-- name: workers()
-- not null: seen_seconds_ago
select name, role, queues, started_at, seen_at, done, failed,
       extract(epoch from now() - seen_at)::float8 as seen_seconds_ago
from worker
order by started_at desc, name;

-- name: running_by_worker(most)
-- not null: worker, task, jobs, since
-- What each worker has in hand, counted no further than `most` of all.
with running as materialized (
    select worker, task, started_at from job where state = 'running' limit $1
)
select worker, task, count(*) as jobs, min(started_at) as since
from running
where worker is not null and started_at is not null
group by worker, task
order by worker, since, task;

-- name: newest_runs(prefixes)
-- not null: prefix, has_failed
-- Of each cron the newest job that stands, found by its key `cron:<task>:<payload>:<slot>`: the
-- numbers of slots have as many digits for centuries, and ";" is what follows ":".
select p.prefix, j.id, j.state, j.tries > j.given_back + j.forgiven as has_failed, j.created_at,
       j.finished_at, j.outcome, j.error
from unnest($1::text[]) as p (prefix)
cross join lateral (
    select job_id from job_key k
    where k.unique_key > p.prefix and k.unique_key < left(p.prefix, -1) || ';'
    order by k.unique_key desc limit 1
) newest
join job j on j.id = newest.job_id;
