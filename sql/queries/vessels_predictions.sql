-- Passages to ports, arrivals predicted out of them, and how wrong the predictions were.

-- name: unlearned_calls(since, limit_count)
-- not null: arrived_at
-- Arrivals whose passage is not stored yet, each with the time from which the ship was on its way:
-- when it left its last port, at most 14 days before. The oldest first, so that pace is measured
-- against what came before.
select c.id, c.port_id, c.mmsi, c.hypothesis, c.source, c.stopped_at as arrived_at, v.ship_type,
       greatest(
           c.stopped_at - interval '14 days',
           (
               select max(b.left_at) from port_call b
               where b.mmsi = c.mmsi and b.hypothesis = c.hypothesis and b.source = c.source
                 and b.left_at <= c.entered_at
           )
       ) as left_at
from port_call c
left join passage p on p.id = c.id
left join vessel v on v.mmsi = c.mmsi and v.source = c.source
where c.stopped_at >= $1 and p.id is null
order by c.stopped_at limit $2;

-- name: fixes_of_passage(mmsi, hypothesis, source, left_at, arrived_at, limit_count)
-- not null: at
-- The newest points, the oldest of them first.
select extract(epoch from at)::double precision as at, lat, lon
from (
    select at, lat, lon from position
    where mmsi = $1 and hypothesis = $2 and source = $3 and at >= $4 and at <= $5
      and not distrusted
    order by at desc limit $6
) newest
order by at;

-- name: insert_passages(rows)
insert into passage (
    id, port_id, mmsi, ship_group, source, arrived_at, cells, seconds, metres, lats, lons, knots,
    courses, pace
)
select n.id, n.port_id, n.mmsi, n.ship_group, n.source, n.arrived_at, n.cells, n.seconds, n.metres,
       n.lats, n.lons, n.knots, n.courses, n.pace
from jsonb_to_recordset($1) as n (
    id uuid, port_id uuid, mmsi int, ship_group smallint, source smallint, arrived_at timestamptz,
    cells bigint[], seconds int[], metres int[], lats real[], lons real[], knots real[],
    courses real[], pace real
)
-- A call whose port has gone meanwhile takes its passage along.
join port_call c on c.id = n.id
on conflict (id) do nothing;

-- name: passages_to(port_id, invented, since, limit_count)
select id, port_id, mmsi, ship_group, source, arrived_at, cells, seconds, metres, lats, lons, knots,
       courses, pace
from passage
where port_id = $1 and (source >= 8) = $2 and arrived_at >= $3 and cells <> '{}'
order by arrived_at desc limit $4;

-- name: delete_usual(port_id, invented)
delete from usual_passage where port_id = $1 and invented = $2;

-- name: insert_usual(rows)
insert into usual_passage (
    port_id, cell, ship_group, invented, passages, seconds, metres, lat, lon, knots, course_deg
)
select port_id, cell, ship_group, invented, passages, seconds, metres, lat, lon, knots, course_deg
from jsonb_to_recordset($1) as n (
    port_id uuid, cell bigint, ship_group smallint, invented boolean, passages int,
    seconds double precision, metres double precision, lat double precision, lon double precision,
    knots double precision, course_deg double precision
);

-- name: usual_near(port_ids, cells, invented)
-- What is usual in these pairs of port and cell, of every group.
select port_id, cell, ship_group, passages as usual_passages, seconds as usual_seconds,
       metres as usual_metres, lat as usual_lat, lon as usual_lon, knots as usual_knots,
       course_deg as usual_course_deg
from usual_passage
where (port_id, cell) in (select * from unnest($1::uuid[], $2::bigint[])) and invented = $3;

-- name: habits(mmsis, since)
-- not null: pace
-- The median pace of ships with three or more measured passages.
select mmsi, percentile_cont(0.5) within group (order by pace) as pace
from passage where mmsi = any($1::int[]) and arrived_at >= $2 and pace is not null
group by mmsi having count(*) >= 3;

-- name: harbours_called(codes, keys)
-- not null: key, id, code, lat, lon
-- Harbours by UN/LOCODE and by folded name; one may come under several keys.
select p.code as key, p.id, p.code, p.lat, p.lon
from port p where p.code = any($1::text[]) and p.kind = 'harbour'
union all
select n.key, p.id, p.code, p.lat, p.lon
from port_name n join port p on p.id = n.port_id
where n.key = any($2::text[]) and p.kind = 'harbour';

-- name: scored_errors(since, invented, limit_count)
-- not null: estimated_seconds, actual_seconds
-- What estimates gave and what it took, the newest of each basis and horizon, oldest first. A ship
-- that went elsewhere says nothing about how long the way is.
select basis, horizon, mmsi, arrived_at, estimated_seconds, actual_seconds
from (
    select basis, horizon, mmsi, arrived_at, made_at,
           extract(epoch from estimate_at - made_at)::double precision as estimated_seconds,
           extract(epoch from arrived_at - made_at)::double precision as actual_seconds,
           row_number() over (partition by basis, horizon order by made_at desc) as nth
    from arrival_estimate
    where outcome = 'arrived' and made_at >= $1 and (source >= 8) = $2
) newest
where nth <= $3
order by made_at;

-- name: marks(mmsis)
-- Which sample the newest prediction of each ship was, and to which port.
select mmsi, port_id, mark from arrival_prediction where mmsi = any($1::int[]);

-- name: upsert_predictions(rows)
insert into arrival_prediction as known (
    mmsi, port_id, made_at, position_at, source, refusal, basis, passages, sample, estimate_at,
    median_at, low_at, high_at, great_circle_at, told_at, mark
)
select n.mmsi, n.port_id, n.made_at, n.position_at, n.source, n.refusal, n.basis, n.passages,
       n.sample, n.estimate_at, n.median_at, n.low_at, n.high_at, n.great_circle_at, n.told_at,
       n.mark
from jsonb_to_recordset($1) as n (
    mmsi int, port_id uuid, made_at timestamptz, position_at timestamptz, source smallint,
    refusal text, basis text, passages int, sample int, estimate_at timestamptz,
    median_at timestamptz, low_at timestamptz, high_at timestamptz, great_circle_at timestamptz,
    told_at timestamptz, mark smallint
)
join port p on p.id = n.port_id
order by n.mmsi
on conflict (mmsi) do update set
    port_id = excluded.port_id, made_at = excluded.made_at, position_at = excluded.position_at,
    source = excluded.source, refusal = excluded.refusal, basis = excluded.basis,
    passages = excluded.passages, sample = excluded.sample, estimate_at = excluded.estimate_at,
    median_at = excluded.median_at, low_at = excluded.low_at, high_at = excluded.high_at,
    great_circle_at = excluded.great_circle_at, told_at = excluded.told_at, mark = excluded.mark
where known.made_at <= excluded.made_at;

-- name: insert_estimates(rows)
insert into arrival_estimate (
    mmsi, port_id, made_at, source, basis, horizon, passages, sample, estimate_at, median_at,
    low_at, high_at, great_circle_at, told_at
)
select n.mmsi, n.port_id, n.made_at, n.source, n.basis, n.horizon, n.passages, n.sample,
       n.estimate_at, n.median_at, n.low_at, n.high_at, n.great_circle_at, n.told_at
from jsonb_to_recordset($1) as n (
    mmsi int, port_id uuid, made_at timestamptz, source smallint, basis text, horizon smallint,
    passages int, sample int, estimate_at timestamptz, median_at timestamptz, low_at timestamptz,
    high_at timestamptz, great_circle_at timestamptz, told_at timestamptz
)
join port p on p.id = n.port_id
on conflict do nothing;

-- name: score_estimates(now)
-- The first stop after the prediction decides: at the port it arrived, elsewhere it was diverted.
update arrival_estimate e
set outcome = case when s.port_id = e.port_id then 'arrived' else 'diverted' end,
    arrived_at = case when s.port_id = e.port_id then s.stopped_at end
from (
    select o.mmsi, o.port_id as bound_for, o.made_at, c.port_id, c.stopped_at
    from arrival_estimate o
    cross join lateral (
        select port_id, stopped_at from port_call
        where mmsi = o.mmsi and source = o.source and stopped_at > o.made_at and stopped_at <= $1
        order by stopped_at limit 1
    ) c
    where o.outcome is null
) s
where e.mmsi = s.mmsi and e.port_id = s.bound_for and e.made_at = s.made_at;

-- name: close_unseen_estimates(before)
update arrival_estimate set outcome = 'unseen' where outcome is null and estimate_at < $1;

-- name: prediction_of(mmsi, since, sources)
select a.mmsi as prediction_mmsi, a.port_id as prediction_port_id,
       a.made_at as prediction_made_at, a.position_at as prediction_position_at,
       a.source as prediction_source, a.refusal as prediction_refusal,
       a.basis as prediction_basis, a.passages as prediction_passages,
       a.sample as prediction_sample, a.estimate_at as prediction_estimate_at,
       a.median_at as prediction_median_at, a.low_at as prediction_low_at,
       a.high_at as prediction_high_at, a.great_circle_at as prediction_great_circle_at,
       a.told_at as prediction_told_at, p.code as port_code, p.name as port_name,
       p.timezone as port_timezone, v.name as ship_name, v.ship_type
from arrival_prediction a
join port p on p.id = a.port_id
left join vessel v on v.mmsi = a.mmsi and v.source = a.source
where a.mmsi = $1 and a.made_at >= $2 and a.source = any($3::smallint[]);

-- name: predictions_at(port_code, since, sources, limit_count)
-- Who is on the way to a port, the soonest first.
select a.mmsi as prediction_mmsi, a.port_id as prediction_port_id,
       a.made_at as prediction_made_at, a.position_at as prediction_position_at,
       a.source as prediction_source, a.refusal as prediction_refusal,
       a.basis as prediction_basis, a.passages as prediction_passages,
       a.sample as prediction_sample, a.estimate_at as prediction_estimate_at,
       a.median_at as prediction_median_at, a.low_at as prediction_low_at,
       a.high_at as prediction_high_at, a.great_circle_at as prediction_great_circle_at,
       a.told_at as prediction_told_at, p.code as port_code, p.name as port_name,
       p.timezone as port_timezone, v.name as ship_name, v.ship_type
from port p
join arrival_prediction a on a.port_id = p.id
left join vessel v on v.mmsi = a.mmsi and v.source = a.source
where p.code = $1 and a.made_at >= $2 and a.source = any($3::smallint[])
order by coalesce(a.median_at, a.told_at, a.estimate_at), a.mmsi limit $4;

-- name: predictions_of(mmsis, since)
select mmsi, port_id, made_at, position_at, source, refusal, basis, passages, sample, estimate_at,
       median_at, low_at, high_at, great_circle_at, told_at
from arrival_prediction where mmsi = any($1::int[]) and made_at >= $2;

-- name: delete_old_predictions(before)
delete from arrival_prediction where made_at < $1;

-- name: score(since, sources)
-- not null: predictions, voyages, scored, refused, diverted, unseen
-- By horizon: how far the medians of shown predictions were off, how often the interval was kept,
-- beside the shortest way at present speed and the ship's own word.
select horizon, count(*) filter (where median_at is not null) as predictions,
       count(distinct (mmsi, arrived_at)) filter (
           where outcome = 'arrived' and median_at is not null
       ) as voyages,
       count(*) filter (where outcome = 'arrived' and median_at is not null) as scored,
       count(*) filter (where median_at is null) as refused,
       count(*) filter (where outcome = 'diverted') as diverted,
       count(*) filter (where outcome = 'unseen') as unseen,
       percentile_cont(0.5) within group (
           order by abs(extract(epoch from median_at - arrived_at)) / 60.0
       ) filter (where outcome = 'arrived' and median_at is not null) as error_minutes,
       percentile_cont(0.5) within group (
           order by abs(extract(epoch from great_circle_at - arrived_at)) / 60.0
       ) filter (where outcome = 'arrived' and median_at is not null) as great_circle_minutes,
       percentile_cont(0.5) within group (
           order by abs(extract(epoch from told_at - arrived_at)) / 60.0
       ) filter (
           where outcome = 'arrived' and median_at is not null and told_at is not null
       ) as told_minutes,
       (avg((arrived_at between low_at and high_at)::int) filter (
           where outcome = 'arrived' and median_at is not null
       ))::double precision as coverage
from arrival_estimate
where made_at >= $1 and source = any($2::smallint[])
group by horizon order by horizon;

-- name: scored_rows(since, sources, limit_count)
-- Every sampled prediction, refused ones as well, the newest first.
select e.mmsi, p.code as port, e.basis, e.horizon, e.made_at, e.passages, e.sample, e.estimate_at,
       e.median_at, e.low_at, e.high_at, e.great_circle_at, e.told_at, e.outcome, e.arrived_at,
       e.source
from arrival_estimate e join port p on p.id = e.port_id
where e.made_at >= $1 and e.source = any($2::smallint[])
order by e.made_at desc, e.mmsi limit $3;

-- name: delete_old_estimates(before)
delete from arrival_estimate where made_at < $1;
