-- Answers stored for an Idempotency-Key.

-- name: reserve_key(scope, key, fingerprint, lease_seconds)
-- No row: the key is in use. A key whose work was cut off (no answer, and nobody renews its lease)
-- is taken over, one older than 24 hours has expired. The instant that comes back is the owner's
-- proof: a later owner has a later one.
insert into idempotency_key (scope, key, fingerprint, lease_until)
values ($1, $2, $3, now() + make_interval(secs => $4))
on conflict (scope, key) do update
set fingerprint = excluded.fingerprint, status = null, answer = null, location = null,
    created_at = now(),
    lease_until = excluded.lease_until
where idempotency_key.created_at < now() - interval '24 hours'
   or (idempotency_key.status is null and idempotency_key.fingerprint = excluded.fingerprint
       and coalesce(idempotency_key.lease_until,
                    idempotency_key.created_at + interval '2 minutes') < now())
returning created_at;

-- name: renew_key(scope, key, created_at, lease_seconds)
-- Changes nothing when somebody else has taken the key over, or it has expired.
update idempotency_key set lease_until = now() + make_interval(secs => $4)
where scope = $1 and key = $2 and created_at = $3 and status is null;

-- name: stored_answer(scope, key)
select fingerprint, status, answer, location from idempotency_key where scope = $1 and key = $2;

-- name: store_answer(scope, key, created_at, status, answer, location)
update idempotency_key set status = $4, answer = $5, location = $6
where scope = $1 and key = $2 and created_at = $3 and status is null;

-- name: release_key(scope, key, created_at)
delete from idempotency_key where scope = $1 and key = $2 and created_at = $3 and status is null;

-- name: delete_expired_keys()
delete from idempotency_key where created_at < now() - interval '24 hours';

-- name: adjusted_limits()
select name, at_once, per_minute from adjusted_limit;

-- name: adjust_limit(name, at_once, per_minute)
insert into adjusted_limit (name, at_once, per_minute) values ($1, $2, $3)
on conflict (name) do update
set at_once = excluded.at_once, per_minute = excluded.per_minute, adjusted_at = now();

-- name: reset_limit(name)
delete from adjusted_limit where name = $1;
