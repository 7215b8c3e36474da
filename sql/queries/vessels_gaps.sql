-- Ships under way that were not heard for hours.

-- name: open_gaps()
select id, mmsi, hypothesis, source, began_at, lat, lon, knots, heard_share, ended_at, end_lat,
       end_lon
from vessel_gap where ended_at is null order by began_at;

-- name: upsert_gaps(rows)
insert into vessel_gap as known (
    id, mmsi, hypothesis, source, began_at, lat, lon, knots, heard_share, ended_at, end_lat, end_lon
)
select n.id, n.mmsi, n.hypothesis, n.source, n.began_at, n.lat, n.lon, n.knots, n.heard_share,
       n.ended_at, n.end_lat, n.end_lon
from jsonb_to_recordset($1) as n (
    id uuid, mmsi int, hypothesis smallint, source smallint, began_at timestamptz,
    lat double precision, lon double precision, knots real, heard_share real,
    ended_at timestamptz, end_lat double precision, end_lon double precision
)
order by n.id
on conflict (id) do update set
    ended_at = excluded.ended_at, end_lat = excluded.end_lat, end_lon = excluded.end_lon
where known.ended_at is null;

-- name: gaps(mmsi, since, limit_count, sources, ended_at, ended_id)
-- Of one ship, or (null) of all; those that go on are not over.
select g.id as gap_id, g.mmsi as gap_mmsi, g.hypothesis as gap_hypothesis,
       g.source as gap_source, g.began_at as gap_began_at, g.lat as gap_lat, g.lon as gap_lon,
       g.knots as gap_knots, g.heard_share as gap_heard_share, g.ended_at as gap_ended_at,
       g.end_lat as gap_end_lat, g.end_lon as gap_end_lon, v.name as ship_name
from vessel_gap g
left join vessel v on v.mmsi = g.mmsi and v.source = g.source
where ($1::int is null or g.mmsi = $1) and coalesce(g.ended_at, 'infinity') >= $2
  and g.source = any($4::smallint[])
  and ($5::timestamptz is null or (g.began_at, g.id) < ($5, $6::uuid))
order by g.began_at desc, g.id desc limit $3;

-- name: count_gaps(mmsi, since, sources)
-- not null: count
select count(*) from vessel_gap g
where ($1::int is null or g.mmsi = $1) and coalesce(g.ended_at, 'infinity') >= $2
  and g.source = any($3::smallint[]);

-- name: delete_old_gaps(before)
delete from vessel_gap where began_at < $1;
