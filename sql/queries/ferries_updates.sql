-- How the boats of others' timetables go, as their publishers say it in GTFS-Realtime.

-- name: follow_updates(feed, address)
-- Another address has its own ETag, and says all of it anew.
-- Alerts that came with those of the address before are forgotten.
with forgotten as (
    delete from feed_alerts a using feed f, feed_realtime r
    where f.name = $1 and a.feed_id = f.id and r.feed_id = f.id and a.address = r.address
        and r.address <> $2
)
insert into feed_realtime (feed_id, address) select id, $2 from feed where name = $1
on conflict (feed_id) do update set address = excluded.address, etag = '', modified = '',
    read_at = null, said_at = null, matched = 0, unknown = 0, added = 0, left_out = 0,
    trips = '{}', error = '', failures = 0, rest_until = null
where feed_realtime.address <> excluded.address;

-- name: unfollow_updates(feed)
-- With the alerts that came with them.
with forgotten as (
    delete from feed_alerts a using feed f, feed_realtime r
    where f.name = $1 and a.feed_id = f.id and r.feed_id = f.id and a.address = r.address
)
delete from feed_realtime where feed_id = (select id from feed where name = $1);

-- name: followed()
-- not null: etag, modified
-- What was read before the edition that is shown now was laid over another one: it is asked for
-- whole.
select f.id as feed_id, f.name as feed, f.publisher, r.address,
    case when e.activated_at > r.read_at then '' else r.etag end as etag,
    case when e.activated_at > r.read_at then '' else r.modified end as modified, r.read_at,
    r.said_at, r.matched, r.unknown, r.added, r.left_out, r.error, r.failures, r.rest_until
from feed_realtime r
join feed f on f.id = r.feed_id
left join feed_edition e on e.feed_id = f.id and e.state = 'active'
order by f.name;

-- name: said(read_after)
-- not null: said_at, read_at
-- What publishers said lately.
select f.name as feed, r.said_at, r.read_at, r.trips
from feed_realtime r join feed f on f.id = r.feed_id
where r.said_at is not null and r.read_at > $1;

-- name: planned_trips(feed_id, codes, first_day, last_day)
-- not null: days, calls
-- Trips by the feed's own ids, with the days of service among these. None of a timetable that was
-- moved to other days: its boats are not those of which the publisher speaks.
select t.code, t.timezone, t.starts, t.headways,
    array(
        select day::date
        from generate_series($3::date::timestamp, $4::date::timestamp, '1 day') as day
        where timetable_runs(s.first_day, s.days, day::date)
    ) as days,
    (
        select jsonb_agg(jsonb_build_object('sequence', c.sequence, 'stop_id', c.stop_code,
            'arrives', c.arrives, 'departs', c.departs) order by c.number)
        from timetable_call c where c.pattern_id = t.pattern_id
    ) as calls
from timetable_trip t
join timetable_service s on s.id = t.service_id
join feed_edition e on e.feed_id = t.feed_id and e.state = 'active' and e.moved_weeks = 0
where t.feed_id = $1 and t.code = any($2::text[]);

-- name: put_updates(feed_id, address, etag, modified, read_at, said_at, matched, unknown, added,
-- left_out, trips)
-- Of two pulls that overtake one another, what the publisher made last stays.
update feed_realtime set etag = $3, modified = $4, read_at = $5, said_at = $6, matched = $7,
    unknown = $8, added = $9, left_out = $10, trips = $11, error = '', failures = 0,
    rest_until = null
where feed_id = $1 and address = $2 and (said_at is null or said_at <= $6);

-- name: updates_unchanged(feed_id, read_at)
update feed_realtime set read_at = $2, error = '', failures = 0, rest_until = null
where feed_id = $1;

-- name: updates_failed(feed_id, error, rest_until)
update feed_realtime set error = $2, failures = failures + 1, rest_until = $3 where feed_id = $1;
