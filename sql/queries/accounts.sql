-- Staff, their sessions and tokens, and what they did.

-- name: credentials(email)
-- not null: second_factor
-- Of somebody who may sign in; `second_factor`: one is on.
select id, email, name, role, password_hash, session_epoch,
       totp_since is not null as second_factor, operator_id
from staff where email = folded_case($1) and disabled_at is null;

-- name: member_by_session(staff_id, epoch)
-- not null: second_factor
-- No row: disabled, or the role, password or second factor has changed since this session began.
-- Read for every request of a session, by key: what is true here is true at once, whatever Redis or
-- another process remembers.
select id, name, role, totp_since is not null as second_factor, operator_id
from staff where id = $1 and session_epoch = $2 and disabled_at is null;

-- name: note_sign_in(staff_id, language)
update staff set signed_in_at = now(), language = $2 where id = $1;

-- name: addressee(staff_id)
select email, name, language from staff where id = $1;

-- name: add_first_staff(id, email, name, role, password_hash)
-- No row: there is somebody already.
insert into staff (id, email, name, role, password_hash)
select $1, folded_case($2), $3, $4, $5 where not exists (select 1 from staff)
on conflict do nothing
returning id;

-- name: people()
-- not null: tokens
select s.id, s.email, s.name, s.role, s.created_at, s.disabled_at, s.signed_in_at,
    s.totp_since as second_factor_since,
    (select count(*) from api_token t where t.staff_id = s.id and t.revoked_at is null) as tokens,
    o.code as operator_code, o.name as operator_name
from staff s left join operator o on o.id = s.operator_id
order by s.disabled_at is not null, folded_case(s.name), s.email;

-- name: person(staff_id)
-- not null: tokens
select s.id, s.email, s.name, s.role, s.created_at, s.disabled_at, s.signed_in_at,
    s.totp_since as second_factor_since,
    (select count(*) from api_token t where t.staff_id = s.id and t.revoked_at is null) as tokens,
    o.code as operator_code, o.name as operator_name
from staff s left join operator o on o.id = s.operator_id
where s.id = $1;

-- name: staff_operators()
-- Operators whose sailings are run here: their staff may be bound to them.
select code, name from operator where kind = 'house' order by name, code;

-- name: set_operator(staff_id, operator_code)
-- Null for all operators. No row: there is no such operator, or nobody would be left who is an
-- enabled administrator of all. Under lock_staff. Sessions go on: the next request asks again.
update staff set operator_id = (select id from operator where code = $2)
where id = $1
    and ($2::text is null or exists (select from operator where code = $2)
        and (role <> 'admin' or operator_id is not null or disabled_at is not null
            or exists (select 1 from staff other where other.role = 'admin'
                and other.operator_id is null and other.disabled_at is null and other.id <> $1)))
returning id;

-- name: id_by_email(email)
-- The disabled ones too, unlike credentials.
select id from staff where email = folded_case($1);

-- name: add_staff(id, email, name, role, password_hash)
-- No row: somebody has that address.
insert into staff (id, email, name, role, password_hash) values ($1, folded_case($2), $3, $4, $5)
on conflict (email) do nothing
returning id;

-- name: lock_staff()
-- Taken before the role or the state of anybody changes, in a statement of its own: the next one
-- then sees what whoever held the lock has committed. Without it two administrators who disable
-- each other both succeed.
select pg_advisory_xact_lock(hashtext('staff'));

-- name: set_role(staff_id, role)
-- No row: the only enabled administrator would be gone; who acts for one operator is none. Under
-- lock_staff.
update staff set role = $2, session_epoch = session_epoch + 1
where id = $1
    and ($2 = 'admin' or role <> 'admin' or operator_id is not null or disabled_at is not null
        or exists (select 1 from staff other where other.role = 'admin'
            and other.operator_id is null and other.disabled_at is null and other.id <> $1))
returning id;

-- name: disable_staff(staff_id)
-- No row: the only enabled administrator would be gone. Under lock_staff.
update staff set disabled_at = now(), session_epoch = session_epoch + 1
where id = $1
    and (role <> 'admin' or operator_id is not null
        or exists (select 1 from staff other where other.role = 'admin'
            and other.operator_id is null and other.disabled_at is null and other.id <> $1))
returning id;

-- name: enable_staff(staff_id)
update staff set disabled_at = null where id = $1;

-- name: set_password(staff_id, password_hash)
-- The epoch in which a session must be begun from now on. A second factor that was begun with the
-- password before, and does not count yet, is begun no more.
update staff set password_hash = $2, session_epoch = session_epoch + 1,
    totp_secret = case when totp_since is not null then totp_secret end
where id = $1
returning session_epoch;

-- name: password_hash(staff_id)
select password_hash from staff where id = $1 and disabled_at is null;

-- name: hold_password(staff_id, password_hash)
-- No row: it is another one by now, or its owner may not sign in any more. Held until the
-- transaction ends.
select id from staff where id = $1 and password_hash = $2 and disabled_at is null
for no key update;

-- name: second_factor(staff_id)
-- not null: codes_left
-- The sealed secret, since when it counts (null: not yet), and how many recovery codes are left.
select s.totp_secret, s.totp_since,
    (select count(*) from recovery_code r where r.staff_id = s.id
        and r.used_at is null) as codes_left
from staff s
where s.id = $1 and s.disabled_at is null;

-- name: lock_person(staff_id)
-- Taken before a code is: whoever uses, renews or resets one waits here, and never for the rows of
-- the codes.
select id from staff where id = $1 for no key update;

-- name: begin_second_factor(staff_id, sealed)
-- No row: the second factor is on already, and its secret is not replaced under it.
update staff set totp_secret = $2 where id = $1 and totp_since is null
returning id;

-- name: switch_on(staff_id, sealed, step)
-- The epoch in which a session must be begun from now on: those before knew the password only. No
-- row: somebody else has begun anew meanwhile, or it is on.
update staff set totp_since = now(), totp_step = $3, session_epoch = session_epoch + 1
where id = $1 and totp_secret = $2 and totp_since is null
returning session_epoch;

-- name: use_step(staff_id, sealed, step)
-- Takes a code, once: of two requests with the same one the second waits for the row and then finds
-- the step used. No row: a code of this step or a later one was taken, or the secret is another one
-- now.
update staff set totp_step = $3
where id = $1 and totp_secret = $2 and totp_since is not null and totp_step < $3
returning id;

-- name: use_recovery_code(staff_id, code_hash)
-- Takes it, once, in the same way. No row: no such code, or it was used.
update recovery_code set used_at = now() where staff_id = $1 and code_hash = $2 and used_at is null
returning staff_id;

-- name: drop_recovery_codes(staff_id)
delete from recovery_code where staff_id = $1;

-- name: add_recovery_codes(staff_id, code_hashes)
insert into recovery_code (staff_id, code_hash) select $1, unnest($2::bytea[]);

-- name: switch_off(staff_id)
-- By the person: the sessions go on. No row: it was off.
update staff set totp_secret = null, totp_since = null, totp_step = null
where id = $1 and totp_since is not null
returning id;

-- name: reset_second_factor(staff_id, had_passkeys)
-- By somebody else: the sessions end. No row: it was off.
update staff set totp_secret = null, totp_since = null, totp_step = null,
    session_epoch = session_epoch + 1
where id = $1 and (totp_since is not null or $2)
returning id;

-- name: token_holder(token_hash)
-- Marks the token as used, at most once a minute.
with found as (
    select t.id, t.staff_id, t.permissions, s.name, s.role, s.operator_id, t.last_used_at
    from api_token t join staff s on s.id = t.staff_id
    where t.token_hash = $1 and t.revoked_at is null and s.disabled_at is null
), used as (
    update api_token set last_used_at = now()
    where id in (
        select id from found
        where coalesce(last_used_at, '-infinity') < now() - interval '1 minute')
)
select staff_id, name, role, permissions, operator_id from found;

-- name: add_token(id, token_hash, staff_id, label, permissions)
insert into api_token (id, token_hash, staff_id, label, permissions) values ($1, $2, $3, $4, $5);

-- name: tokens(staff_id)
-- Everybody's for null. Live ones first, the newest of them first.
select t.id, t.staff_id, s.name as owner, s.email, t.label, t.permissions, t.created_at,
       t.last_used_at, t.revoked_at
from api_token t join staff s on s.id = t.staff_id
where $1::uuid is null or t.staff_id = $1
order by t.revoked_at is not null, t.id desc;

-- name: revoke_token(token_id, staff_id)
-- Of anybody for null. No row: no such token of that person, or revoked already.
update api_token set revoked_at = now()
where id = $1 and ($2::uuid is null or staff_id = $2) and revoked_at is null
returning staff_id, label;

-- name: add_audit(id, staff_id, action, subject_kind, subject_id, detail)
insert into audit (id, staff_id, action, subject_kind, subject_id, detail)
values ($1, $2, $3, $4, $5, $6);

-- name: audit_lines(staff_id, action, skip, most)
-- Newest first; null for any person, any action. Who did it by the command line has no row in
-- staff.
select a.id, a.at, a.action, a.staff_id, s.name as who, a.subject_kind, a.subject_id,
       about.name as subject_name, a.detail
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
-- not null: action
-- Each action that occurs, by one look into the index per action: the log itself only grows.
with recursive found as (
    (select action from audit order by action limit 1)
    union all
    select (select min(action) from audit where action > found.action)
    from found
    where found.action is not null
)
select action from found where action is not null;

-- name: passkeys(staff_id)
select id, name, created_at, last_used_at from passkey where staff_id = $1 order by created_at, id;

-- name: stored_passkeys(staff_id)
select id, staff_id, credential, sign_count, name from passkey where staff_id = $1
order by created_at;

-- name: passkey_by_credential(credential_id)
-- Held until its counter is written: the same answer sent twice at once counts once.
select p.id, p.staff_id, p.credential, p.sign_count, p.name
from passkey p join staff s on s.id = p.staff_id
where p.credential_id = $1 and s.disabled_at is null
for update of p;

-- name: credentials_by_id(staff_id)
-- not null: second_factor
select id, email, name, role, password_hash, session_epoch,
       totp_since is not null as second_factor, operator_id
from staff where id = $1 and disabled_at is null;

-- name: add_passkey(id, staff_id, name, credential_id, credential, sign_count)
insert into passkey (id, staff_id, name, credential_id, credential, sign_count)
values ($1, $2, $3, $4, $5, $6)
on conflict (credential_id) do nothing
returning id;

-- name: note_passkey_use(id, sign_count)
update passkey set sign_count = $2, last_used_at = now() where id = $1;

-- name: remove_passkey(staff_id, id)
delete from passkey where staff_id = $1 and id = $2 returning name;

-- name: remove_passkeys(staff_id)
delete from passkey where staff_id = $1;
