-- The job ledger. Times are the database's own: the clocks of several machines need not agree.
-- States change as maritime_app/jobs/states.py says. Where a state is written out here, it is the
-- one that a partial index is made for; a test compares each with the table.

-- name: add_job(id, task, queue, payload, subject_kind, subject_id, key, delay, request_id, trace)
-- No row: a job with that unique key exists already, in whatever month (trigger job_takes_key).
insert into job
    (id, task, queue, payload, subject_kind, subject_id, unique_key, run_at, request_id,
     trace_parent)
values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8), $9, $10)
returning id;

-- name: add_jobs(task, queue, jobs, request_id, trace_parent)
-- Many of a task in one statement, due at once. Rows: those whose unique key was free.
insert into job
    (id, task, queue, payload, subject_kind, subject_id, unique_key, run_at, request_id,
     trace_parent)
select j.id, $1, $2, j.payload, j.subject_kind, j.subject_id, j.unique_key, now(), $4, $5
from jsonb_to_recordset($3::jsonb) as j
    (id uuid, payload jsonb, subject_kind text, subject_id text, unique_key text)
returning id;

-- name: job_by_unique_key(unique_key)
select job_id from job_key where unique_key = $1;

-- name: claim_jobs(ids, worker, lease_seconds)
-- not null: counted, age_seconds, by_clock
-- Compare and set: whoever turns 'queued' into 'running' owns the attempt; an id that is missing in
-- the answer was taken by somebody else, is not due yet, was cancelled, or is paused. The work need
-- not wait until the claim is on disk: what a task commits goes there after it, so only a claim
-- whose task has done nothing yet can be lost in a power cut, and then the job is simply queued.
-- `coalesce` hides the state from the planner: it expects few queued jobs, and would read a whole
-- backlog of them where the ids are a handful. The ids are in order: first and last say which
-- months to read. A plan that knows the ids and their months looks cheaper than one for any, and
-- making it anew each time cost more than all the rest: so the ids stand behind `select`, and the
-- bounds behind `concat`, which PostgreSQL works out when the statement begins and not before.
with unhurried as materialized (
    select set_config('synchronous_commit', 'off', true)
)
update job
set state = 'running', tries = tries + 1, worker = $2, started_at = clock_timestamp(),
    lease_until = now() + make_interval(secs => $3)
from unhurried
where id = any((select $1::uuid[])::uuid[])
  and id between concat(($1::uuid[])[1])::uuid
      and concat(($1::uuid[])[cardinality($1::uuid[])])::uuid
  and coalesce(state = 'queued' and run_at <= clock_timestamp() + interval '50 milliseconds', false)
  and not array[queue, task] && array(select name from paused_work)
returning id, task, payload, request_id, trace_parent, tries as number,
          tries - given_back - forgiven as counted,
          extract(epoch from now() - created_at)::float8 as age_seconds,
          coalesce(unique_key like 'cron:%', false) as by_clock;

-- name: end_attempts(worker, ids, numbers, states, outcomes, results, errors, delays, forgiven)
-- Ends a batch of attempts in one commit. Rows: the jobs that are dead by it. A job whose lease was
-- taken away in the meantime is left alone: its new owner will end it. `coalesce` as in claim_jobs:
-- comparing every running job with every ended one took 250 ms for a batch of 500. The ids are in
-- order, as there: one look into one month's index for all of them takes three fifths of the time
-- of a look into each month for each. `select` and `concat` as there, for a plan that is kept.
with ended as (
    select *
    from unnest($2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::float8[],
                $9::bool[])
        as e (id, number, state, outcome, result, error, delay_seconds, is_forgiven)
), written as (
    update job j
    set state = e.state, lease_until = null, outcome = e.result, error = e.error,
        run_at = case when e.state = 'queued'
            then now() + make_interval(secs => e.delay_seconds) else j.run_at end,
        handed_at = null,
        -- Its number stays taken in the list of attempts; towards the task's limit it does not
        -- count.
        given_back = j.given_back + (e.outcome = 'given_back' or e.is_forgiven)::int,
        finished_at = case when e.state = 'queued' then null else clock_timestamp() end
    from ended e
    where j.id = e.id
      and j.id = any((select $2::uuid[])::uuid[])
      and j.id between concat(($2::uuid[])[1])::uuid
          and concat(($2::uuid[])[cardinality($2::uuid[])])::uuid
      and coalesce(j.state = 'running' and j.worker = $1 and j.tries = e.number, false)
    returning j.id, j.started_at, e.number, e.outcome, e.error
), listed as (
    insert into job_attempt (job_id, number, worker, started_at, finished_at, outcome, error)
    select id, number, $1, started_at, clock_timestamp(), outcome, error from written
    on conflict do nothing
)
select id from written where outcome = 'dead';

-- name: renew_leases(worker, ids, lease_seconds)
update job set lease_until = now() + make_interval(secs => $3)
where id = any($2::uuid[])
  and id between ($2::uuid[])[1] and ($2::uuid[])[cardinality($2::uuid[])]
  and state = 'running' and worker = $1;

-- name: due_jobs(limit_count)
-- What the relay missed (a crash between commit and hand-over, a flushed Redis), what has become
-- due, and what was paused; what is paused now is not read at all. `skip locked`: several sweepers
-- share the work instead of waiting for one another. `coalesce` as in claim_jobs.
update job set handed_at = now()
where id in (
    select id from job
    where id = any(array(
        select due.id
        from waiting_kinds k
        cross join lateral (
            select id, run_at from job j
            where j.state = 'queued' and j.queue = k.queue and j.task = k.task
              and j.run_at <= now()
              and (j.handed_at is null and j.created_at < now() - interval '2 seconds'
                  or j.handed_at < now() - interval '10 seconds')
            order by j.run_at limit $1
        ) due
        where not k.is_paused
        order by due.run_at limit $1
    ))
    -- Looked at anew in the row that is locked: another sweeper may have handed it over meanwhile.
    and coalesce(
        state = 'queued' and (handed_at is null or handed_at < now() - interval '10 seconds'), false
    )
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

-- name: delete_cron_jobs(limit_count)
-- The jobs of crons say little and are many: a day is enough for them, but for the newest of each
-- cron, whose key says that its slot has been asked for and whose outcome is its last run.
-- Everything else goes with its month. Later keys of a cron are those up to its name with ";",
-- which follows ":".
with old as (
    select id, unique_key from job j
    where state in ('done', 'cancelled') and unique_key like 'cron:%'
      and finished_at < now() - interval '1 day'
      and exists (
          select from job_key k
          where k.unique_key > j.unique_key
            and k.unique_key < regexp_replace(j.unique_key, ':[^:]*$', ';'))
    limit $1 for update skip locked
), attempts as (
    delete from job_attempt a using old where a.job_id = old.id
), keys as (
    delete from job_key k using old where k.unique_key = old.unique_key
)
delete from job j using old where j.id = old.id;

-- name: delete_left_jobs(before, limit_count)
-- Dead ones stay when their month is archived, as somebody may run them again; whoever did so, or
-- gave them up, has finished with them: they go when the archive of their month does.
with old as (
    select id from job where id < $1 and state in ('done', 'cancelled')
    limit $2 for update skip locked
), attempts as (
    delete from job_attempt a using old where a.job_id = old.id
)
delete from job j using old where j.id = old.id;

-- name: delete_old_job_keys(before, limit_count)
-- Of jobs whose month is gone from the archive, too. A dead one stands as long as somebody may run
-- it again, and its key with it.
with old as (
    select unique_key from job_key k
    where k.job_id < $1 and not exists (select from job j where j.id = k.job_id)
    limit $2 for update skip locked
)
delete from job_key k using old where k.unique_key = old.unique_key;

-- name: jobs_of_subject(subject, state, queue, task, origin, before, limit_count)
-- not null: tries
-- Newest first, '' for any (origin `clock`: of crons, whose keys begin so); a booking is named by
-- its reference too, which is how people know it.
select id, task, queue, state, tries - given_back - forgiven as tries, given_back, subject_kind,
       subject_id, created_at, run_at, started_at, finished_at, outcome, error, payload
from job
where subject_id in (
        select $1::text
        union all
        select id::text from booking where reference = upper($1 collate "C"))
  and ($2 = '' or state = $2 or $2 = 'retrying' and state = 'queued' and tries > given_back)
  and ($3 = '' or queue = $3) and ($4 = '' or task = $4)
  and ($5 = '' or ($5 = 'clock') = coalesce(unique_key like 'cron:%', false))
  and id < $6
order by id desc limit $7;

-- name: standing_jobs(state, queue, task, origin, before, limit_count, most)
-- not null: id, task, queue, state, tries, given_back, created_at, run_at, payload
-- Jobs in a state that few are in, newest first; of those that wait, the first 2,000 that are due.
-- Each branch has a partial index, only that of the state in question is run, and no more is read
-- than the filters need.
select id, task, queue, state, tries - given_back - forgiven as tries, given_back, subject_kind,
       subject_id, created_at, run_at, started_at, finished_at, outcome, error, payload
from (
    (select * from job
     where state = 'queued' and $1 in ('queued', 'retrying')
     order by run_at limit least($7, 2000))
    union all
    (select * from job
     where state = 'running' and $1 = 'running' order by lease_until limit $7)
    union all
    (select * from job
     where state = 'dead' and $1 = 'dead' and id < $5
     order by id desc limit case when $2 = '' and $3 = '' and $4 = '' then $6 else $7 end)
    union all
    (select * from job
     where state = 'cancelled' and $1 = 'cancelled' and id < $5
     order by id desc limit case when $2 = '' and $3 = '' and $4 = '' then $6 else $7 end)
) j
where id < $5 and ($2 = '' or queue = $2) and ($3 = '' or task = $3)
  and ($4 = '' or ($4 = 'clock') = coalesce(unique_key like 'cron:%', false))
  and ($1 <> 'retrying' or tries > given_back + forgiven)
order by id desc limit $6;

-- name: edge_of_look(before, most)
-- not null: id
-- The oldest of the so many jobs before that one; the first id of all when there are fewer.
select coalesce((select id from job where id < $1 order by id desc offset $2 - 1 limit 1),
                '00000000-0000-0000-0000-000000000000') as id;

-- name: newest_jobs(state, queue, task, origin, edge, before, limit_count)
-- not null: tries
-- Newest first, '' for any, between two ids.
select id, task, queue, state, tries - given_back - forgiven as tries, given_back, subject_kind,
       subject_id, created_at, run_at, started_at, finished_at, outcome, error, payload
from job
where id >= $5 and id < $6
  and ($1 = '' or state = $1) and ($2 = '' or queue = $2) and ($3 = '' or task = $3)
  and ($4 = '' or ($4 = 'clock') = coalesce(unique_key like 'cron:%', false))
order by id desc limit $7;

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

-- name: queue_figures(queues, most)
-- not null: queue, queued, running, dead, done_per_minute, is_paused
-- Per queue: what waits, runs and is dead (counted no further than `most` of each in all queues),
-- the age of the oldest that is due (null: none), and how many were done a minute in the last hour,
-- or among the last thousand where there were more. What is paused waits, but is not old; it is
-- read apart, so that a backlog of it hides nothing of the others.
with waiting as materialized (
    select read.* from (values (false), (true)) as apart (is_paused)
    cross join lateral (
        select k.queue, k.task, w.run_at, k.is_paused
        from waiting_kinds k
        cross join lateral (
            select run_at from job j
            where j.state = 'queued' and j.queue = k.queue and j.task = k.task
            order by j.run_at limit $2
        ) w
        where k.is_paused = apart.is_paused order by w.run_at limit $2
    ) read
), oldest as materialized (
    select queue, greatest(min(run_at), workable_since(array[queue, task])) as since
    from waiting where run_at <= now() and not is_paused
    group by queue, task
), running as materialized (
    select queue from job where state = 'running' limit $2
), dead as materialized (
    select queue from job where state = 'dead' order by id desc limit $2
)
select q.queue,
       (select count(*) from waiting w where w.queue = q.queue) as queued,
       (select count(*) from running r where r.queue = q.queue) as running,
       (select count(*) from dead d where d.queue = q.queue) as dead,
       (select extract(epoch from now() - min(o.since))::float8 from oldest o
        where o.queue = q.queue) as oldest_seconds,
       case when done.jobs < 1000 then done.jobs / 60.0
            else done.jobs * 60 / greatest(extract(epoch from now() - done.since), 1)
       end::float8 as done_per_minute,
       q.queue in (select name from paused_work) as is_paused
from unnest($1::text[]) as q (queue)
cross join lateral (
    select count(*) as jobs, min(finished_at) as since from (
        select finished_at from job
        where queue = q.queue and state = 'done' and finished_at > now() - interval '1 hour'
        order by finished_at desc limit 1000
    ) newest
) done
order by q.queue;

-- name: state_counts(most)
-- not null: state, jobs
-- How many jobs are in each state, counted no further than `most`. A queued job that has failed
-- before is counted as retrying.
with waiting as (
    select tries > given_back + forgiven as failed_before
    from job where state = 'queued' order by run_at limit $1
)
select case when failed_before then 'retrying' else 'queued' end as state, count(*) as jobs
from waiting group by 1
union all
select 'running', count(*) from (select from job where state = 'running' limit $1) j
union all
select 'dead', count(*) from (select from job where state = 'dead' limit $1) j
union all
select 'cancelled', count(*) from (select from job where state = 'cancelled' limit $1) j
union all
select 'done', count(*) from (select from job where state = 'done' limit $1) j;

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

-- name: overdue_runs()
-- not null: subject, detail
-- What the clock starts gets done: no task fails for more than an hour, run after run, because what
-- it needs does not answer. After a pause it has that hour again.
with failing as (
    select queue, task, payload, created_at, error from job
    where state in ('queued', 'cancelled') and error is not null and unique_key like 'cron:%'
), done as materialized (
    select task, payload, max(created_at) as created_at from job
    where state in ('done', 'cancelled') and unique_key like 'cron:%' and state = 'done'
    group by 1, 2
), overdue as (
    select f.task, min(f.created_at) as since, max(f.error) as error
    from failing f left join done d on d.task = f.task and d.payload = f.payload
    where d.created_at is null or f.created_at > d.created_at
    group by f.queue, f.task, f.payload
    having greatest(min(f.created_at), workable_since(array[f.queue, f.task]))
        < now() - interval '1 hour'
)
select task as subject, 'not done for more than an hour: ' || max(error) as detail
from overdue group by task;

-- name: stuck_jobs(older_than_seconds)
-- No job waits, and none runs without its worker, for longer than this. A pause that lasts or ended
-- within that time is a reason to wait.
select stuck.id::text as subject,
       k.task || ' queued after ' || stuck.tries || ' tries' as detail
from waiting_kinds k
cross join lateral (
    select id, tries from job j
    where j.state = 'queued' and j.queue = k.queue and j.task = k.task
      and j.run_at < now() - make_interval(secs => $1)
    order by j.run_at limit 50
) stuck
where not array[k.queue, k.task] && array(
    select name from job_pause where until is null or until > now() - make_interval(secs => $1))
union all
select id::text, task || ' ' || state || ' after ' || tries || ' tries' from job
where state = 'running' and lease_until < now() - make_interval(secs => $1)
limit 50;
