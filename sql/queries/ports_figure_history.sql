-- The history of one official figure.

-- name: place_of_figure(source, report, geo_code)
-- not null: invented
select s.report, s.title, s.licence, g.geo_code, g.geo_kind, g.label, g.country,
       s.source = 'sandbox' as invented
from stat_series s join stat_geo g on g.series_id = s.id
where s.source = $1 and s.report = $2 and g.geo_code = $3;

-- name: words_of_figure(source, report, geo_code, measure, market, period)
-- Every reading of the table, the oldest first (ids are ordered by time). A reading from before
-- stat_told says what it brought, as far as that was not taken back.
select v.id, v.origin, v.version, v.retrieved_at, v.newest_period, v.undone_at, v.is_told,
       said.value, said.missing_reason, said.refusal
from stat_series s
join stat_vintage v on v.series_id = s.id
left join lateral (
    select t.figures[at.place] as value, t.missing_reasons[at.place] as missing_reason,
           t.refusals[at.place] as refusal
    from stat_told t
    cross join lateral (select array_position(t.period_codes, $6) as place) at
    where v.is_told and t.vintage_id = v.id and t.geo_code = $3 and t.measure = $4
      and t.vessel_market = $5 and at.place is not null
    union all
    select o.value, o.missing_reason, null
    from stat_obs o
    where not v.is_told and o.series_id = s.id and o.measure = $4 and o.geo_code = $3
      and o.vessel_market = $5 and o.period_code = $6 and o.vintage_id = v.id
    union all
    select p.value, p.missing_reason, null
    from stat_obs_past p
    where not v.is_told and p.series_id = s.id and p.measure = $4 and p.geo_code = $3
      and p.vessel_market = $5 and p.period_code = $6 and p.vintage_id = v.id
    limit 1
) said on true
where s.source = $1 and s.report = $2
order by v.id;
