-- When ships came to a port, stopped and left.

-- name: open_port_calls()
-- A ship that was not heard for a day has been closed by the consumer, or nobody ran.
select id, mmsi, hypothesis, source, port_id, state, entered_at, last_at, stopped_at, moored_at,
       left_at, anchored_seconds, berth_seconds, waiting_seconds, left_unseen
from port_call where left_at is null order by last_at;

-- name: upsert_port_calls(rows)
-- A port that has gone meanwhile takes its calls along: they are left out. An older state never
-- comes back over a newer one.
insert into port_call as known (
    id, mmsi, hypothesis, source, port_id, state, entered_at, last_at, stopped_at, moored_at,
    left_at, anchored_seconds, berth_seconds, waiting_seconds, left_unseen
)
select news.id, news.mmsi, news.hypothesis, news.source, news.port_id, news.state, news.entered_at,
       news.last_at, news.stopped_at, news.moored_at, news.left_at, news.anchored_seconds,
       news.berth_seconds, news.waiting_seconds, news.left_unseen
from jsonb_to_recordset($1) as news (
    id uuid, mmsi int, hypothesis smallint, source smallint, port_id uuid, state text,
    entered_at timestamptz, last_at timestamptz, stopped_at timestamptz, moored_at timestamptz,
    left_at timestamptz, anchored_seconds int, berth_seconds int, waiting_seconds int,
    left_unseen boolean
)
join port p on p.id = news.port_id
order by news.id
on conflict (id) do update set
    state = excluded.state, last_at = excluded.last_at, stopped_at = excluded.stopped_at,
    moored_at = excluded.moored_at, left_at = excluded.left_at,
    anchored_seconds = excluded.anchored_seconds, berth_seconds = excluded.berth_seconds,
    waiting_seconds = excluded.waiting_seconds, left_unseen = excluded.left_unseen,
    source = excluded.source
where known.last_at <= excluded.last_at;

-- name: measured_calls(code, since, limit_count, sources)
-- not null: written
-- Calls that were not over by then, the newest arrival first, as JSON; who approaches is none yet.
-- A busy port has thousands: read as rows, each would cost us ten times as much.
select coalesce(json_agg(json_build_array(
    m.source, m.state, m.entered_at, m.last_at, m.stopped_at, m.moored_at, m.left_at,
    m.berth_seconds, m.waiting_seconds, m.left_unseen, m.ship_type
))::text, '[]') as written
from (
    select c.source, c.state, c.entered_at, c.last_at, c.stopped_at, c.moored_at, c.left_at,
           c.berth_seconds, c.waiting_seconds, c.left_unseen, v.ship_type
    from port p
    join port_call c on c.port_id = p.id
    left join vessel v on v.mmsi = c.mmsi and v.source = c.source
    where p.code = $1 and c.stopped_at is not null and coalesce(c.left_at, 'infinity') >= $2
      and c.source = any($4::smallint[])
    order by c.entered_at desc, c.id desc limit $3
) m;

-- name: port_calls(code, mmsi, since, until, states, sources, ended_at, ended_id, limit_count)
-- Of a port, a ship, both or (null) all; those that go on are not over.
select c.id as call_id, c.mmsi as call_mmsi, c.hypothesis as call_hypothesis,
       c.source as call_source, c.port_id as call_port_id, c.state as call_state,
       c.entered_at as call_entered_at, c.last_at as call_last_at, c.stopped_at as call_stopped_at,
       c.moored_at as call_moored_at, c.left_at as call_left_at,
       c.anchored_seconds as call_anchored_seconds, c.berth_seconds as call_berth_seconds,
       c.waiting_seconds as call_waiting_seconds, c.left_unseen as call_left_unseen,
       p.code as port_code, p.name as port_name, p.timezone as port_timezone, p.lat as port_lat,
       p.lon as port_lon, v.name as ship_name, v.ship_type
from port_call c
join port p on p.id = c.port_id
left join vessel v on v.mmsi = c.mmsi and v.source = c.source
where ($1::text is null or c.port_id = (select one.id from port one where one.code = $1))
  and ($2::int is null or c.mmsi = $2)
  and coalesce(c.left_at, 'infinity') >= $3 and c.entered_at < $4
  and c.state = any($5::text[]) and c.source = any($6::smallint[])
  and ($7::timestamptz is null or (c.entered_at, c.id) < ($7, $8::uuid))
order by c.entered_at desc, c.id desc limit $9;

-- name: count_port_calls(code, mmsi, since, until, states, sources)
-- not null: count
select count(*) from port_call c
where ($1::text is null or c.port_id = (select one.id from port one where one.code = $1))
  and ($2::int is null or c.mmsi = $2)
  and coalesce(c.left_at, 'infinity') >= $3 and c.entered_at < $4
  and c.state = any($5::text[]) and c.source = any($6::smallint[]);

-- name: delete_passed_by(ids)
-- Who has left without a stop.
delete from port_call where id = any($1::uuid[]) and left_at is not null and stopped_at is null;

-- name: ships_heard_since(sources)
-- When this copy began to hear ships; no row before.
select first_seen_at from vessel where source = any($1::smallint[])
order by first_seen_at limit 1;

-- name: port_calls_of_ship(mmsi, since, limit_count, sources)
-- Calls that were not over by then, the newest arrival first; who approaches is none yet.
select c.id as call_id, c.mmsi as call_mmsi, c.hypothesis as call_hypothesis,
       c.source as call_source, c.port_id as call_port_id, c.state as call_state,
       c.entered_at as call_entered_at, c.last_at as call_last_at, c.stopped_at as call_stopped_at,
       c.moored_at as call_moored_at, c.left_at as call_left_at,
       c.anchored_seconds as call_anchored_seconds, c.berth_seconds as call_berth_seconds,
       c.waiting_seconds as call_waiting_seconds, c.left_unseen as call_left_unseen,
       p.code as port_code, p.name as port_name, p.timezone as port_timezone,
       p.lat as port_lat, p.lon as port_lon, v.name as ship_name, v.ship_type
from port_call c
join port p on p.id = c.port_id
left join vessel v on v.mmsi = c.mmsi and v.source = c.source
where c.mmsi = $1 and c.stopped_at is not null and coalesce(c.left_at, 'infinity') >= $2
  and c.source = any($4::smallint[])
order by c.entered_at desc, c.id desc limit $3;

-- name: port_calls_of_ships(mmsis, since)
-- not null: stopped_at
-- Arrivals and departures of ships, by ship and time. `left_at` is when it was 4 km away; it left
-- its berth after the time that it spent there.
select c.mmsi, p.code as port_code, c.stopped_at,
       case when c.left_at is not null and not c.left_unseen then
           c.moored_at + make_interval(secs => c.berth_seconds)
       end as unberthed_at
from port_call c join port p on p.id = c.port_id
where c.mmsi = any($1::int[]) and c.stopped_at >= $2
order by c.mmsi, c.stopped_at;

-- name: delete_old_port_calls(before)
-- Who has left by then had come by then: found by when it came.
delete from port_call where entered_at < $1 and left_at < $1;
