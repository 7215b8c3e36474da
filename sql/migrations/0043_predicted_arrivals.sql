-- Passages to ports as nodes of a track graph, arrivals predicted out of them, and how wrong the
-- predictions were (vessels.predictions).

create table passage (
    -- The port call in which it ended.
    id uuid primary key,
    port_id uuid not null,
    mmsi int not null,
    ship_group smallint not null,
    source smallint not null,
    arrived_at timestamptz not null,
    -- H3 cells (resolution 6) in the order of sailing, and what was left from the middle of each.
    -- Empty for a passage that nobody saw: so it is not looked for again.
    cells bigint[] not null,
    seconds int[] not null,
    metres int[] not null,
    lats real[] not null,
    lons real[] not null,
    knots real[] not null,
    courses real[] not null,
    -- Its time as a share of what was usual before; null while nothing was.
    pace real,
    constraint passage_of_call foreign key (id) references port_call (id) on delete cascade,
    constraint passage_to_port foreign key (port_id) references port (id) on delete cascade,
    constraint passage_lists_parallel check (
        cardinality(cells) = all (array[
            cardinality(seconds), cardinality(metres), cardinality(lats), cardinality(lons),
            cardinality(knots), cardinality(courses)
        ])
    ),
    constraint passage_source_known check (source between 1 and 9)
);
comment on constraint passage_of_call on passage is 'Passages go with their call.';
comment on constraint passage_to_port on passage is 'Passages go with their port.';
comment on constraint passage_lists_parallel on passage is 'One entry of each list per cell.';
comment on constraint passage_source_known on passage is 'vessels.model.Source.';
create index passage_of_port on passage (port_id, arrived_at desc);
create index passage_of_ship on passage (mmsi, arrived_at desc) where pace is not null;

-- Medians of the passages through a cell to a port; group -1 is all ships. What invented ships did
-- is kept apart.
create table usual_passage (
    port_id uuid not null,
    cell bigint not null,
    ship_group smallint not null,
    invented boolean not null,
    passages int not null,
    seconds double precision not null,
    metres double precision not null,
    lat double precision not null,
    lon double precision not null,
    knots double precision not null,
    course_deg double precision not null,
    constraint usual_passage_pkey primary key (port_id, cell, ship_group, invented),
    constraint usual_passage_to_port foreign key (port_id) references port (id) on delete cascade,
    constraint usual_passage_of_some check (passages > 0)
);
comment on constraint usual_passage_to_port on usual_passage is 'Medians go with their port.';
comment on constraint usual_passage_of_some on usual_passage is 'Nothing is usual of no passage.';

-- The newest prediction for each ship on its way; nothing in it is history.
create table arrival_prediction (
    mmsi int primary key,
    port_id uuid not null,
    made_at timestamptz not null,
    position_at timestamptz not null,
    source smallint not null,
    refusal text,
    basis text not null,
    passages int not null,
    sample int not null,
    -- Before calibration.
    estimate_at timestamptz not null,
    median_at timestamptz,
    low_at timestamptz,
    high_at timestamptz,
    great_circle_at timestamptz not null,
    told_at timestamptz,
    -- Which sample of its voyage this was: the next one is stored when it changes.
    mark smallint not null,
    constraint arrival_prediction_at_port foreign key (port_id) references port (id)
        on delete cascade,
    constraint arrival_prediction_whole_or_refused check (
        num_nulls(median_at, low_at, high_at) = case when refusal is null then 0 else 3 end
    ),
    constraint arrival_prediction_in_order check (low_at <= median_at and median_at <= high_at),
    constraint arrival_prediction_basis_known check (
        basis in ('passages', 'lane', 'great_circle', 'timetable')
    )
);
comment on constraint arrival_prediction_at_port on arrival_prediction is 'Goes with its port.';
comment on constraint arrival_prediction_whole_or_refused on arrival_prediction is
    'A prediction has its bounds; a refused one has nothing to show.';
comment on constraint arrival_prediction_in_order on arrival_prediction is
    'The median lies within its bounds.';
comment on constraint arrival_prediction_basis_known on arrival_prediction is
    'vessels.predictions.model.Basis.';
create index arrival_prediction_of_port on arrival_prediction (port_id, made_at desc);

-- Samples of predictions, shown or refused, and what became of them: the public score.
create table arrival_estimate (
    mmsi int not null,
    port_id uuid not null,
    made_at timestamptz not null,
    source smallint not null,
    basis text not null,
    horizon smallint not null,
    passages int not null,
    sample int not null,
    estimate_at timestamptz not null,
    median_at timestamptz,
    low_at timestamptz,
    high_at timestamptz,
    great_circle_at timestamptz not null,
    told_at timestamptz,
    outcome text,
    arrived_at timestamptz,
    constraint arrival_estimate_pkey primary key (mmsi, port_id, made_at),
    constraint arrival_estimate_at_port foreign key (port_id) references port (id)
        on delete cascade,
    constraint arrival_estimate_horizon_known check (horizon between 0 and 3),
    constraint arrival_estimate_outcome_known check (
        outcome in ('arrived', 'diverted', 'unseen')
    ),
    constraint arrival_estimate_arrives_when_it_did check (
        (arrived_at is not null) = (outcome is not null and outcome = 'arrived')
    )
);
comment on constraint arrival_estimate_at_port on arrival_estimate is 'Goes with its port.';
comment on constraint arrival_estimate_horizon_known on arrival_estimate is
    '0-2, 2-6, 6-24, over 24 hours (vessels.predictions.calibration.horizon_of).';
comment on constraint arrival_estimate_outcome_known on arrival_estimate is
    'vessels.predictions.model.Outcome.';
comment on constraint arrival_estimate_arrives_when_it_did on arrival_estimate is
    'Only who arrived has a time of arrival.';
create index arrival_estimate_open on arrival_estimate (mmsi, made_at) where outcome is null;
create index arrival_estimate_scored on arrival_estimate (basis, horizon, made_at desc)
    where outcome = 'arrived';
create index arrival_estimate_by_time on arrival_estimate (made_at desc);

-- What is expected of our own sailings of today (ferries.forecasts): the one under way by its
-- ship's prediction, later ones by turn-round and recovery.
create table sailing_forecast (
    sailing_id uuid primary key,
    made_at timestamptz not null,
    departs_at timestamptz not null,
    arrives_at timestamptz not null,
    low_at timestamptz not null,
    high_at timestamptz not null,
    basis text not null,
    constraint sailing_forecast_of_sailing foreign key (sailing_id) references sailing (id)
        on delete cascade,
    constraint sailing_forecast_basis_known check (basis in ('position', 'turn_round')),
    constraint sailing_forecast_in_order check (
        departs_at <= arrives_at and low_at <= arrives_at and arrives_at <= high_at
    )
);
comment on constraint sailing_forecast_of_sailing on sailing_forecast is 'Goes with its sailing.';
comment on constraint sailing_forecast_basis_known on sailing_forecast is
    'ferries.forecasts.model.ForecastBasis.';
comment on constraint sailing_forecast_in_order on sailing_forecast is
    'Nobody arrives before leaving; the median lies within its bounds.';
