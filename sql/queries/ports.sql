-- Harbours and stops, and official figures.

-- name: upsert_ports(ids, codes, unlocodes, names, countries, lats, lons, timezones, kinds,
--    sources)
-- Counts only what is new or different, so that a second run of an import says 0.
insert into port as known (id, code, unlocode, name, country, lat, lon, timezone, kind, source)
select * from unnest(
    $1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::float8[],
    $8::text[], $9::text[],
    $10::text[]
)
order by 2
on conflict (code) do update set
    unlocode = excluded.unlocode, name = excluded.name, country = excluded.country,
    lat = excluded.lat,
    lon = excluded.lon, timezone = excluded.timezone, kind = excluded.kind, source = excluded.source
where (known.unlocode, known.name, known.country, known.lat, known.lon, known.timezone, known.kind,
       known.source)
    is distinct from
    (excluded.unlocode, excluded.name, excluded.country, excluded.lat, excluded.lon,
                      excluded.timezone, excluded.kind, excluded.source);

-- name: upsert_aliases(sources, source_codes, port_codes)
-- Aliases of ports that exist; counts what is new or different. Sorted, so that two imports cannot
-- lock rows crosswise. What a person has decided stays.
insert into port_alias (source, source_code, port_id)
select alias.source, alias.source_code, p.id
from unnest($1::text[], $2::text[], $3::text[]) as alias (source, source_code, port_code)
join port p on p.code = alias.port_code
order by 1, 2
on conflict (source, source_code) do update set port_id = excluded.port_id
where port_alias.port_id <> excluded.port_id and port_alias.decided_by <> 'person';

-- name: port_ids(codes)
-- A code without a port has no row.
select code, id from port where code = any($1::text[]);

-- name: port_by_code(code, source, source_code)
-- not null: id, code, name, lat, lon, timezone, kind, source, created_at
-- A harbour's UN/LOCODE may be written in small letters and with its space, a stop's id may not. A
-- pier is its station or harbour; a code that a list or statistics use is the port's, too.
select id, code, unlocode, name, country, lat, lon, timezone, kind, source, created_at
from (
    select p.*, 1 as choice from port p
    where p.code = $1 or p.unlocode = upper(replace($1, ' ', '') collate "C")
    union all
    select p.*, 2 from port_alias a join port p on p.id = a.port_id
    where a.source = $2 and a.source_code = $3
    union all
    select p.*, 3 from port_listing l join port p on p.id = l.port_id
    where l.source = $2 and l.source_code = $3
       or l.source in ('unctad', 'cppi', 'seaports')
          and l.source_code = upper(replace($1, ' ', '') collate "C")
) found
order by choice limit 1;

-- name: ports_matching(key, code, kind, country, limit_count, skip)
-- not null: total
-- $1 is a folded name or a part of one, $2 the beginning of a code, their % _ and \ escaped; both
-- empty: every port. What is called just so first, then what begins so; harbours before stops; of
-- two of one name the one that more lists have.
select
    p.code as port_code,
    p.unlocode as port_unlocode,
    p.name as port_name,
    p.country as port_country,
    p.lat as port_lat,
    p.lon as port_lon,
    p.timezone as port_timezone,
    p.kind as port_kind,
    p.source as port_source,
    count(*) over () as total
from port p
left join lateral (
    -- By the key of each port: all matches at once, joined, take three times as long (bench ports).
    select min(case when n.key = $1 then 0 when n.key like $1 || '%' then 1 else 2 end) as likeness
    from port_name n where n.port_id = p.id and n.key like '%' || $1 || '%' and $1 <> ''
) named on true
where ($1 = '' and $2 = '' or named.likeness is not null
       or $2 <> '' and (p.code ilike ($2 || '%') collate "C"
                        or p.unlocode ilike ($2 || '%') collate "C"))
  and ($3 = '' or p.kind = $3)
  and ($4 = '' or p.country = $4)
order by
    coalesce(named.likeness, 3), p.kind,
    case when $1 = '' then 0
         else -(select count(*) from port_listing l where l.port_id = p.id) end,
    folded_case(p.name), p.code
limit $5 offset $6;

-- name: count_ports(key, code, kind, country)
-- not null: count
-- For a page behind the last one, which has no row to carry the total.
select count(*) from port p
where ($1 = '' and $2 = ''
       or exists (
           select from port_name n
           where n.port_id = p.id and n.key like '%' || $1 || '%' and $1 <> ''
       )
       or $2 <> '' and (p.code ilike ($2 || '%') collate "C"
                        or p.unlocode ilike ($2 || '%') collate "C"))
  and ($3 = '' or p.kind = $3)
  and ($4 = '' or p.country = $4);

-- name: ports_called(key)
-- not null: is_ours
-- Harbours before stops; of two of one name the one that is written down here, then the one that
-- more lists have.
select p.code as port_code, p.unlocode as port_unlocode, p.name as port_name,
       p.country as port_country, p.lat as port_lat, p.lon as port_lon,
       p.timezone as port_timezone, p.kind as port_kind, p.source as port_source,
       exists (
           select from port_listing l where l.port_id = p.id and l.source = 'ours'
       ) as is_ours
from port p
where exists (select from port_name n where n.port_id = p.id and n.key = $1)
order by p.kind, is_ours desc, -(select count(*) from port_listing l where l.port_id = p.id), p.code
limit 20;

-- name: ports_spelled_about(key)
-- Names which begin as the folded text does and are about as long: what may be meant by a slip of
-- the pen. Of two ports of one name the one that more lists have.
select n.key, p.code as port_code, p.unlocode as port_unlocode, p.name as port_name,
       p.country as port_country, p.lat as port_lat, p.lon as port_lon,
       p.timezone as port_timezone, p.kind as port_kind, p.source as port_source
from port_name n
join port p on p.id = n.port_id
where n.key like left($1, 1) || '%' and abs(length(n.key) - length($1)) <= 2
order by p.kind, -(select count(*) from port_listing l where l.port_id = p.id), p.code;

-- name: countries_with_ports()
-- not null: country
select distinct country from port where country is not null;

-- name: some_port()
select p.code from port p
where exists (select from stat_geo g where g.geo_code = p.unlocode and g.geo_kind = 'port')
order by p.code limit 1;

-- name: some_harbour()
-- The demo world's first, which are also those that the sandbox knows.
select code from port where kind = 'harbour' and unlocode is not null
order by source = 'list', code limit 1;

-- name: ensure_series(id, source, report, title, licence)
-- Returns the series, locked: two imports of one table wait for each other.
insert into stat_series (id, source, report, title, licence) values ($1, $2, $3, $4, $5)
on conflict (source, report) do update set title = excluded.title, licence = excluded.licence
returning id;

-- name: series_state(source, report)
-- What was read last: the publisher's version, when, and the newest period of any figure.
select s.version,
       (select max(v.retrieved_at) from stat_vintage v where v.series_id = s.id) as retrieved_at,
       nullif(s.newest_period, '') as newest_period
from stat_series s where s.source = $1 and s.report = $2;

-- name: count_differing_figures(source, report, measures, geo_codes, markets, periods, values,
--    reasons)
-- not null: count
-- How many of these figures are not stored, or with another value or reason.
select count(*)
from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::float8[], $8::text[])
    as news (measure, geo_code, vessel_market, period_code, value, missing_reason)
left join (
    stat_obs o join stat_series s on s.id = o.series_id and s.source = $1 and s.report = $2
) using (measure, geo_code, vessel_market, period_code)
where o.series_id is null or (o.value, o.missing_reason) is distinct from
    (news.value, news.missing_reason);

-- name: mark_checked(series_id, version, notes)
-- Without a version the stored one stays; empty notes likewise.
update stat_series
set checked_at = now(), version = coalesce($2, version),
    notes = case when $3 = '' then notes else $3 end
where id = $1;

-- name: newest_vintage(series_id)
-- Two readings at the same instant: the later id wins, ids are ordered by time.
select id, digest, is_told
from stat_vintage
where series_id = $1
order by retrieved_at desc, id desc limit 1;

-- name: add_vintage(id, series_id, version, origin, retrieved_at, digest)
-- The counts are filled in by close_vintage, in the same transaction.
insert into stat_vintage (id, series_id, version, origin, retrieved_at, digest, rows_read,
                          obs_stored, obs_unchanged)
values ($1, $2, $3, $4, $5, $6, 0, 0, 0);

-- name: close_vintage(id, retrieved_at, version, rows_read, rows_left_out, stored, unchanged,
--    changed, cells_left_out)
-- The same file read again keeps its line: only the time moves, and what the first reading stored
-- and changed stays written.
update stat_vintage
set retrieved_at = greatest(retrieved_at, $2), version = coalesce($3, version), rows_read = $4,
    rows_left_out = $5, obs_stored = greatest(obs_stored, $6), obs_unchanged = $7,
    obs_changed = greatest(obs_changed, $8), cells_left_out = $9, undone_at = null
where id = $1;

-- name: mark_told(vintage_id, newest_period)
-- Everything that this reading says is in stat_told.
update stat_vintage set is_told = true, newest_period = $2 where id = $1;

-- name: forget_told(vintage_id)
-- The same file is read again and says something else now, by a better reader.
delete from stat_told where vintage_id = $1;

-- name: tell(vintage_id, measures, geo_codes, markets, periods, values, missing_reasons, refusals)
-- A line that began in an earlier part of the file is continued.
insert into stat_told as told (vintage_id, geo_code, measure, vessel_market, period_codes, figures,
                               missing_reasons, refusals)
select $1, geo_code, measure, vessel_market, array_agg(period_code order by period_code),
       array_agg(value order by period_code), array_agg(missing_reason order by period_code),
       array_agg(refusal order by period_code)
from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::text[], $8::text[])
    as news (measure, geo_code, vessel_market, period_code, value, missing_reason, refusal)
group by geo_code, measure, vessel_market
on conflict (vintage_id, geo_code, measure, vessel_market) do update
set period_codes = told.period_codes || excluded.period_codes,
    figures = told.figures || excluded.figures,
    missing_reasons = told.missing_reasons || excluded.missing_reasons,
    refusals = told.refusals || excluded.refusals;

-- name: upsert_measures(series_id, measures, labels)
-- A publisher may word a label anew; the code stays.
insert into stat_measure (series_id, measure, label)
select $1, * from unnest($2::text[], $3::text[])
on conflict (series_id, measure) do update set label = excluded.label
where stat_measure.label <> excluded.label;

-- name: upsert_geos(series_id, codes, kinds, labels, countries)
-- Touches only what differs, so that a second import writes nothing.
insert into stat_geo as known (series_id, geo_code, geo_kind, label, country)
select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::text[])
on conflict (series_id, geo_code) do update
set geo_kind = excluded.geo_kind, label = excluded.label, country = excluded.country
where (known.geo_kind, known.label, known.country) is distinct from
    (excluded.geo_kind, excluded.label, excluded.country);

-- name: upsert_observations(series_id, vintage_id, measures, geo_codes, markets, periods, starts,
--    values, reasons)
-- One statement, one snapshot: what is about to change is first written to stat_obs_past. Figures
-- that agree with what is known are not touched; the count is that of the new and the changed.
with news as (
    select *
    from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::date[], $8::float8[],
                $9::text[])
        as t (measure, geo_code, vessel_market, period_code, period_start, value, missing_reason)
), replaced as (
    insert into stat_obs_past (series_id, measure, geo_code, vessel_market, period_code, value,
                               missing_reason,
                               vintage_id, replaced_by)
    select o.series_id, o.measure, o.geo_code, o.vessel_market, o.period_code, o.value,
           o.missing_reason,
           o.vintage_id, $2
    from stat_obs o
    join news using (measure, geo_code, vessel_market, period_code)
    where o.series_id = $1 and (o.value, o.missing_reason) is distinct from
    (news.value, news.missing_reason)
    on conflict do nothing
)
insert into stat_obs as known (series_id, measure, geo_code, vessel_market, period_code,
                               period_start, value,
                               missing_reason, vintage_id)
select $1, measure, geo_code, vessel_market, period_code, period_start, value, missing_reason, $2
from news
on conflict (series_id, measure, geo_code, vessel_market, period_code) do update
set value = excluded.value, missing_reason = excluded.missing_reason,
    vintage_id = excluded.vintage_id
where (known.value, known.missing_reason) is distinct from
    (excluded.value, excluded.missing_reason);

-- name: count_changes(series_id, measures, geo_codes, markets, periods, values, reasons)
-- not null: changed
-- Of these figures, how many are known otherwise, and by how much the one that differs most.
select
    count(*) as changed,
    max(abs(news.value / nullif(o.value, 0) - 1) * 100) as largest_percent
from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::text[])
    as news (measure, geo_code, vessel_market, period_code, value, missing_reason)
join stat_obs o using (measure, geo_code, vessel_market, period_code)
where o.series_id = $1
  and (o.value, o.missing_reason) is distinct from (news.value, news.missing_reason);

-- name: set_newest_period(series_id)
update stat_series set newest_period = coalesce(
    (select max(o.period_code) from stat_obs o where o.series_id = $1), ''
)
where id = $1;

-- name: series_of_reports(reports)
-- not null: invented
-- Real and invented ones; a report that was never read has none.
select id, source, report, title, licence, notes, newest_period, source = 'sandbox' as invented
from stat_series where report = any($1::text[]);

-- name: vintages_by_id(ids)
select id, series_id, version, origin, retrieved_at from stat_vintage where id = any($1::uuid[]);

-- name: observations_of(series_ids, geo_codes, country)
-- Every figure of a place in these series: its own by code, and its country's.
select s.report, o.geo_code, g.geo_kind, o.period_code, o.period_start, o.vessel_market, o.measure,
       o.value, o.missing_reason, o.vintage_id
from stat_geo g
join stat_series s on s.id = g.series_id
join stat_obs o on o.series_id = g.series_id and o.geo_code = g.geo_code
where g.series_id = any($1::uuid[])
  and ((g.geo_kind = 'port' and g.geo_code = any($2::text[]))
      or (g.geo_kind = 'economy' and g.country = $3))
order by s.report, o.measure, o.vessel_market, o.period_code;

-- name: vintages_behind(series_ids, geo_codes, country)
-- The readings behind the figures of `observations_of`.
select distinct o.vintage_id
from stat_geo g
join stat_obs o on o.series_id = g.series_id and o.geo_code = g.geo_code
where g.series_id = any($1::uuid[])
  and ((g.geo_kind = 'port' and g.geo_code = any($2::text[]))
      or (g.geo_kind = 'economy' and g.country = $3));

-- name: rank_in_period(series_id, measure, period_code, value)
-- not null: rank, places
-- How many places of the series stand higher in that period, and how many there are.
select count(*) filter (where value > $4) + 1 as rank, count(*) as places
from stat_obs where series_id = $1 and measure = $2 and period_code = $3 and value is not null;

-- name: history_of(series_ids, geo_codes, country)
-- not null: geo_code, measure, vessel_market, period_code, is_current, undone
-- Every value that a later reading replaced, and the value that stands there now.
select s.report, h.geo_code, h.measure, h.vessel_market, h.period_code, h.value, h.missing_reason,
       h.is_current, s.source, v.origin, v.version, v.retrieved_at,
       v.undone_at is not null as undone
from stat_geo g
join stat_series s on s.id = g.series_id
join lateral (
    select p.geo_code, p.measure, p.vessel_market, p.period_code, p.value, p.missing_reason,
           p.vintage_id, false as is_current
    from stat_obs_past p where p.series_id = g.series_id and p.geo_code = g.geo_code
    union all
    select o.geo_code, o.measure, o.vessel_market, o.period_code, o.value, o.missing_reason,
           o.vintage_id, true
    from stat_obs o
    where o.series_id = g.series_id and o.geo_code = g.geo_code
      and exists (
          select from stat_obs_past p
          where (p.series_id, p.measure, p.geo_code, p.vessel_market, p.period_code)
              = (o.series_id, o.measure, o.geo_code, o.vessel_market, o.period_code)
      )
) h on true
join stat_vintage v on v.id = h.vintage_id
where g.series_id = any($1::uuid[])
  and ((g.geo_kind = 'port' and g.geo_code = any($2::text[]))
      or (g.geo_kind = 'economy' and g.country = $3))
order by s.report, h.measure, h.vessel_market, h.period_code, v.retrieved_at
limit 2000;

-- name: readings(limit_count)
-- The newest readings of all series.
select v.id, s.source, s.report, v.version, v.origin, v.retrieved_at, v.rows_read, v.obs_stored,
       v.obs_changed, v.obs_unchanged, v.undone_at
from stat_vintage v join stat_series s on s.id = v.series_id
order by v.retrieved_at desc, v.id desc
limit $1;

-- name: take_back(series_id)
-- Figures that are shown of readings that were taken back: each becomes what the newest reading
-- says that was not, from the first one that has said so since. Readings from before stat_told say
-- what they brought.
with undone as (
    select o.series_id, o.measure, o.geo_code, o.vessel_market, o.period_code
    from stat_vintage v join stat_obs o on o.vintage_id = v.id
    where v.series_id = $1 and v.undone_at is not null
), words as (
    select u.measure, u.geo_code, u.vessel_market, u.period_code, v.id as vintage_id,
           t.figures[at.place] as value, t.missing_reasons[at.place] as missing_reason
    from undone u
    join stat_vintage v on v.series_id = $1 and v.undone_at is null and v.is_told
    join stat_told t on t.vintage_id = v.id and t.geo_code = u.geo_code
        and t.measure = u.measure and t.vessel_market = u.vessel_market
    cross join lateral (select array_position(t.period_codes, u.period_code) as place) at
    where t.figures[at.place] is not null or t.missing_reasons[at.place] is not null
    union all
    select u.measure, u.geo_code, u.vessel_market, u.period_code, v.id, p.value, p.missing_reason
    from undone u
    join stat_obs_past p using (series_id, measure, geo_code, vessel_market, period_code)
    join stat_vintage v on v.id = p.vintage_id and v.undone_at is null and not v.is_told
), compared as (
    select w.*, (value, missing_reason) is distinct from
           (lag(value) over figure, lag(missing_reason) over figure) as is_news
    from words w
    window figure as (
        partition by measure, geo_code, vessel_market, period_code order by vintage_id)
), standing as (
    select distinct on (measure, geo_code, vessel_market, period_code) *
    from compared where is_news
    order by measure, geo_code, vessel_market, period_code, vintage_id desc
), back as (
    update stat_obs o
    set value = s.value, missing_reason = s.missing_reason, vintage_id = s.vintage_id
    from standing s
    where (o.series_id, o.measure, o.geo_code, o.vessel_market, o.period_code)
        = ($1, s.measure, s.geo_code, s.vessel_market, s.period_code)
)
delete from stat_obs_past p using standing s
where (p.series_id, p.measure, p.geo_code, p.vessel_market, p.period_code, p.vintage_id)
    = ($1, s.measure, s.geo_code, s.vessel_market, s.period_code, s.vintage_id);

-- name: drop_taken_back(series_id)
-- Figures that only readings have which were taken back.
delete from stat_obs o using stat_vintage v
where o.vintage_id = v.id and v.series_id = $1 and v.undone_at is not null;

-- name: lock_series_of(vintage_id)
-- As reading a file does before anything else: of the two, one waits for all of the other.
select id from stat_series where id = (select series_id from stat_vintage where id = $1)
for no key update;

-- name: mark_undone(vintage_id)
-- Its digest is no longer that of what is known: the same file is read as news again.
update stat_vintage set undone_at = now(), digest = '' where id = $1 and undone_at is null
returning series_id;

-- name: world_in_period(series_id, measure, period_code)
-- not null: value
-- The world's figure by ship type, to read a country's beside it.
select o.vessel_market, o.value
from stat_obs o
join stat_geo g on g.series_id = o.series_id and g.geo_code = o.geo_code and g.geo_kind = 'world'
where o.series_id = $1 and o.measure = $2 and o.period_code = $3 and o.value is not null;

-- name: geo_label(series_id, geo_code)
-- No row for a place that the series does not have.
select label from stat_geo where series_id = $1 and geo_code = $2;

-- name: overdue_reports(reports, checked_before)
-- Reports that have been read, but not been checked since then. One that was never read is left to
-- the weekly job.
select report
from stat_series
where report = any($1::text[])
group by report
having max(checked_at) < $2;

-- name: mark_unmoved(source, report, checked_at)
-- The publisher's version had not moved.
update stat_series set checked_at = $3 where source = $1 and report = $2;

-- name: positions_of(codes)
-- Degrees, by code.
select code, lat, lon from port where code = any($1::text[]);

-- name: series_to_rank(report)
-- Real figures are never ranked among invented ones: the sandbox's only where there are no others.
select id from stat_series where report = $1 and newest_period <> ''
order by source = 'sandbox' limit 1;

-- name: periods_of_series(series_id, measure)
select distinct period_code from stat_obs
where series_id = $1 and measure = $2 and value is not null order by period_code desc;

-- name: ranking(series_id, measure, period_code, before_code)
-- not null: rank, places, publisher_code, publisher_label, value, vintage_id,
--    origin, retrieved_at, source
-- Every place with a figure in a period, the highest first, with the port that it is and the
-- reading that the figure came from.
select rank() over (order by o.value desc) as rank, count(*) over () as places,
       o.geo_code as publisher_code, g.label as publisher_label,
       p.code, p.name, coalesce(p.country, left(o.geo_code, 2)) as country,
       o.value, b.value as before, o.vintage_id, v.origin, v.version, v.retrieved_at, s.source
from stat_obs o
join stat_series s on s.id = o.series_id
join stat_vintage v on v.id = o.vintage_id
join stat_geo g on g.series_id = o.series_id and g.geo_code = o.geo_code and g.geo_kind = 'port'
left join stat_obs b on b.series_id = o.series_id and b.geo_code = o.geo_code
    and b.measure = o.measure and b.vessel_market = o.vessel_market and b.period_code = $4
left join lateral (
    select h.code, h.name, h.country from port h where h.unlocode = o.geo_code
    union all
    select h.code, h.name, h.country from port_listing l join port h on h.id = l.port_id
    where l.source in ('unctad', 'cppi') and l.source_code = o.geo_code
    limit 1
) p on true
where o.series_id = $1 and o.measure = $2 and o.period_code = $3 and o.value is not null
order by o.value desc, o.geo_code;

-- name: sources_of_vintages(ids)
-- not null: report, source, licence, origin, retrieved_at, invented
select s.report, s.source, s.licence, v.origin, v.version, v.retrieved_at,
       s.source = 'sandbox' as invented
from stat_vintage v join stat_series s on s.id = v.series_id
where v.id = any($1::uuid[]) order by v.retrieved_at desc;

-- name: harbours()
-- Every harbour with its position, for whoever asks which one a ship is at.
select id, code, lat, lon from port where kind = 'harbour';

-- name: harbours_in_box(lat_min, lat_max, lon_min, lon_max)
-- Degrees; a box with lon_min > lon_max crosses the antimeridian.
select id, code, lat, lon from port
where kind = 'harbour' and lat between $1::float8 and $2::float8
  and case when $3::float8 <= $4::float8 then lon between $3 and $4 else lon >= $3 or lon <= $4 end
order by code;
