-- Staff, their sessions and tokens, and what they did.

-- name: staff_by_email(email)
select id, name, role, password_hash, session_epoch from staff where email = lower($1) and disabled_at is null;

-- name: staff_by_session(staff_id, epoch)
-- No row: disabled, or the role or password has changed since this session began. Read for every request of a
-- session, by key: what is true here is true at once, whatever Redis or another process remembers.
select id, name, role from staff where id = $1 and session_epoch = $2 and disabled_at is null;

-- name: note_sign_in(staff_id)
update staff set signed_in_at = now() where id = $1;

-- name: add_first_staff(id, email, name, role, password_hash)
-- No row: there is somebody already.
insert into staff (id, email, name, role, password_hash)
select $1, $2, $3, $4, $5 where not exists (select 1 from staff)
on conflict do nothing
returning id;

-- name: people()
select s.id, s.email, s.name, s.role, s.created_at, s.disabled_at, s.signed_in_at,
    (select count(*) from api_token t where t.staff_id = s.id and t.revoked_at is null) as tokens
from staff s
order by s.disabled_at is not null, lower(s.name), s.email;

-- name: person(staff_id)
select s.id, s.email, s.name, s.role, s.created_at, s.disabled_at, s.signed_in_at,
    (select count(*) from api_token t where t.staff_id = s.id and t.revoked_at is null) as tokens
from staff s
where s.id = $1;

-- name: id_by_email(email)
-- The disabled ones too, unlike staff_by_email.
select id from staff where email = lower($1);

-- name: add_staff(id, email, name, role, password_hash)
-- No row: somebody has that address.
insert into staff (id, email, name, role, password_hash) values ($1, lower($2), $3, $4, $5)
on conflict (email) do nothing
returning id;

-- name: lock_staff()
-- Taken before the role or the state of anybody changes, in a statement of its own: the next one then sees what
-- whoever held the lock has committed. Without it two administrators who disable each other both succeed.
select pg_advisory_xact_lock(hashtext('staff'));

-- name: set_role(staff_id, role)
-- No row: the only enabled administrator would be gone. Under lock_staff.
update staff set role = $2, session_epoch = session_epoch + 1
where id = $1
    and ($2 = 'admin' or role <> 'admin' or disabled_at is not null
        or exists (select 1 from staff other where other.role = 'admin' and other.disabled_at is null and other.id <> $1))
returning id;

-- name: disable_staff(staff_id)
-- No row: the only enabled administrator would be gone. Under lock_staff.
update staff set disabled_at = now(), session_epoch = session_epoch + 1
where id = $1
    and (role <> 'admin'
        or exists (select 1 from staff other where other.role = 'admin' and other.disabled_at is null and other.id <> $1))
returning id;

-- name: enable_staff(staff_id)
update staff set disabled_at = null where id = $1;

-- name: set_password(staff_id, password_hash)
-- The epoch in which a session must be begun from now on.
update staff set password_hash = $2, session_epoch = session_epoch + 1 where id = $1
returning session_epoch;

-- name: password_hash(staff_id)
select password_hash from staff where id = $1 and disabled_at is null;

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

-- name: tokens(staff_id)
-- Everybody's for null. Live ones first, the newest of them first.
select t.id, t.staff_id, s.name as owner, s.email, t.label, t.permissions, t.created_at, t.last_used_at, t.revoked_at
from api_token t join staff s on s.id = t.staff_id
where $1::uuid is null or t.staff_id = $1
order by t.revoked_at is not null, t.id desc;

-- name: revoke_token(token_id, staff_id)
-- Of anybody for null. No row: no such token of that person, or revoked already.
update api_token set revoked_at = now()
where id = $1 and ($2::uuid is null or staff_id = $2) and revoked_at is null
returning staff_id, label;

-- name: add_audit(id, staff_id, action, subject_kind, subject_id, detail)
insert into audit (id, staff_id, action, subject_kind, subject_id, detail) values ($1, $2, $3, $4, $5, $6);

-- name: audit_lines(staff_id, action, skip, most)
-- Newest first; null for any person, any action. Who did it by the command line has no row in staff.
select a.id, a.at, a.action, a.staff_id, s.name as who, a.subject_kind, a.subject_id, about.name as subject_name, a.detail
from (
    select * from audit
    where ($1::uuid is null or staff_id = $1) and ($2::text is null or action = $2)
    order by at desc, id desc
    offset $3 limit $4
) a
left join staff s on s.id = a.staff_id
left join staff about on a.subject_kind = 'staff' and about.id::text = a.subject_id
order by a.at desc, a.id desc;

-- name: audit_actions()
-- Each action that occurs, by one look into the index per action: the log itself only grows.
with recursive found as (
    (select action from audit order by action limit 1)
    union all
    select (select min(action) from audit where action > found.action) from found where found.action is not null
)
select action from found where action is not null;
