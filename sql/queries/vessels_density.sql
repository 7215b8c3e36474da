-- How many ships a day were in each cell, counted out of their tracks.

-- name: due_days(first_day, over_before, invented)
-- not null: day
-- Days that are over and not counted as a whole, the newest first.
select due.day::date as day
from generate_series($1::date, $2::date - 1, interval '1 day') as due (day)
where not exists (
    select from vessel_density_day d
    where d.day = due.day::date and d.invented = $3 and d.whole
)
order by due.day desc;

-- name: is_due_so_far(day, invented, now)
-- not null: due
-- Whether a day is to be counted before it is over: while none is counted as a whole on which ships
-- were heard, and the more rarely the more there is to count.
select not exists (
    select from vessel_density_day
    where invented = $2 and heard_hours > 0
      and (whole or (day = $1 and until_at > $3::timestamptz - heard_hours * interval '5 minutes'))
) as due;

-- name: heard_on(day, sources)
-- not null: hours, sources
-- In how many hours of a day any ship was heard, and by which sources. Times are looked for by
-- their BRIN, an hour after the other.
select (
    select count(*)
    from generate_series(
        $1::timestamp at time zone 'UTC', $1::timestamp at time zone 'UTC' + interval '23 hours',
        interval '1 hour'
    ) as hour
    where exists (
        select from position p
        where p.at >= hour and p.at < hour + interval '1 hour' and p.source = any($2::smallint[])
    )
)::int as hours, array(
    select heard.source from unnest($2::smallint[]) as heard (source)
    where exists (
        select from position p
        where p.at >= $1::timestamp at time zone 'UTC'
          and p.at < ($1::timestamp + interval '1 day') at time zone 'UTC'
          and p.source = heard.source
    )
    order by heard.source
) as sources;

-- name: put_day(day, invented, whole, until_at, heard_hours, sources)
-- Locks the day: two processes that count it do so one after the other.
insert into vessel_density_day (day, invented, whole, until_at, heard_hours, sources)
values ($1, $2, $3, $4, $5, $6)
on conflict (day, invented) do update set
    whole = excluded.whole, until_at = excluded.until_at, heard_hours = excluded.heard_hours,
    sources = excluded.sources;

-- name: delete_cells(day, invented)
delete from vessel_density where day = $1 and invented = $2;

-- name: slice_end(first_at, end_at, after_mmsi, sources, points)
-- The ship of the last of so many points behind a ship's; no row where there are fewer.
select mmsi from position
where at >= $1 and at < $2 and mmsi > $3 and source = any($4::smallint[])
order by mmsi offset $5 limit 1;

-- name: count_ships(first_at, end_at, after_mmsi, upto_mmsi, sources, classes, scales, gap)
-- How many ships of a slice were in each cell, as arrays written out: they go to add_ships as they
-- are. Between two fixes a ship sailed straight on, in steps of a quarter of a cell at most: a cell
-- that is missed is one whose corner was touched. No step leads across a gap, to a position that is
-- not believed, or faster than 120 knots (vessels.tracks.geometry); near the poles a degree of
-- longitude is short, and steps end. Aircraft (111...) and distress transmitters (97...) are no
-- ships.
with fix as (
    select mmsi, hypothesis, at, lat, lon, distrusted,
        lead(at) over track - at as lasts,
        lead(lat) over track - lat as north,
        lead(lon) over track - lon as turned,
        lead(distrusted) over track as to_distrusted
    from position
    where at >= $1::timestamptz - $8::interval and at < $2::timestamptz + $8
      and mmsi > $3 and mmsi <= $4 and source = any($5::smallint[])
      and mmsi not between 111000000 and 111999999 and mmsi not between 970000000 and 979999999
    window track as (partition by mmsi, hypothesis order by at)
), leg as (
    select *, turned - 360 * round(turned / 360) as east,
        111195 * sqrt(
            north ^ 2 + ((turned - 360 * round(turned / 360)) * cos(radians(lat))) ^ 2
        ) as metres
    from fix where not distrusted
), way as (
    select *, case
        when to_distrusted or lasts > $8 or lasts is null
            or (metres > 2000 and metres > 61.7 * extract(epoch from lasts)) then 0
        else least(ceil(greatest(abs(north), abs(east)) * 20 * 4), 1000)::int
    end as steps
    from leg
), place as (
    select w.mmsi, w.hypothesis, w.at + coalesce(w.lasts * along.share, interval '0') as at,
        w.lat + coalesce(w.north * along.share, 0) as lat,
        w.lon + coalesce(w.east * along.share, 0) as lon
    from way w
    cross join lateral (
        select step::float8 / greatest(w.steps, 1) as share from generate_series(0, w.steps) step
    ) along
), cell as (
    select distinct mmsi, hypothesis,
        least(floor((lat + 90) * 20)::int, 3599) as y,
        (floor((lon + 540) * 20)::int) % 7200 as x
    from place where at >= $1 and at < $2
), scaled as (
    select distinct c.mmsi, c.hypothesis, s.scale, c.y / s.scale as y, c.x / s.scale as x
    from cell c cross join unnest($7::int[]) as s (scale)
), told as (
    select distinct on (mmsi) mmsi, kind, ship_type from vessel
    where mmsi > $3 and mmsi <= $4 and source = any($5)
    order by mmsi, ship_type is null, static_at desc
), ship as (
    select s.scale, s.y, s.x, coalesce(($6::smallint[])[t.ship_type + 1], 0) as class
    from scaled s left join told t on t.mmsi = s.mmsi
    where coalesce(t.kind, 0) in (0, 1)
), cell_ships as (
    select scale, y, x,
        count(*) filter (where class = 0) as other, count(*) filter (where class = 1) as passenger,
        count(*) filter (where class = 2) as cargo, count(*) filter (where class = 3) as tanker,
        count(*) filter (where class = 4) as fishing
    from ship group by scale, y, x
)
select array_agg(scale)::text as scales, array_agg(y)::text as rows, array_agg(x)::text as columns,
    array_agg(other)::text as others, array_agg(passenger)::text as passengers,
    array_agg(cargo)::text as cargos, array_agg(tanker)::text as tankers,
    array_agg(fishing)::text as fishers
from cell_ships;

-- name: add_ships(day, invented, scales, rows, columns, others, passengers, cargos, tankers,
--    fishers)
insert into vessel_density as known (
    day, invented, scale, y, x, other, passenger, cargo, tanker, fishing
)
select $1::date, $2::boolean, news.* from unnest(
    $3::text::int[], $4::text::int[], $5::text::int[], $6::text::int[], $7::text::int[],
    $8::text::int[], $9::text::int[], $10::text::int[]
) as news
on conflict (day, invented, scale, y, x) do update set
    other = known.other + excluded.other, passenger = known.passenger + excluded.passenger,
    cargo = known.cargo + excluded.cargo, tanker = known.tanker + excluded.tanker,
    fishing = known.fishing + excluded.fishing;

-- name: days_counted(first_day, invented)
-- Whole days on which ships were heard; where there is none, that of which most was heard so far.
with heard as (
    select * from vessel_density_day where day >= $1 and invented = $2 and heard_hours > 0
)
select day, whole, heard_hours, sources, until_at from heard
where whole or (
    not exists (select from heard where whole)
    and day = (select day from heard order by heard_hours desc, day desc limit 1)
)
order by day;

-- name: cells_written(days, invented, scale, first_row, last_row, first_columns, last_columns,
--    counted, pattern, separator)
-- not null: written
-- The cells of a box in which ships were, from the north-west to the south-east: longitude and
-- latitude of the middle and ships a day as the pattern has them (format). Written here, since they
-- are thousands and nobody looks into them on the way. Row by row: each is a stretch of the index.
-- `counted` has 1 for each class that counts, in the order of the columns.
with cell as (
    select d.y, d.x, sum(
        d.other * ($8::int[])[1] + d.passenger * ($8::int[])[2] + d.cargo * ($8::int[])[3]
        + d.tanker * ($8::int[])[4] + d.fishing * ($8::int[])[5]
    ) as ships
    from unnest($1::date[]) as counted (day)
    cross join generate_series($4::int, $5::int) as line (y)
    cross join unnest($6::int[], $7::int[]) as span (first_x, last_x)
    join vessel_density d on d.day = counted.day and d.invented = $2 and d.scale = $3::int
        and d.y = line.y and d.x between span.first_x and span.last_x
    group by d.y, d.x
)
select coalesce(string_agg(
    format(
        $9::text, trim_scale(((x + 0.5) * $3::int / 20 - 180)::numeric(7, 3)),
        trim_scale(((y + 0.5) * $3::int / 20 - 90)::numeric(7, 3)),
        trim_scale(round(ships::numeric / cardinality($1::date[]), 2))
    ), $10::text order by y desc, x
), '') as written
from cell where ships > 0;

-- name: delete_old_density(before_day)
delete from vessel_density where day < $1;

-- name: delete_old_density_days(before_day)
delete from vessel_density_day where day < $1;
