-- Every figure says which reading it came from, and a reading can be taken back.

alter table stat_series
    -- The newest period of any figure, so that nobody has to look for it among all of them.
    add column newest_period text not null default '',
    drop constraint stat_series_source_known,
    add constraint stat_series_source_known check (
        source in ('unctad', 'portwatch', 'worldbank', 'sandbox')
    );
comment on constraint stat_series_source_known on stat_series is
    'Who published it; what the sandbox invented is a series of its own.';
update stat_series s set newest_period = coalesce(
    (select max(o.period_code) from stat_obs o where o.series_id = s.id), ''
);

alter table stat_vintage
    -- Figures that were known otherwise before this reading.
    add column obs_changed int not null default 0,
    -- Cells that could not be read, by column and reason.
    add column cells_left_out jsonb not null default '{}',
    -- When a person took it back; its figures are those from before again.
    add column undone_at timestamptz;

-- Every figure of a place, whatever the series: a port's page.
create index stat_obs_by_geo on stat_obs (geo_code, series_id);
-- What a reading replaced: to take it back.
create index stat_obs_past_by_reading on stat_obs_past (replaced_by);
-- What a reading brought.
create index stat_obs_by_vintage on stat_obs (vintage_id);
