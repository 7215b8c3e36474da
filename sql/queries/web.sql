-- Answers kept for an Idempotency-Key.

-- name: reserve_key(scope, key, fingerprint)
-- No row: the key is in use. A key whose work was cut off (no answer after two minutes) is taken over,
-- one older than 24 hours has expired.
insert into idempotency_key (scope, key, fingerprint) values ($1, $2, $3)
on conflict (scope, key) do update
set fingerprint = excluded.fingerprint, status = null, answer = null, created_at = now()
where idempotency_key.created_at < now() - interval '24 hours'
   or (idempotency_key.status is null and idempotency_key.created_at < now() - interval '2 minutes'
       and idempotency_key.fingerprint = excluded.fingerprint)
returning key;

-- name: kept_answer(scope, key)
select fingerprint, status, answer from idempotency_key where scope = $1 and key = $2;

-- name: keep_answer(scope, key, status, answer)
update idempotency_key set status = $3, answer = $4 where scope = $1 and key = $2;

-- name: release_key(scope, key)
delete from idempotency_key where scope = $1 and key = $2 and status is null;

-- name: delete_expired_keys()
delete from idempotency_key where created_at < now() - interval '24 hours';
