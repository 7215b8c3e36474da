-- Staff, their tokens, and what they did.

-- name: staff_by_email(email)
select id, name, role, password_hash, totp_secret from staff where email = lower($1) and disabled_at is null;

-- name: add_first_staff(id, email, name, role, password_hash)
-- No row: there is somebody already.
insert into staff (id, email, name, role, password_hash)
select $1, $2, $3, $4, $5 where not exists (select 1 from staff)
on conflict do nothing
returning id;

-- name: caller_by_token(token_hash)
-- Marks the token as used, at most once a minute.
with found as (
    select t.id, t.staff_id, t.permissions, s.name, s.role, t.last_used_at
    from api_token t join staff s on s.id = t.staff_id
    where t.token_hash = $1 and t.revoked_at is null and s.disabled_at is null
), used as (
    update api_token set last_used_at = now()
    where id in (select id from found where coalesce(last_used_at, '-infinity') < now() - interval '1 minute')
)
select staff_id, name, role, permissions from found;

-- name: add_token(id, token_hash, staff_id, label, permissions)
insert into api_token (id, token_hash, staff_id, label, permissions) values ($1, $2, $3, $4, $5);

-- name: add_audit(id, staff_id, action, subject_kind, subject_id, detail)
insert into audit (id, staff_id, action, subject_kind, subject_id, detail) values ($1, $2, $3, $4, $5, $6);
