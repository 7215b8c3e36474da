-- Ships that lay close together for hours.

-- name: open_encounters()
select id, mmsi, hypothesis, other_mmsi, other_hypothesis, source, began_at, last_at, ended_at, lat,
       lon, median_knots, closest_m
from vessel_encounter where ended_at is null order by began_at, id;

-- name: upsert_encounters(rows)
-- An older state never comes back over a newer one.
insert into vessel_encounter as known (
    id, mmsi, hypothesis, other_mmsi, other_hypothesis, source, began_at, last_at, ended_at, lat,
    lon, median_knots, closest_m
)
select n.id, n.mmsi, n.hypothesis, n.other_mmsi, n.other_hypothesis, n.source, n.began_at,
       n.last_at, n.ended_at, n.lat, n.lon, n.median_knots, n.closest_m
from jsonb_to_recordset($1) as n (
    id uuid, mmsi int, hypothesis smallint, other_mmsi int, other_hypothesis smallint,
    source smallint, began_at timestamptz, last_at timestamptz, ended_at timestamptz,
    lat double precision, lon double precision, median_knots real, closest_m real
)
order by n.id
on conflict (id) do update set
    last_at = excluded.last_at, ended_at = excluded.ended_at, closest_m = excluded.closest_m,
    median_knots = excluded.median_knots
where known.last_at <= excluded.last_at;

-- name: encounters(mmsi, since, limit_count, sources, ended_at, ended_id)
-- Of one ship, or (null) of all; those that go on are not over.
select e.id as encounter_id, e.mmsi as encounter_mmsi, e.hypothesis as encounter_hypothesis,
       e.other_mmsi as encounter_other_mmsi, e.other_hypothesis as encounter_other_hypothesis,
       e.source as encounter_source, e.began_at as encounter_began_at,
       e.last_at as encounter_last_at, e.ended_at as encounter_ended_at, e.lat as encounter_lat,
       e.lon as encounter_lon, e.median_knots as encounter_median_knots,
       e.closest_m as encounter_closest_m, v.name as ship_name, o.name as other_name
from vessel_encounter e
left join vessel v on v.mmsi = e.mmsi and v.source = e.source
left join vessel o on o.mmsi = e.other_mmsi and o.source = e.source
where ($1::int is null or $1 in (e.mmsi, e.other_mmsi))
  and coalesce(e.ended_at, 'infinity') >= $2 and e.source = any($4::smallint[])
  and ($5::timestamptz is null or (e.began_at, e.id) < ($5, $6::uuid))
order by e.began_at desc, e.id desc limit $3;

-- name: count_encounters(mmsi, since, sources)
-- not null: count
select count(*) from vessel_encounter e
where ($1::int is null or $1 in (e.mmsi, e.other_mmsi))
  and coalesce(e.ended_at, 'infinity') >= $2 and e.source = any($3::smallint[]);

-- name: delete_old_encounters(before)
delete from vessel_encounter where began_at < $1;
