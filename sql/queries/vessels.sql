-- name: upsert_vessels(mmsis, kinds, names, callsigns, imos, ship_types, bows, sterns, ports, starboards, draughts, destinations, etas, seen)
-- One row per MMSI of the batch. A null means "not reported" and never erases what is known: parts A and B of a class B
-- ship's data come as two messages. Sorted, so that two writers cannot lock rows crosswise.
insert into vessel as known (
    mmsi, kind, name, callsign, imo, ship_type, to_bow_m, to_stern_m, to_port_m, to_starboard_m,
    draught_m, destination, eta_at, seen_at
)
select * from unnest(
    $1::int[], $2::smallint[], $3::text[], $4::text[], $5::int[], $6::smallint[], $7::smallint[], $8::smallint[],
    $9::smallint[], $10::smallint[], $11::real[], $12::text[], $13::timestamptz[], $14::timestamptz[]
) as news
order by 1
on conflict (mmsi) do update set
    kind = excluded.kind,
    name = coalesce(excluded.name, known.name),
    callsign = coalesce(excluded.callsign, known.callsign),
    imo = coalesce(excluded.imo, known.imo),
    ship_type = coalesce(excluded.ship_type, known.ship_type),
    to_bow_m = coalesce(excluded.to_bow_m, known.to_bow_m),
    to_stern_m = coalesce(excluded.to_stern_m, known.to_stern_m),
    to_port_m = coalesce(excluded.to_port_m, known.to_port_m),
    to_starboard_m = coalesce(excluded.to_starboard_m, known.to_starboard_m),
    draught_m = coalesce(excluded.draught_m, known.draught_m),
    destination = coalesce(excluded.destination, known.destination),
    eta_at = coalesce(excluded.eta_at, known.eta_at),
    seen_at = greatest(excluded.seen_at, known.seen_at);

-- name: vessel_by_mmsi(mmsi)
-- No row for a ship that has sent positions only.
select
    mmsi,
    kind,
    name as particulars_name,
    callsign as particulars_callsign,
    imo as particulars_imo,
    ship_type as particulars_ship_type,
    to_bow_m as particulars_to_bow_m,
    to_stern_m as particulars_to_stern_m,
    to_port_m as particulars_to_port_m,
    to_starboard_m as particulars_to_starboard_m,
    draught_m as particulars_draught_m,
    destination as particulars_destination,
    (extract(epoch from eta_at) * 1000)::bigint as particulars_eta_ms,
    seen_at
from vessel where mmsi = $1;

-- name: search_vessels(prefix, number, row_limit)
-- Names that begin so (the prefix is lower case, its % and _ escaped), or a whole MMSI or IMO number.
select mmsi, name, imo, ship_type, kind, seen_at from vessel
where lower(name) like $1 || '%' or mmsi = $2 or imo = $2
order by seen_at desc, mmsi
limit $3;

-- name: points_between(mmsi, first_at, last_at, row_limit)
-- not null: mmsi, at, lat, lon
-- The newest points of a track, oldest first. Two leaders that hand over may both have stored a point: one per instant.
select distinct on (at) mmsi, at, lat, lon, sog_knots, cog_deg, heading_deg, status from (
    select * from position where mmsi = $1 and at between $2 and $3 order by at desc limit $4
) newest
order by at;

-- name: last_point(mmsi)
-- The newest point of a ship that Redis no longer has.
select mmsi, at, lat, lon, sog_knots, cog_deg, heading_deg, status from position where mmsi = $1 order by at desc limit 1;

-- name: make_days(first_day, last_day)
-- not null: make_position_days
-- The function holds an advisory lock: two processes that make the same day would both see it missing.
select make_position_days($1, $2);

-- name: drop_days(before_day)
-- not null: drop_position_days
-- Whole partitions at once, under the lock of make_days.
select drop_position_days($1);

-- name: partition_days()
-- not null: day
-- The days that have a partition, oldest first.
select to_date(right(c.relname, 8), 'YYYYMMDD') as day
from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'position'::regclass
order by 1;
