-- What every reading says of every figure, also where it changed nothing: the history of a figure.

alter table stat_vintage
    -- Whether stat_told has all that it says; readings from before have only what they changed.
    add column is_told boolean not null default false,
    add column newest_period text;
comment on column stat_vintage.newest_period is
    'Of any of its figures; null where nobody wrote it down.';

-- A line of a reading: one measure of one place and ship type, its periods beside one another.
create table stat_told (
    vintage_id uuid not null,
    geo_code text not null,
    measure text not null,
    vessel_market text not null,
    period_codes text[] not null,
    -- By period: the figure, else the publisher's reason for none, else why ours refused the cell.
    figures double precision[] not null,
    missing_reasons text[] not null,
    refusals text[] not null,
    constraint stat_told_pkey primary key (vintage_id, geo_code, measure, vessel_market),
    constraint stat_told_of_vintage foreign key (vintage_id) references stat_vintage (id),
    constraint stat_told_as_long check (
        cardinality(figures) = cardinality(period_codes)
        and cardinality(missing_reasons) = cardinality(period_codes)
        and cardinality(refusals) = cardinality(period_codes)
    )
);
