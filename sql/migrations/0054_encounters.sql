-- Ships that lay close together for hours, far from every harbour (vessels.encounters).

create table vessel_encounter (
    id uuid primary key,
    -- The smaller number of the two.
    mmsi int not null,
    hypothesis smallint not null,
    other_mmsi int not null,
    other_hypothesis smallint not null,
    source smallint not null,
    began_at timestamptz not null,
    last_at timestamptz not null,
    ended_at timestamptz,
    lat double precision not null,
    lon double precision not null,
    median_knots real not null,
    closest_m real not null,
    constraint vessel_encounter_source_known check (source between 1 and 9),
    constraint vessel_encounter_in_order check (last_at > began_at and ended_at >= began_at)
);
comment on constraint vessel_encounter_source_known on vessel_encounter is
    'vessels.model.Source.';
comment on constraint vessel_encounter_in_order on vessel_encounter is 'It ends after it began.';
create index vessel_encounter_by_time on vessel_encounter (began_at desc);
create index vessel_encounter_of_ship on vessel_encounter (mmsi, began_at desc);
create index vessel_encounter_of_other on vessel_encounter (other_mmsi, began_at desc);
create index vessel_encounter_open on vessel_encounter (began_at) where ended_at is null;
