-- Alerts: what a person must look at.

-- name: raise_alert(id, kind, message, subject_kind, subject_id, unique_key)
-- Raised again it is counted; raised after somebody settled it, it is open again and told again.
insert into alert (id, kind, message, subject_kind, subject_id, unique_key)
values ($1, $2, $3, $4, $5, $6)
on conflict (unique_key) do update
set occurrences = alert.occurrences + 1,
    last_raised_at = now(),
    message = excluded.message,
    openings = alert.openings + (alert.resolved_at is not null)::int,
    raised_at = case when alert.resolved_at is null then alert.raised_at else now() end,
    resolved_at = null;

-- name: claim_untold_alerts(quiet_seconds, limit_count)
-- Whoever claims them tells of them, in the same transaction.
update alert
set told_openings = openings, told_at = now()
where id in (
    select id from alert
    where resolved_at is null and told_openings < openings
      and (told_at is null or told_at < now() - make_interval(secs => $1))
    order by raised_at limit $2 for update skip locked)
returning id, kind, message, subject_kind, subject_id, raised_at, occurrences, openings,
    resolved_at;

-- name: claim_ended_alerts(limit_count)
-- Of those whose opening was told. One that is open again by now has not ended.
update alert set ended_told_openings = openings
where id in (
    select id from alert
    where resolved_at is not null and told_openings = openings and ended_told_openings < openings
    order by resolved_at limit $1 for update skip locked)
returning id, kind, message, subject_kind, subject_id, raised_at, occurrences, openings,
    resolved_at;

-- name: alert_by_id(id)
select id, kind, message, subject_kind, subject_id, raised_at, occurrences, openings, resolved_at
from alert where id = $1;

-- name: settle_alert(unique_key)
update alert set resolved_at = now() where unique_key = $1 and resolved_at is null;

-- name: resolve_alert(id)
update alert set resolved_at = now() where id = $1 and resolved_at is null;

-- name: delete_old_alerts(before, limit_count)
delete from alert where id in (
    select id from alert where resolved_at < $1 limit $2 for update skip locked);

-- name: wait_for_locks(milliseconds)
-- In this transaction.
select set_config('lock_timeout', $1, true);

-- name: make_months(parent, first, last)
-- not null: made
select make_months($1, $2, $3) as made;

-- name: archive_months(parent, before, wanted)
-- not null: archived
select archive_months($1, $2, $3) as archived;

-- name: drop_archived(parent, before)
-- not null: dropped
select drop_archived($1, $2) as dropped;

-- name: add_cache_change(id, tags)
insert into cache_change (id, tags) values ($1, $2);

-- name: cache_changes(seen)
-- not null: snapshot
-- What the snapshot of an earlier look did not see, and the snapshot of this one. A snapshot
-- from the future is of a database that was put back: it has seen nothing of this one.
select pg_current_snapshot()::text as snapshot, c.id, c.tags
from (
    select case
        when pg_snapshot_xmax(told) <= pg_snapshot_xmax(pg_current_snapshot()) then told
        else '1:1:'
    end as before
    from (select $1::text::pg_snapshot as told) earlier
) look
left join cache_change c
    on c.written_by >= pg_snapshot_xmin(look.before)
    and not pg_visible_in_snapshot(c.written_by, look.before);

-- name: drop_cache_changes(kept_seconds)
-- Every process does it: what another one deletes is left to it.
delete from cache_change
where (written_by, id) in (
    select written_by, id from cache_change
    where at < now() - make_interval(secs => $1)
    order by written_by, id limit 10000 for update skip locked);
