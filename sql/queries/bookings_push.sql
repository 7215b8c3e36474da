-- Browsers that asked to hear when their ship is late.

-- name: add_push_subscription(id, booking_id, endpoint, browser_key, auth, language, key, most)
-- No row: so many others are there. A browser that asks again keeps its id and has new keys. Under
-- lock_booking.
insert into push_subscription (id, booking_id, endpoint, browser_key, auth, language, vapid_key)
select $1, $2, $3, $4, $5, $6, $7
where (select count(*) from push_subscription where booking_id = $2 and endpoint <> $3) < $8
on conflict (booking_id, endpoint) do update set
    browser_key = excluded.browser_key, auth = excluded.auth,
    language = excluded.language, vapid_key = excluded.vapid_key
returning id;

-- name: end_push_subscription(booking_id, endpoint)
delete from push_subscription where booking_id = $1 and endpoint = $2;

-- name: drop_push_subscription(id)
delete from push_subscription where id = $1;

-- name: push_subscriptions_of(booking_ids)
select id, booking_id from push_subscription
where booking_id = any($1::uuid[]) order by booking_id, id;

-- name: push_subscription(id)
select id, booking_id, endpoint, browser_key, auth, language, vapid_key, created_at
from push_subscription where id = $1;

-- name: mark_push_sent(subscription_id, version)
-- No row where the browser was ended meanwhile.
insert into push_sent (subscription_id, version)
select id, $2 from push_subscription where id = $1
on conflict (subscription_id, version) do nothing;

-- name: is_push_sent(subscription_id, version)
-- not null: sent
select exists (
    select from push_sent where subscription_id = $1 and version = $2
) as sent;

-- name: drop_ended_push_subscriptions()
-- A day after the last arrival nobody waits for news; of erased bookings nothing is kept.
delete from push_subscription p using booking b
where b.id = p.booking_id and (
    b.erased_at is not null
    or not exists (
        select from booking_leg l join sailing s on s.id = l.sailing_id
        where l.booking_id = b.id
            and coalesce(s.expected_arrives_at, s.arrives_at) > now() - interval '1 day'
    )
);
