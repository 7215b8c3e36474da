-- Since when, and when, positions of ships were recorded at all.

-- name: heard_times(first_at, last_at, sources)
-- not null: first_at, last_at
-- When ships were heard, wherever: the first and the last position of each five minutes.
select min(at) as first_at, max(at) as last_at from position
where at between $1 and $2 and source = any($3::smallint[])
group by floor(extract(epoch from at) / 300)
order by first_at;

-- name: held_since(first_day, last_at, sources)
-- not null: held_since
-- When the oldest position was reported; no row while there is none. Days are partitions: of the
-- first one that has any, only its first hour that has any is read as a whole.
select min(p.at) as held_since
from (
    select day from generate_series($1::timestamptz, $2::timestamptz, interval '1 day') day
    where exists (select from position p where p.at >= day and p.at < day + interval '1 day'
                  and p.source = any($3::smallint[]))
    order by day limit 1
) first_day
cross join lateral (
    select hour
    from generate_series(first_day.day, first_day.day + interval '23 hours', interval '1 hour') hour
    where exists (select from position p where p.at >= hour and p.at < hour + interval '1 hour'
                  and p.source = any($3::smallint[]))
    order by hour limit 1
) first_hour
join position p on p.at >= first_hour.hour and p.at < first_hour.hour + interval '1 hour'
where p.source = any($3::smallint[])
having min(p.at) is not null;
