-- How the service is. Reads every domain, writes its own tables only.

-- name: open_alerts(limit_count)
select id, kind, message, subject_kind, subject_id, raised_at from alert where resolved_at is null
order by raised_at desc limit $1;

-- name: alerts_by_kind()
-- not null: alerts
select kind, count(*) as alerts from alert where resolved_at is null group by kind;

-- name: lags()
-- not null: outbox_seconds, webhook_seconds, hold_expiry_seconds, mails_waiting, mail_seconds
-- How far behind we are: jobs not handed over, events not worked through, holds past their time,
-- mails that are to be sent, and how long none has gone while one waits: one address that is
-- refused for now among others that are taken is no fault of the line. Mails that were given up
-- wait for nothing: each has its alert. They are few, and found by their index: a join with all
-- jobs would read all of history. What is paused is not behind: its age begins when that is over.
with given_up as materialized (
    (select unique_key from job where state = 'dead' order by id desc limit 10000)
    union all
    (select unique_key from job where state = 'cancelled' order by id desc limit 10000)
), waiting as materialized (
    select m.created_at, m.template
    from (select unique_key, created_at, template from mail
          where sent_at is null and erased_at is null
          order by created_at limit 10000) m
    where not exists (select from given_up g where g.unique_key = 'mail:' || m.unique_key)
), due as materialized (
    select queue, task, run_at from job
    where state = 'queued' and run_at <= now()
      and not array[queue, task] && array(select name from paused_work)
    order by run_at limit 10000
)
select (select coalesce(extract(epoch from now() - min(d.since)), 0)::float8
        from (select greatest(min(run_at), workable_since(array[queue, task])) as since
              from due group by queue, task) d) as outbox_seconds,
       coalesce((
           select extract(epoch from now() - greatest(e.since, workable_since(
               array['payments', 'payments.process_payment_webhook'])))
           from (select min(received_at) as since
                 from stripe_event where processed_at is null) e
           where e.since is not null), 0)::float8 as webhook_seconds,
       coalesce((
           select extract(epoch from now() - greatest(h.since, workable_since(
               array['bookings', 'bookings.expire_holds', 'bookings.expire_hold'])))
           from (select min(expires_at) as since
                 from booking where status = 'held' and expires_at <= now()) h
           where h.since is not null), 0)::float8 as hold_expiry_seconds,
       (select count(*) from waiting) as mails_waiting,
       coalesce((
           select extract(epoch from now() - greatest(w.created_at, (
               select finished_at from job
               where queue = 'emails' and state = 'done' and starts_with(task, 'emails.send_')
               order by finished_at desc limit 1),
               workable_since(array['emails', 'emails.send_' || w.template])))
           from waiting w
           where not array['emails', 'emails.send_' || w.template]
               && array(select name from paused_work)
           order by w.created_at limit 1), 0)::float8 as mail_seconds;

-- name: is_read_only()
-- not null: read_only
-- A standby, or a primary that was told to refuse writes.
select pg_is_in_recovery() or current_setting('default_transaction_read_only') = 'on'
    or current_setting('transaction_read_only') = 'on' as read_only;

-- name: tablespaces()
-- not null: name
-- Where our tables lie; '' is the database's own place. Those in which we may make nothing are left
-- out.
select distinct coalesce(quote_ident(s.spcname), '') as name
from pg_class c left join pg_tablespace s on s.oid = c.reltablespace
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'i')
    and (s.oid is null or has_tablespace_privilege(s.oid, 'create'));

-- name: spill_into(tablespace)
-- For the rest of the transaction, what does not fit into memory goes there.
select set_config('work_mem', '64kB', true), set_config('temp_tablespaces', $1, true);

-- name: spill()
-- not null: filler
-- Sorts two megabytes, so that they are written to a file that ends with the statement.
select max(filler) as filler from (
    select repeat(md5(n::text), 32) as filler from generate_series(1, 2000) n order by md5(n::text)
) as sorted;

-- name: maintenance()
select m.until, m.reason, m.since, s.name as staff_name
from maintenance m left join staff s on s.id = m.set_by where m.until > now();

-- name: begin_maintenance(minutes, reason, set_by)
-- The last word counts; 0 minutes end it. One that lasts goes on since it began.
insert into maintenance (until, reason, set_by, since)
values (now() + make_interval(secs => $1::float8 * 60), $2, $3, now())
on conflict (only_one) do update
set until = excluded.until, reason = excluded.reason, set_by = excluded.set_by,
    since = case when maintenance.until > now() then maintenance.since else excluded.since end;

-- name: walk(walk)
select walk, position, touched_until, walked_at from invariant_walk where walk = $1;

-- name: walks()
select walk, position, touched_until, walked_at from invariant_walk;

-- name: keep_walk(walk, position, touched_until, walked_at)
-- What a process says whose clock is ahead has not been looked at.
insert into invariant_walk (walk, position, touched_until, walked_at)
values ($1, $2, least($3::timestamptz, now()), $4)
on conflict (walk) do update
set position = excluded.position, touched_until = excluded.touched_until,
    walked_at = excluded.walked_at;

-- name: broken_ids(invariant)
-- not null: subject_id
-- Looked at again each time, wherever the walk is: what was mended is not shown for a week.
select distinct subject_id from invariant_breach
where invariant = $1 and subject_id is not null limit 5000;

-- name: in_hand(ids, seconds)
-- not null: id
-- Of these the ones about which a task waits or runs that was asked for so lately, or could not run
-- before.
select distinct subject_id::uuid as id from job
where subject_id = any($1::text[]) and state in ('queued', 'running')
  and greatest(created_at, workable_since(array[queue, task])) > now() - make_interval(secs => $2);

-- name: mend_breaches(invariant, ids, subjects)
-- What was looked at and not found any more. Without an id everything was looked at.
delete from invariant_breach
where invariant = $1 and (subject_id is null or subject_id = any($2::uuid[]))
  and subject <> all($3::text[]);

-- name: keep_breaches(invariant, subjects, ids, details)
-- One subject may break an invariant in two ways: the first one is kept.
insert into invariant_breach (invariant, subject, subject_id, detail)
select distinct on (b.subject) $1, b.subject, b.id, b.detail
from unnest($2::text[], $3::uuid[], $4::text[]) as b (subject, id, detail)
on conflict (invariant, subject) do update
set detail = excluded.detail, subject_id = excluded.subject_id;

-- name: keep_check(invariant)
-- not null: breaches
insert into invariant_check (invariant, breaches, detail)
select $1, count(*), min(subject || ': ' || detail) from invariant_breach where invariant = $1
on conflict (invariant) do update
set breaches = excluded.breaches, detail = excluded.detail, checked_at = now()
returning breaches;

-- name: last_checks()
select invariant, breaches, detail, checked_at from invariant_check;

-- name: waits(queues, hours, most)
-- not null: queue, at, longest_seconds, jobs
-- How long the jobs of each queue waited from when they were due, by five minutes of their start;
-- of no more than the newest `most` of a queue that are done.
select q.queue, date_bin('5 minutes', j.started_at, 'epoch'::timestamptz) as at,
       max(greatest(extract(epoch from j.started_at - j.run_at), 0))::float8 as longest_seconds,
       count(*) as jobs
from unnest($1::text[]) as q (queue)
cross join lateral (
    select started_at, run_at from job
    where queue = q.queue and state = 'done' and started_at is not null
      and finished_at > now() - make_interval(hours => $2)
    order by finished_at desc limit $3
) j
group by 1, 2
order by 1, 2;

-- name: booked_by_day(since)
-- not null: day, made, paid, cancelled
-- Ids are ordered by time: the primary key finds the days.
select (created_at at time zone 'UTC')::date as day, count(*) as made,
       count(*) filter (where paid_at is not null) as paid,
       count(*) filter (where status = 'cancelled') as cancelled
from booking where id >= $1
group by 1
order by 1;

-- name: sold_by_day(days)
-- not null: operator, route, day, sailings, taken, total
-- Of our own sailings: others' ships only their operators know.
select op.name as operator, o.name || ' – ' || d.name as route,
       (s.departs_at at time zone o.timezone)::date as day, count(*) as sailings,
       sum(c.taken)::bigint as taken, sum(c.total)::bigint as total
from sailing s
join capacity c on c.sailing_id = s.id and c.resource = 'passenger'
join operator op on op.id = s.operator_id
join port o on o.id = s.origin_id
join port d on d.id = s.destination_id
where s.departs_at >= now() and s.departs_at < now() + make_interval(days => $1)
  and s.status <> 'cancelled'
group by op.name, o.name, d.name, 3
order by 1, 2, 3;
