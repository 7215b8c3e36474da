-- Harbours and stops, and the official figures about them with every vintage kept.

create table port (
    id uuid primary key,
    -- The UN/LOCODE of a harbour ("GRPIR"), or "<feed>:<stop id>" of a stop that came with a timetable.
    code text not null,
    unlocode char(5),
    name text not null,
    country char(2),
    lat double precision not null,
    lon double precision not null,
    timezone text not null,
    kind text not null,
    source text not null,
    created_at timestamptz not null default now(),
    constraint port_code_key unique (code),
    -- Two sources that name the same UN/LOCODE mean the same harbour.
    constraint port_unlocode_key unique (unlocode),
    -- UNECE Recommendation 16: country and three characters, letters or 2 to 9.
    constraint port_unlocode_form check (unlocode ~ '^[A-Z]{2}[A-Z2-9]{3}$'),
    constraint port_country_form check (country ~ '^[A-Z]{2}$'),
    constraint port_kind_known check (kind in ('harbour', 'stop')),
    -- 'demo', 'list', or 'gtfs:<feed>'.
    constraint port_source_named check (source <> ''),
    constraint port_on_earth check (lat between -90 and 90 and lon between -180 and 180)
);
-- The list is ordered and searched by name without regard to case.
create index port_by_name on port (lower(name), code);
create index port_by_country on port (country) where country is not null;

-- How others call a port of ours ("wpi", "31140" or "gtfs:<feed>", "stop 7").
create table port_alias (
    source text not null,
    source_code text not null,
    port_id uuid not null,
    constraint port_alias_pkey primary key (source, source_code),
    constraint port_alias_of_port foreign key (port_id) references port (id) on delete cascade
);
create index port_alias_by_port on port_alias (port_id);

-- One published table ("US.PLSCI" of UNCTADstat). Figures that the sandbox invented are a series of their own
-- (source 'sandbox'), so they can never stand among real ones.
create table stat_series (
    id uuid primary key,
    source text not null,
    report text not null,
    title text not null,
    licence text not null,
    -- The publisher's own notes, as plain text, and its version number when last pulled.
    notes text not null default '',
    version text,
    checked_at timestamptz,
    created_at timestamptz not null default now(),
    constraint stat_series_key unique (source, report),
    constraint stat_series_source_known check (source in ('unctad', 'sandbox'))
);

-- One reading of a series: a download or a file. Nothing is read without leaving this line.
create table stat_vintage (
    id uuid primary key,
    series_id uuid not null,
    -- The publisher's version; null when a file does not say.
    version text,
    origin text not null,
    retrieved_at timestamptz not null,
    -- SHA-256 over the CSV bytes that were read.
    digest text not null,
    rows_read int not null,
    rows_left_out jsonb not null default '{}',
    obs_stored int not null,
    obs_unchanged int not null,
    constraint stat_vintage_of_series foreign key (series_id) references stat_series (id),
    constraint stat_vintage_counts check (rows_read >= 0 and obs_stored >= 0 and obs_unchanged >= 0)
);
create index stat_vintage_by_series on stat_vintage (series_id, retrieved_at desc);

create table stat_measure (
    series_id uuid not null,
    measure text not null,
    label text not null,
    constraint stat_measure_pkey primary key (series_id, measure),
    constraint stat_measure_of_series foreign key (series_id) references stat_series (id)
);

-- The places and markets of a series as its publisher calls them; `country` is ISO 3166, null where not known.
create table stat_geo (
    series_id uuid not null,
    geo_code text not null,
    geo_kind text not null,
    label text not null,
    country char(2),
    constraint stat_geo_pkey primary key (series_id, geo_code),
    constraint stat_geo_of_series foreign key (series_id) references stat_series (id),
    constraint stat_geo_kind_known check (geo_kind in ('port', 'economy', 'group', 'world'))
);
create index stat_geo_by_country on stat_geo (country) where country is not null;

-- The newest reading of each figure. Codes are text: leading zeros are part of them.
create table stat_obs (
    series_id uuid not null,
    measure text not null,
    geo_code text not null,
    -- '' where the table has no ship types.
    vessel_market text not null default '',
    period_code text not null,
    period_start date not null,
    value double precision,
    missing_reason text,
    -- The reading that brought this value; later readings that agree do not touch it.
    vintage_id uuid not null,
    constraint stat_obs_pkey primary key (series_id, measure, geo_code, vessel_market, period_code),
    constraint stat_obs_of_vintage foreign key (vintage_id) references stat_vintage (id),
    -- A figure or the publisher's reason for having none; never both, never a zero in place of a reason.
    constraint stat_obs_value_or_reason check ((value is null) = (missing_reason is not null))
);
create index stat_obs_by_period on stat_obs (series_id, measure, period_code, value desc);

-- What a figure was before a later reading changed it.
create table stat_obs_past (
    series_id uuid not null,
    measure text not null,
    geo_code text not null,
    vessel_market text not null,
    period_code text not null,
    value double precision,
    missing_reason text,
    vintage_id uuid not null,
    replaced_by uuid not null,
    constraint stat_obs_past_pkey primary key (series_id, measure, geo_code, vessel_market, period_code, vintage_id),
    constraint stat_obs_past_of_vintage foreign key (vintage_id) references stat_vintage (id),
    constraint stat_obs_past_replaced_by foreign key (replaced_by) references stat_vintage (id)
);
