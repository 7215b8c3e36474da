-- Ships under way that were not heard for hours, while the feed was (vessels.gaps).

create table vessel_gap (
    id uuid primary key,
    mmsi int not null,
    hypothesis smallint not null,
    source smallint not null,
    began_at timestamptz not null,
    lat double precision not null,
    lon double precision not null,
    knots real not null,
    heard_share real not null,
    ended_at timestamptz,
    end_lat double precision,
    end_lon double precision,
    constraint vessel_gap_source_known check (source between 1 and 9),
    constraint vessel_gap_ends_somewhere check (num_nulls(ended_at, end_lat, end_lon) in (0, 3)),
    constraint vessel_gap_in_order check (ended_at > began_at),
    constraint vessel_gap_share check (heard_share between 0 and 1)
);
comment on constraint vessel_gap_source_known on vessel_gap is 'vessels.model.Source.';
comment on constraint vessel_gap_ends_somewhere on vessel_gap is
    'A gap that is over has a place where the ship was heard again.';
comment on constraint vessel_gap_in_order on vessel_gap is 'It ends after it began.';
comment on constraint vessel_gap_share on vessel_gap is 'A share of its hours.';
create index vessel_gap_by_time on vessel_gap (began_at desc);
create index vessel_gap_of_ship on vessel_gap (mmsi, began_at desc);
create index vessel_gap_open on vessel_gap (began_at) where ended_at is null;
