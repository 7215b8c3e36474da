-- What publishers of timetables tell travellers, by the alerts of their GTFS-Realtime.

-- name: follow_alerts(feed, address)
-- Another address has its own ETag, and says all of it anew.
insert into feed_alerts (feed_id, address) select id, $2 from feed where name = $1
on conflict (feed_id) do update set address = excluded.address, etag = '', modified = '',
    read_at = null, said_at = null, kept = 0, elsewhere = 0, left_out = 0, alerts = '[]',
    error = '', failures = 0, rest_until = null
where feed_alerts.address <> excluded.address;

-- name: unfollow_alerts(feed)
delete from feed_alerts where feed_id = (select id from feed where name = $1);

-- name: followed_alerts()
-- not null: with_trips, etag, modified
-- What was read before the edition that is shown now is about another one: it is asked for whole.
select f.id as feed_id, f.name as feed, f.publisher, a.address,
    coalesce(r.address = a.address, false) as with_trips,
    case when e.activated_at > a.read_at then '' else a.etag end as etag,
    case when e.activated_at > a.read_at then '' else a.modified end as modified, a.read_at,
    a.said_at, a.kept, a.elsewhere, a.left_out, a.error, a.failures, a.rest_until
from feed_alerts a
join feed f on f.id = a.feed_id
left join feed_realtime r on r.feed_id = a.feed_id
left join feed_edition e on e.feed_id = f.id and e.state = 'active'
order by f.name;

-- name: said_alerts(read_after)
-- not null: said_at, read_at
-- What publishers told lately.
select f.name as feed, f.publisher, a.said_at, a.read_at, a.alerts
from feed_alerts a join feed f on f.id = a.feed_id
where a.said_at is not null and a.read_at > $1 and a.kept > 0;

-- name: lines_with_ports(feed_id)
-- not null: agency, boards, leaves
-- The lines of a timetable by their directions, with the ports at which one boards and leaves.
-- Operators of a feed are "<feed>:<agency id>". None of a timetable that was moved to other days:
-- its publisher speaks of other boats.
with way as (
    select distinct line_id, direction, pattern_id from timetable_trip where feed_id = $1
), ending as (
    select c.pattern_id, max(c.number) as number from timetable_call c
    where c.pattern_id in (select pattern_id from way) group by c.pattern_id
)
select l.code as line, substr(o.code, length(f.name) + 2) as agency, w.direction,
    array_agg(distinct p.code) filter (where c.number < e.number) as boards,
    array_agg(distinct p.code) filter (where c.number > 0) as leaves
from way w
join timetable_line l on l.id = w.line_id
join feed f on f.id = l.feed_id
join operator o on o.id = l.operator_id
join ending e on e.pattern_id = w.pattern_id
join timetable_call c on c.pattern_id = w.pattern_id
join port p on p.id = c.port_id
where exists (
    select from feed_edition shown
    where shown.feed_id = $1 and shown.state = 'active' and shown.moved_weeks = 0
)
group by l.code, o.code, f.name, w.direction;

-- name: stops_with_ports(feed_id, codes)
-- not null: stop, stops
-- Stops and stations by the feed's own ids: where boats call under that id; of a station, and of
-- one where none does, at every pier of its port.
select asked.code as stop, p.code as port, array_agg(distinct c.stop_code) as stops
from unnest($2::text[]) as asked (code)
join feed f on f.id = $1
join feed_edition e on e.feed_id = f.id and e.state = 'active' and e.moved_weeks = 0
join timetable_pattern pattern on pattern.feed_id = f.id
join timetable_call c on c.pattern_id = pattern.id
join port p on p.id = c.port_id
where c.stop_code = asked.code
    or c.port_id = (
        select a.port_id from port_alias a
        where a.source = 'gtfs:' || f.name and a.source_code = asked.code
    ) and not exists (
        select from timetable_call called join timetable_pattern of on of.id = called.pattern_id
        where of.feed_id = f.id and called.stop_code = asked.code
    )
group by asked.code, p.code;

-- name: trips_called(feed_id, codes)
select code, starts, headways from timetable_trip where feed_id = $1 and code = any($2::text[]);

-- name: put_alerts(feed_id, address, etag, modified, read_at, said_at, kept, elsewhere, left_out,
-- alerts)
-- Of two pulls that overtake one another, what the publisher made last stays; what comes with the
-- trips never takes the place of what has an address of its own. Nothing where neither the trips
-- nor the alerts are read there any more.
insert into feed_alerts (feed_id, address, etag, modified, read_at, said_at, kept, elsewhere,
    left_out, alerts)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10
where exists (select from feed_realtime r where r.feed_id = $1 and r.address = $2)
    or exists (select from feed_alerts a where a.feed_id = $1 and a.address = $2)
on conflict (feed_id) do update set etag = excluded.etag, modified = excluded.modified,
    read_at = excluded.read_at, said_at = excluded.said_at, kept = excluded.kept,
    elsewhere = excluded.elsewhere, left_out = excluded.left_out, alerts = excluded.alerts,
    error = '', failures = 0, rest_until = null
where feed_alerts.address = excluded.address
    and (feed_alerts.said_at is null or feed_alerts.said_at <= excluded.said_at);

-- name: alerts_unchanged(feed_id, address, read_at)
update feed_alerts set read_at = $3, error = '', failures = 0, rest_until = null
where feed_id = $1 and address = $2;

-- name: alerts_failed(feed_id, error, rest_until)
update feed_alerts set error = $2, failures = failures + 1, rest_until = $3 where feed_id = $1;
