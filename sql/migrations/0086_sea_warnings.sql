-- What authorities warn ships of, from imported files (vessels.warnings).

create table sea_warning (
    id uuid primary key,
    publisher text not null,
    -- The publisher's own number for it.
    reference text not null,
    kind text not null,
    title text not null,
    body text not null,
    -- A GeoJSON geometry: MultiPoint or MultiPolygon.
    area jsonb not null,
    issued_at timestamptz not null,
    starts_at timestamptz not null,
    -- Null: until it is withdrawn.
    ends_at timestamptz,
    severity text not null,
    language text not null,
    address text not null,
    invented boolean not null,
    read_at timestamptz not null default now(),
    withdrawn_at timestamptz,
    constraint sea_warning_numbered unique (publisher, reference),
    constraint sea_warning_named check (publisher <> '' and reference <> '' and title <> ''),
    constraint sea_warning_kind_known check (
        kind in ('navigation', 'piracy', 'danger-area', 'weather')),
    constraint sea_warning_severity_known check (
        severity in ('', 'minor', 'moderate', 'severe', 'extreme')),
    constraint sea_warning_in_order check (ends_at > starts_at)
);
comment on constraint sea_warning_kind_known on sea_warning is 'vessels.warnings.WarningKind.';
comment on constraint sea_warning_in_order on sea_warning is 'It ends after it starts.';
create index sea_warning_standing on sea_warning (issued_at desc) where withdrawn_at is null;
