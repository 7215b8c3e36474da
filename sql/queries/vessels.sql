-- name: upsert_vessels(mmsis, kinds, names, callsigns, imos, ship_types, bows, sterns, ports,
--    starboards, draughts, destinations, etas, seen, sources, static, voyages, precisions,
--    motherships)
-- One row per MMSI and source of the batch. A message 5 (its time is both static_at and voyage_at)
-- is a whole and replaces, "not available" as well; otherwise a null may also mean that the part
-- with it was not heard since the consumer's start, and erases nothing. Sorted, so that two writers
-- cannot lock rows crosswise.
insert into vessel as known (
    mmsi, kind, name, callsign, imo, ship_type, to_bow_m, to_stern_m, to_port_m, to_starboard_m,
    draught_m, destination, eta_at, seen_at, source, static_at, voyage_at, eta_precision, mothership
)
select * from unnest(
    $1::int[], $2::smallint[], $3::text[], $4::text[], $5::int[], $6::smallint[], $7::smallint[],
    $8::smallint[],
    $9::smallint[], $10::smallint[], $11::real[], $12::text[], $13::timestamptz[],
    $14::timestamptz[],
    $15::smallint[], $16::timestamptz[], $17::timestamptz[], $18::smallint[], $19::int[]
) as news
order by 1, 15
on conflict (mmsi, source) do update set (
    kind, name, callsign, imo, ship_type, to_bow_m, to_stern_m, to_port_m, to_starboard_m,
    draught_m, destination,
    eta_at, eta_precision, mothership, voyage_at, static_at, seen_at
) = (
    select excluded.kind, excluded.name, excluded.callsign, excluded.imo, excluded.ship_type,
           excluded.to_bow_m,
        excluded.to_stern_m, excluded.to_port_m, excluded.to_starboard_m, excluded.draught_m,
        excluded.destination,
        excluded.eta_at, excluded.eta_precision, excluded.mothership, excluded.voyage_at,
        excluded.static_at,
        greatest(excluded.seen_at, known.seen_at)
    where excluded.voyage_at = excluded.static_at
    union all
    select excluded.kind, coalesce(excluded.name, known.name),
           coalesce(excluded.callsign, known.callsign),
        coalesce(excluded.imo, known.imo), coalesce(excluded.ship_type, known.ship_type),
        coalesce(excluded.to_bow_m, known.to_bow_m),
        coalesce(excluded.to_stern_m, known.to_stern_m),
        coalesce(excluded.to_port_m, known.to_port_m),
        coalesce(excluded.to_starboard_m, known.to_starboard_m),
        coalesce(excluded.draught_m, known.draught_m),
        coalesce(excluded.destination, known.destination),
        coalesce(excluded.eta_at, known.eta_at), excluded.eta_precision,
        coalesce(excluded.mothership, known.mothership),
        coalesce(excluded.voyage_at, known.voyage_at),
        greatest(excluded.static_at, known.static_at), greatest(excluded.seen_at, known.seen_at)
    where excluded.voyage_at is distinct from excluded.static_at
);

-- name: vessel_by_mmsi(mmsi, sources)
-- What was told last, by any of these sources. No row for a ship that has sent positions only.
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
    eta_precision as particulars_eta_precision,
    mothership as particulars_mothership,
    seen_at,
    source,
    static_at,
    voyage_at
from vessel where mmsi = $1 and source = any($2::smallint[])
order by static_at desc limit 1;

-- name: search_vessels(pattern, number, row_limit, sources)
-- not null: mmsi, kind, seen_at
-- Names and call signs with these words in them (% and _ escaped), or a whole MMSI or
-- IMO number; one line for each ship, however many sources have told of it. Names that begin so
-- come first: only where they are too few the others are looked for, each way by its own index.
with beginning as materialized (
    select * from (
        select distinct on (mmsi) mmsi, name, imo, ship_type, kind, seen_at, static_at from vessel
        where source = any($4::smallint[]) and folded_case(name) like folded_case($1) || '%'
        order by mmsi, static_at desc
    ) as named
    order by seen_at desc, mmsi limit $3
), lacking as materialized (
    select from beginning having count(*) < $3
), letters as materialized (
    -- As they stand in names: without what escapes % and _.
    select array_agg(substr(word, start, 2)) as pairs
    from (select folded_case(regexp_replace($1, '\\(.)', '\1', 'g')) as word) words,
         generate_series(1, length(word) - 1) as start
), others as (
    select v.* from vessel v
    where exists (select from lacking)
      and letter_pairs(folded_case(v.name)) @> (select pairs from letters)
      and folded_case(v.name) like '%' || folded_case($1) || '%'
    union all
    select v.* from vessel v
    where exists (select from lacking)
      and folded_case(v.callsign) like folded_case($1) || '%'
    union all
    select v.* from vessel v where exists (select from lacking) and (v.mmsi = $2 or v.imo = $2)
), found as (
    select mmsi, name, imo, ship_type, kind, seen_at from beginning
    union all
    select mmsi, name, imo, ship_type, kind, seen_at from (
        select distinct on (o.mmsi) o.* from others o
        where o.source = any($4::smallint[]) and o.mmsi not in (select mmsi from beginning)
        order by o.mmsi, o.static_at desc
    ) as other
)
select mmsi, name, imo, ship_type, kind, seen_at from found
order by folded_case(name) like folded_case($1) || '%' desc nulls last, seen_at desc, mmsi
limit $3;

-- name: points_between(mmsi, first_at, last_at, row_limit, sources)
-- not null: mmsi, at, lat, lon, source, hypothesis
-- The newest points of a track, oldest first. Two leaders that hand over may both have stored a
-- point: one per instant.
select distinct on (hypothesis, at)
    mmsi, at, lat, lon, sog_knots, cog_deg, heading_deg, status, source, hypothesis, distrusted
from (
    select * from position where mmsi = $1 and at between $2 and $3 and source = any($5::smallint[])
    order by at desc limit $4
) newest
order by hypothesis, at, source;

-- name: replay_points(lat_min, lat_max, lon_min, lon_max, first_at, last_at, step_seconds,
-- row_limit, sources)
-- not null: mmsi, at, lat, lon, source, hypothesis, distrusted
-- Believed points of all ships in a box, one a step, in order of time. Days are partitions and each
-- has its times in a BRIN: hours of a box cost what is in these hours. A box with lon_min > lon_max
-- crosses the antimeridian.
select mmsi, at, lat, lon, sog_knots, cog_deg, heading_deg, status, source, hypothesis, distrusted
from (
    select distinct on (mmsi, hypothesis, floor(extract(epoch from at) / $7::float8)) *
    from position
    where at between $5 and $6 and lat between $1::float8 and $2::float8
      and case when $3::float8 <= $4::float8 then lon between $3 and $4
               else lon >= $3 or lon <= $4 end
      and source = any($9::smallint[]) and not distrusted
    order by mmsi, hypothesis, floor(extract(epoch from at) / $7::float8), at
) one_a_step
order by mmsi, hypothesis, at limit $8;

-- name: names_of(mmsis, sources)
-- Name and type by number; where two sources know it, by the one that was heard last.
select distinct on (mmsi) mmsi, name, imo, ship_type, kind, seen_at
from vessel where mmsi = any($1::int[]) and source = any($2::smallint[])
order by mmsi, seen_at desc;

-- name: last_point(mmsi, sources)
-- The newest point of a ship that Redis no longer has.
select mmsi, at, lat, lon, sog_knots, cog_deg, heading_deg, status, source, hypothesis, distrusted
from position where mmsi = $1 and source = any($2::smallint[]) order by at desc limit 1;

-- name: insert_safety_texts(mmsis, times, receivers, bodies, sources)
insert into safety_text (mmsi, at, to_mmsi, body, source)
select * from unnest($1::int[], $2::timestamptz[], $3::int[], $4::text[], $5::smallint[]);

-- name: safety_texts_of(mmsi, since, row_limit, sources)
-- What one station has sent, newest first.
select mmsi, at, to_mmsi, body, source from safety_text
where mmsi = $1 and at >= $2 and source = any($4::smallint[]) order by at desc limit $3;

-- name: safety_texts_since(since, row_limit, sources)
-- What everybody has sent, newest first.
select mmsi, at, to_mmsi, body, source from safety_text
where at >= $1 and source = any($3::smallint[]) order by at desc limit $2;

-- name: delete_safety_texts(before)
delete from safety_text where at < $1;

-- name: delete_silent_vessels(before)
-- Numbers are made up by faulty and by dishonest senders, too: without an end they would add up.
delete from vessel where seen_at < $1;

-- name: make_days(first_day, last_day)
-- not null: make_position_days
-- The function holds an advisory lock: two processes that make the same day would both see it
-- missing.
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
