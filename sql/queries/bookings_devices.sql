-- Browsers in which a booking is open.

-- name: add_device(secret_hash, booking_id, is_trusted, is_staff, seconds)
insert into booking_device (secret_hash, booking_id, is_trusted, is_staff, ends_at)
values ($1, $2, $3, $4, now() + make_interval(secs => $5));

-- name: keep_newest_devices(booking_id, most, newest)
-- Whoever holds a link can open the booking in as many browsers as they like: this one stays, and
-- the trusted ones are the last to go.
delete from booking_device where secret_hash in (
    select secret_hash from booking_device where booking_id = $1
    order by secret_hash = $3 desc, is_trusted desc, seen_at desc, secret_hash offset $2);

-- name: device_of(secret_hash, reference, idle_days)
-- not null: has_code, seen_long_ago
select d.secret_hash, d.is_trusted, d.is_staff,
       coalesce(d.code_expires_at > now(), false) as has_code,
       d.seen_at < now() - interval '1 day' as seen_long_ago
from booking_device d join booking b on b.id = d.booking_id
where d.secret_hash = $1 and b.reference = $2 and d.ends_at > now()
    and d.seen_at > now() - make_interval(days => $3);

-- name: see_device(secret_hash)
update booking_device set seen_at = now() where secret_hash = $1;

-- name: trust_device(secret_hash)
update booking_device set is_trusted = true, is_staff = false, code_hash = null,
    code_expires_at = null
where secret_hash = $1;

-- name: count_devices(booking_id, idle_days)
-- not null: count
select count(*) from booking_device
where booking_id = $1 and ends_at > now() and seen_at > now() - make_interval(days => $2);

-- name: end_device(secret_hash)
delete from booking_device where secret_hash = $1;

-- name: end_other_devices(booking_id, secret_hash)
delete from booking_device where booking_id = $1 and secret_hash <> $2;

-- name: end_links(booking_id)
update booking set links_from = now() where id = $1;

-- name: codes_lately(booking_id)
-- not null: just_now, in_a_day
-- Whether one was sent in the last minute, and how many there were in a day.
select coalesce(max(code_sent_at) > now() - interval '1 minute', false) as just_now,
       coalesce(sum(codes_sent) filter (where code_sent_at > now() - interval '1 day'), 0)::int
           as in_a_day
from booking_device where booking_id = $1;

-- name: set_code(secret_hash, code_hash, seconds)
update booking_device
set code_hash = $2, code_expires_at = now() + make_interval(secs => $3), code_tries = 0,
    code_sent_at = now(), codes_sent = codes_sent + 1
where secret_hash = $1;

-- name: try_code(secret_hash, most)
-- The try is counted before it is judged: many at once have no more of them.
update booking_device set code_tries = code_tries + 1
where secret_hash = $1 and code_expires_at > now() and code_tries < $2
returning code_hash;

-- name: delete_ended_devices(idle_days, limit_count)
with gone as (
    delete from booking_device where secret_hash in (
        select secret_hash from booking_device
        where seen_at < now() - make_interval(days => $1) or ends_at < now() limit $2)
    returning 1
)
select count(*) from gone;
