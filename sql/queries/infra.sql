-- The job ledger. Times are the database's own: the clocks of several machines need not agree.

-- name: add_job(id, task, queue, payload, subject_kind, subject_id, unique_key, run_at)
-- No row: a job with that unique key exists already.
insert into job (id, task, queue, payload, subject_kind, subject_id, unique_key, run_at)
values ($1, $2, $3, $4, $5, $6, $7, coalesce($8::timestamptz, now()))
on conflict (unique_key) do nothing
returning id;

-- name: job_by_unique_key(unique_key)
select id from job where unique_key = $1;

-- name: claim_jobs(ids, worker, lease_seconds)
-- Compare and set: whoever turns 'queued' into 'running' owns the try; an id that is missing in the
-- answer was taken by somebody else, is not due yet, or was cancelled.
-- The work need not wait until the claim is on disk: what a task commits goes there after it, so only a claim
-- whose task has done nothing yet can be lost in a power cut, and then the job is simply queued.
-- `coalesce` hides the state from the planner: it expects few queued jobs, and would read a whole backlog of them
-- where the ids are a handful.
with unhurried as materialized (
    select set_config('synchronous_commit', 'off', true)
)
update job
set state = 'running', tries = tries + 1, worker = $2, started_at = clock_timestamp(),
    lease_until = now() + make_interval(secs => $3)
from unhurried
where id = any($1::uuid[])
  and coalesce(state = 'queued' and run_at <= clock_timestamp() + interval '50 milliseconds', false)
returning id, task, payload, tries, given_back, subject_kind, subject_id, started_at;

-- name: finish_jobs(worker, ids, numbers, states, outcomes, results, errors, delays_seconds)
-- Ends a batch of tries in one commit. A job whose lease was taken away in the meantime is left alone:
-- its new owner will finish it. `coalesce` as in claim_jobs: comparing every running job with every ended one took
-- 250 ms for a batch of 500.
with ended as (
    select * from unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::float8[])
        as e (id, number, state, outcome, result, error, delay_seconds)
), written as (
    update job j
    set state = e.state, lease_until = null, outcome = e.result, error = e.error,
        run_at = case when e.state = 'queued' then now() + make_interval(secs => e.delay_seconds) else j.run_at end,
        handed_at = null,
        -- Its number stays taken in the list of attempts; towards the task's limit it does not count.
        given_back = j.given_back + case when e.outcome = 'given_back' then 1 else 0 end,
        finished_at = case when e.state = 'queued' then null else clock_timestamp() end
    from ended e
    where j.id = e.id and coalesce(j.state = 'running' and j.worker = $1 and j.tries = e.number, false)
    returning j.id, j.started_at, e.number, e.outcome, e.error
)
insert into job_attempt (job_id, number, worker, started_at, finished_at, outcome, error)
select id, number, $1, started_at, clock_timestamp(), outcome, error from written
on conflict do nothing;

-- name: renew_leases(worker, ids, lease_seconds)
update job set lease_until = now() + make_interval(secs => $3)
where id = any($2::uuid[]) and state = 'running' and worker = $1;

-- name: due_jobs(limit_count)
-- What the relay missed (a crash between commit and hand-over, a flushed Redis) or what has become due.
-- `skip locked`: several sweepers share the work instead of waiting for one another.
update job set handed_at = now()
where id in (
    select id from job
    where state = 'queued' and run_at <= now()
      and (handed_at is null and created_at < now() - interval '2 seconds' or handed_at < now() - interval '10 seconds')
    order by run_at
    limit $1
    for update skip locked
)
returning id, queue;

-- name: release_lost_jobs(limit_count)
-- Running jobs whose worker has not renewed its lease are given back; the try is written down as lost.
with lost as (
    select id, tries, worker, started_at from job
    where state = 'running' and lease_until < now()
    order by lease_until
    limit $1
    for update skip locked
), released as (
    update job j set state = 'queued', run_at = now(), lease_until = null, worker = null, handed_at = now()
    from lost where j.id = lost.id
    returning j.id, j.queue
), written as (
    insert into job_attempt (job_id, number, worker, started_at, finished_at, outcome, error)
    select id, tries, worker, started_at, clock_timestamp(), 'lost', 'the worker stopped without finishing it' from lost
    on conflict do nothing
)
select id, queue from released;

-- name: delete_old_jobs(days)
-- Cron tasks say little and are many: a day is enough for them.
delete from job
where state in ('done', 'cancelled') and finished_at < now() - make_interval(days => case when unique_key like 'cron:%' then 1 else $1 end);

-- name: raise_alert(id, kind, message, subject_kind, subject_id, unique_key)
insert into alert (id, kind, message, subject_kind, subject_id, unique_key)
values ($1, $2, $3, $4, $5, $6)
on conflict (unique_key) do nothing;

-- name: reopen_alert(unique_key, message)
update alert set resolved_at = null, raised_at = now(), message = $2 where unique_key = $1 and resolved_at is not null;
