-- The job ledger. Times are the database's own: the clocks of several machines need not agree.
-- States change as maritime_app/jobs/states.py says. Where a state is written out here, it is the
-- one that a partial index is made for; a test compares each with the table.

-- name: add_job(id, task, queue, payload, subject_kind, subject_id, unique_key, delay, request_id)
-- No row: a job with that unique key exists already.
insert into job
    (id, task, queue, payload, subject_kind, subject_id, unique_key, run_at, request_id)
values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8), $9)
on conflict (unique_key) do nothing
returning id;

-- name: job_by_unique_key(unique_key)
select id from job where unique_key = $1;

-- name: claim_jobs(ids, worker, lease_seconds)
-- not null: counted
-- Compare and set: whoever turns 'queued' into 'running' owns the attempt; an id that is missing in
-- the answer was taken by somebody else, is not due yet, or was cancelled. The work need not wait
-- until the claim is on disk: what a task commits goes there after it, so only a claim whose task
-- has done nothing yet can be lost in a power cut, and then the job is simply queued. `coalesce`
-- hides the state from the planner: it expects few queued jobs, and would read a whole backlog of
-- them where the ids are a handful.
with unhurried as materialized (
    select set_config('synchronous_commit', 'off', true)
)
update job
set state = 'running', tries = tries + 1, worker = $2, started_at = clock_timestamp(),
    lease_until = now() + make_interval(secs => $3)
from unhurried
where id = any($1::uuid[])
  and coalesce(state = 'queued' and run_at <= clock_timestamp() + interval '50 milliseconds', false)
returning id, task, payload, request_id, tries as number, tries - given_back - forgiven as counted;

-- name: end_attempts(worker, ids, numbers, states, outcomes, results, errors, delays_seconds)
-- Ends a batch of attempts in one commit. A job whose lease was taken away in the meantime is left
-- alone: its new owner will end it. `coalesce` as in claim_jobs: comparing every running job with
-- every ended one took 250 ms for a batch of 500.
with ended as (
    select *
    from unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::float8[])
        as e (id, number, state, outcome, result, error, delay_seconds)
), written as (
    update job j
    set state = e.state, lease_until = null, outcome = e.result, error = e.error,
        run_at = case when e.state = 'queued'
            then now() + make_interval(secs => e.delay_seconds) else j.run_at end,
        handed_at = null,
        -- Its number stays taken in the list of attempts; towards the task's limit it does not
        -- count.
        given_back = j.given_back + case when e.outcome = 'given_back' then 1 else 0 end,
        finished_at = case when e.state = 'queued' then null else clock_timestamp() end
    from ended e
    where j.id = e.id
      and coalesce(j.state = 'running' and j.worker = $1 and j.tries = e.number, false)
    returning j.id, j.started_at, e.number, e.outcome, e.error
)
insert into job_attempt (job_id, number, worker, started_at, finished_at, outcome, error)
select id, number, $1, started_at, clock_timestamp(), outcome, error from written
on conflict do nothing;

-- name: renew_leases(worker, ids, lease_seconds)
update job set lease_until = now() + make_interval(secs => $3)
where id = any($2::uuid[]) and state = 'running' and worker = $1;

-- name: due_jobs(limit_count)
-- What the relay missed (a crash between commit and hand-over, a flushed Redis) or what has become
-- due. `skip locked`: several sweepers share the work instead of waiting for one another.
update job set handed_at = now()
where id in (
    select id from job
    where state = 'queued' and run_at <= now()
      and (handed_at is null
          and created_at < now() - interval '2 seconds'
          or handed_at < now() - interval '10 seconds')
    order by run_at
    limit $1
    for update skip locked
)
returning id, queue;

-- name: release_lost_jobs(limit_count)
-- Running jobs whose worker has not renewed its lease are queued again; the attempt is written down
-- as lost. `skip locked` as in due_jobs.
with lost as (
    select id, tries, worker, started_at from job
    where state = 'running' and lease_until < now()
    order by lease_until
    limit $1
    for update skip locked
), released as (
    update job j set state = 'queued', run_at = now(), lease_until = null, worker = null,
        handed_at = now()
    from lost where j.id = lost.id
    returning j.id, j.queue
), written as (
    insert into job_attempt (job_id, number, worker, started_at, finished_at, outcome, error)
    select id, tries, worker, started_at, clock_timestamp(), 'lost',
           'the worker stopped without finishing it'
    from lost
    on conflict do nothing
)
select id, queue from released;

-- name: delete_old_jobs(days)
-- Cron tasks say little and are many: a day is enough for them. The first condition is the one that
-- has an index.
delete from job
where state in ('done', 'cancelled') and finished_at < now() - interval '1 day'
  and (unique_key like 'cron:%' or finished_at < now() - make_interval(days => $1));

-- name: jobs_matching(state, queue, task, subject, offset_count, limit_count)
-- not null: tries
-- Newest first, '' for any; a booking is named by its reference too, which is how people know it.
select id, task, queue, state, tries - given_back - forgiven as tries, given_back, subject_kind,
       subject_id,
       created_at, run_at, started_at, finished_at, outcome, error, payload
from job
where ($1 = '' or state = $1) and ($2 = '' or queue = $2) and ($3 = '' or task = $3)
  and ($4 = '' or subject_id = $4
      or subject_id in (select id::text from booking where reference = upper($4)))
order by id desc
offset $5 limit $6;

-- name: job_by_id(id)
-- not null: tries
select id, task, queue, state, tries - given_back - forgiven as tries, given_back, subject_kind,
       subject_id,
       created_at, run_at, started_at, finished_at, outcome, error, payload, request_id
from job where id = $1;

-- name: attempts_of(job_id)
select number, worker, started_at, finished_at, outcome, error
from job_attempt
where job_id = $1
order by number;

-- name: queue_figures(queues)
-- not null: queue, queued, running, dead, done_last_hour
-- Per queue: what waits, runs, waits after a failure and is dead, the age of the oldest that is due
-- (null: none), and what was done in the last hour.
select q.queue,
       count(*) filter (where j.state = 'queued') as queued,
       count(*) filter (where j.state = 'running') as running,
       count(*) filter (where j.state = 'dead') as dead,
       extract(epoch from now() - min(j.run_at) filter (where j.state = 'queued'
           and j.run_at <= now()))::float8
           as oldest_seconds,
       (select count(*) from job d
        where d.queue = q.queue and d.state = 'done'
          and d.finished_at > now() - interval '1 hour') as done_last_hour
from unnest($1::text[]) as q (queue)
left join job j on j.queue = q.queue and j.state in ('queued', 'running', 'dead')
group by q.queue
order by q.queue;

-- name: state_counts()
-- not null: state, jobs
-- A queued job that has failed before is counted as retrying.
select case when state = 'queued'
  and tries > given_back + forgiven then 'retrying' else state end as state,
       count(*) as jobs
from job group by 1;

-- name: replay_job(id, from_states)
-- Starts again with fresh tries; the attempts so far stay. No row: it is in another state.
update job set state = 'queued', forgiven = tries - given_back, run_at = now(), finished_at = null,
    error = null,
    handed_at = null
where id = $1 and state = any($2::text[])
returning id, queue;

-- name: cancel_job(id, from_states)
-- Changes nothing when it is in another state, so that nothing is taken away from under a worker.
update job set state = 'cancelled', finished_at = now(), outcome = 'cancelled by hand'
where id = $1 and state = any($2::text[]);

-- name: stuck_jobs(older_than_seconds)
-- No job waits, and none runs without its worker, for longer than this.
select id::text as subject, task || ' ' || state || ' after ' || tries || ' tries' as detail
from job
where state = 'queued' and run_at < now() - make_interval(secs => $1)
union all
select id::text, task || ' ' || state || ' after ' || tries || ' tries' from job
where state = 'running' and lease_until < now() - make_interval(secs => $1)
limit 50;
