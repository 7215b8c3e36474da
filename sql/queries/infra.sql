-- Alerts: what a person must look at.

-- name: raise_alert(id, kind, message, subject_kind, subject_id, unique_key)
insert into alert (id, kind, message, subject_kind, subject_id, unique_key)
values ($1, $2, $3, $4, $5, $6)
on conflict (unique_key) do nothing;

-- name: reopen_alert(unique_key, message)
update alert set resolved_at = null, raised_at = now(), message = $2
where unique_key = $1 and resolved_at is not null;

-- name: settle_alert(unique_key)
update alert set resolved_at = now() where unique_key = $1 and resolved_at is null;

-- name: resolve_alert(id)
update alert set resolved_at = now() where id = $1 and resolved_at is null;
