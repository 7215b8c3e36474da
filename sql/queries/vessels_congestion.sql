-- Weeks of ports, out of the calls that are kept.

-- name: weeks_of_port(code, ends, first_at, waiting_since, laid_up_after, sources)
-- not null: ends_at, ended, calls, queue
-- Read by port and arrival; calls that began before first_at are those of ships that are laid up.
-- The ends are midnights (UTC) a week apart, the newest first: the days are 24 hours each,
-- whatever the session's time zone. Medians are of calls that were heard throughout, in hours.
with recent as materialized (
    select entered_at, stopped_at, moored_at, left_at, waiting_seconds, left_unseen,
           ceil(extract(epoch from ($2::timestamptz[])[1] - left_at) / 604800) as week
    from port_call
    where port_id = (select id from port where code = $1)
      and entered_at >= $3 and entered_at < ($2::timestamptz[])[1]
      and stopped_at is not null and source = any($6::smallint[])
), stays as (
    select week, count(*) as ended,
           count(*) filter (where moored_at is not null and not left_unseen) as calls,
           percentile_cont(0.5) within group (order by coalesce(waiting_seconds, 0) / 3600.0)
               filter (where moored_at is not null and not left_unseen) as waiting,
           percentile_cont(0.5) within group (
               order by extract(epoch from left_at - entered_at)::float8 / 3600)
               filter (where moored_at is not null and not left_unseen) as time_in_port
    from recent group by week
), waits as materialized (
    select entered_at, stopped_at, coalesce(moored_at, left_at, 'infinity') as over_at
    from recent where coalesce(moored_at, left_at, 'infinity') > stopped_at + $4::interval
)
select e.at as ends_at, coalesce(s.ended, 0) as ended, coalesce(s.calls, 0) as calls,
       round(s.waiting::numeric, 2)::float8 as waiting,
       round(s.time_in_port::numeric, 2)::float8 as time_in_port,
       (select count(*) from waits w
        where w.stopped_at <= e.at - $4::interval and w.over_at > e.at
          and w.entered_at >= e.at - $5::interval) as queue
from unnest($2::timestamptz[]) with ordinality as e (at, number)
left join stays s on s.week = e.number
order by e.number;

-- name: listened_weeks(ends, sources)
-- not null: at
-- Those in each of whose days some ship came or went, wherever.
select e.at
from unnest($1::timestamptz[]) as e (at)
where not exists (
    select from generate_series(0, 6) as d (number)
    where not exists (
        select from port_call c
        where c.entered_at >= e.at - make_interval(hours => 24 * (d.number + 1))
          and c.entered_at < e.at - make_interval(hours => 24 * d.number)
          and c.source = any($2::smallint[]))
      and not exists (
        select from port_call c
        where coalesce(c.left_at, 'infinity') >= e.at - make_interval(hours => 24 * (d.number + 1))
          and coalesce(c.left_at, 'infinity') < e.at - make_interval(hours => 24 * d.number)
          and c.source = any($2::smallint[])))
order by e.at desc;
