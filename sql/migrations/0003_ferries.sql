-- Operators, their ferries, routes, fares and sailings, and the one table that must never oversell.

create table operator (
    id uuid primary key,
    code text not null,
    name text not null,
    -- house: we hold its inventory; remote: asked through its API; listed: a timetable without sale.
    kind text not null,
    currency char(3),
    country char(2),
    timezone text not null default 'UTC',
    website text,
    support_email text,
    phone text,
    -- 'demo' is invented and shown as such; 'gtfs:<feed>' was imported.
    source text not null,
    created_at timestamptz not null default now(),
    constraint operator_code_key unique (code),
    constraint operator_kind_known check (kind in ('house', 'remote', 'listed'))
);

create table ferry (
    id uuid primary key,
    operator_id uuid not null,
    code text not null,
    name text not null,
    imo int,
    mmsi int,
    length_m numeric(5, 1),
    beam_m numeric(4, 1),
    speed_knots numeric(4, 1),
    source text not null,
    constraint ferry_of_operator foreign key (operator_id) references operator (id),
    constraint ferry_code_key unique (operator_id, code),
    -- Seven digits (IMO resolution A.1117(30)); the check digit is tested where it is entered.
    constraint ferry_imo_seven_digits check (imo between 1000000 and 9999999),
    constraint ferry_mmsi_nine_digits check (mmsi between 200000000 and 799999999)
);
create index ferry_by_mmsi on ferry (mmsi) where mmsi is not null;

create table ferry_deck (
    ferry_id uuid not null,
    number int not null,
    name text not null,
    lane_cm int not null,
    height_cm int not null,
    max_kg int not null,
    constraint ferry_deck_pkey primary key (ferry_id, number),
    constraint ferry_deck_of_ferry foreign key (ferry_id) references ferry (id) on delete cascade,
    constraint ferry_deck_has_room check (lane_cm > 0 and height_cm > 0 and max_kg > 0)
);

create table ferry_cabin (
    ferry_id uuid not null,
    cabin_type text not null,
    cabins int not null,
    berths int not null,
    constraint ferry_cabin_pkey primary key (ferry_id, cabin_type),
    constraint ferry_cabin_of_ferry foreign key (ferry_id) references ferry (id) on delete cascade,
    constraint ferry_cabin_has_berths check (cabins > 0 and berths > 0)
);

-- One direction of a connection. A trip with stops on the way is several routes.
create table route (
    id uuid primary key,
    operator_id uuid not null,
    code text not null,
    name text not null,
    origin_id uuid not null,
    destination_id uuid not null,
    distance_m int,
    source text not null,
    constraint route_of_operator foreign key (operator_id) references operator (id),
    constraint route_origin foreign key (origin_id) references port (id),
    constraint route_destination foreign key (destination_id) references port (id),
    constraint route_code_key unique (operator_id, code),
    constraint route_goes_somewhere check (origin_id <> destination_id)
);
create index route_by_ports on route (origin_id, destination_id);

-- Prices are never changed in place: a new price list is a new fare, so that what was sold stays explained.
create table fare (
    id uuid primary key,
    operator_id uuid not null,
    code text not null,
    currency char(3) not null,
    -- The last years of age, on the day of travel, at which somebody is an infant or a child.
    infant_to_age int not null,
    child_to_age int not null,
    harbour_tax_minor bigint not null default 0,
    source text not null,
    created_at timestamptz not null default now(),
    constraint fare_of_operator foreign key (operator_id) references operator (id),
    constraint fare_code_key unique (operator_id, code),
    constraint fare_ages_in_order check (0 <= infant_to_age and infant_to_age <= child_to_age)
);

create table fare_price (
    fare_id uuid not null,
    -- adult, child, infant, car, van, motorcycle, bicycle, camper, trailer_metre, pet, cabin:<type>
    item text not null,
    amount_minor bigint not null,
    constraint fare_price_pkey primary key (fare_id, item),
    constraint fare_price_of_fare foreign key (fare_id) references fare (id) on delete cascade,
    constraint fare_price_not_negative check (amount_minor >= 0)
);

create table cancel_rule (
    fare_id uuid not null,
    -- From this many hours before departure on, the fee is this share of the price.
    hours_before int not null,
    fee_percent int not null,
    constraint cancel_rule_pkey primary key (fare_id, hours_before),
    constraint cancel_rule_of_fare foreign key (fare_id) references fare (id) on delete cascade,
    constraint cancel_rule_percent check (fee_percent between 0 and 100)
);

create table sailing (
    id uuid primary key,
    route_id uuid not null,
    operator_id uuid not null,
    -- Repeated from the route: a search by ports and day reads one index.
    origin_id uuid not null,
    destination_id uuid not null,
    ferry_id uuid,
    -- No fare: listed in the timetable, not sold here.
    fare_id uuid,
    departs_at timestamptz not null,
    arrives_at timestamptz not null,
    status text not null default 'scheduled',
    -- Runs about every so often (GTFS frequencies with exact_times = 0): the time is "about".
    headway_seconds int,
    -- Null is unknown, as in GTFS trips.cars_allowed; never read as no.
    cars_allowed boolean,
    -- Limits that do not deplete: checked for every vehicle, not counted.
    max_height_cm int,
    max_vehicle_kg int,
    -- The operator's own key of a remote sailing.
    remote_key text,
    source text not null,
    source_key text not null,
    constraint sailing_of_route foreign key (route_id) references route (id),
    constraint sailing_of_operator foreign key (operator_id) references operator (id),
    constraint sailing_origin foreign key (origin_id) references port (id),
    constraint sailing_destination foreign key (destination_id) references port (id),
    constraint sailing_by_ferry foreign key (ferry_id) references ferry (id),
    constraint sailing_has_fare foreign key (fare_id) references fare (id),
    constraint sailing_source_key unique (source, source_key),
    constraint sailing_takes_time check (arrives_at > departs_at),
    constraint sailing_status_known check (status in ('scheduled', 'cancelled'))
);
create index sailing_by_ports on sailing (origin_id, destination_id, departs_at);
create index sailing_by_origin on sailing (origin_id, departs_at);
create index sailing_by_ferry on sailing (ferry_id, departs_at) where ferry_id is not null;

-- The scarce things of a sailing: passenger places, centimetres of lane, cabins by type, pets.
create table capacity (
    sailing_id uuid not null,
    resource text not null,
    total int not null,
    taken int not null default 0,
    constraint capacity_pkey primary key (sailing_id, resource),
    constraint capacity_of_sailing foreign key (sailing_id) references sailing (id) on delete cascade,
    -- The final word. Whatever code does, the sum of what was taken never passes what there is.
    constraint capacity_not_oversold check (taken between 0 and total)
) with (fillfactor = 70);
