-- Timetables of others as feeds and editions. A trip with its calls is stored once; dates, instants and the pairs of
-- stops between which one may travel are worked out at the question. What earlier imports wrote as sailings and routes
-- of source 'gtfs:<feed>' stays until that feed is imported again.

-- One timetable as it is published: the name that its stops carry, who publishes it, where it is pulled from.
create table feed (
    id uuid primary key,
    name text not null,
    -- Publisher and address as the feed states them: which file is an edition of which feed.
    publisher text not null,
    publisher_url text not null default '',
    -- Where it is pulled from; empty: by file only.
    address text not null default '',
    -- Of the newest pull that was stored: asked with again.
    etag text not null default '',
    modified text not null default '',
    pulled_at timestamptz,
    created_at timestamptz not null default now(),
    constraint feed_name_key unique (name),
    -- A part of the codes of stops.
    constraint feed_name_form check (name ~ '^[a-z0-9][a-z0-9-]{0,39}$')
);

-- One file of a feed, and what became of it.
create table feed_edition (
    id uuid primary key,
    feed_id uuid not null,
    -- SHA-256 of the file, and by how many weeks all of it was moved.
    digest text not null,
    moved_weeks int not null default 0,
    origin text not null,
    state text not null,
    version text not null default '',
    attributions text[] not null default '{}',
    -- Null where it could not be read.
    first_day date,
    last_day date,
    read_at timestamptz not null,
    activated_at timestamptz,
    -- timetables.editions.model.ImportReport.
    report jsonb not null,
    -- Why it was refused.
    refusal text not null default '',
    constraint feed_edition_of_feed foreign key (feed_id) references feed (id) on delete cascade,
    -- The same file again is the same edition.
    constraint feed_edition_file_key unique (feed_id, digest, moved_weeks),
    constraint feed_edition_state_known check (state in ('active', 'earlier', 'refused')),
    constraint feed_edition_days_in_order check (first_day <= last_day),
    constraint feed_edition_refusal_said check ((state = 'refused') = (refusal <> ''))
);
-- One timetable is shown.
create unique index feed_edition_active on feed_edition (feed_id) where state = 'active';

-- The file itself, in pieces, so that an earlier edition can be brought back by any process.
create table feed_file_part (
    edition_id uuid not null,
    number int not null,
    content bytea not null,
    constraint feed_file_part_pkey primary key (edition_id, number),
    constraint feed_file_part_of_edition foreign key (edition_id) references feed_edition (id) on delete cascade,
    constraint feed_file_part_bounded check (octet_length(content) between 1 and 1048576)
);

-- What follows are the rows of active editions only.
create table timetable_service (
    id bigint generated always as identity primary key,
    feed_id uuid not null,
    code text not null,
    first_day date not null,
    -- One bit a day from first_day on.
    days varbit not null,
    constraint timetable_service_of_feed foreign key (feed_id) references feed (id) on delete cascade,
    constraint timetable_service_code_key unique (feed_id, code),
    constraint timetable_service_runs check (length(days) > 0)
);

create table timetable_line (
    id bigint generated always as identity primary key,
    feed_id uuid not null,
    operator_id uuid not null,
    code text not null,
    short_name text not null,
    long_name text not null,
    -- Six hexadecimal digits, or empty.
    colour text not null,
    constraint timetable_line_of_feed foreign key (feed_id) references feed (id) on delete cascade,
    constraint timetable_line_of_operator foreign key (operator_id) references operator (id),
    constraint timetable_line_code_key unique (feed_id, code)
);

-- The calls that trips have in common: stops in order, seconds since the departure from the first.
create table timetable_pattern (
    id bigint generated always as identity primary key,
    feed_id uuid not null,
    -- Its place among the feed's patterns.
    number int not null,
    constraint timetable_pattern_of_feed foreign key (feed_id) references feed (id) on delete cascade,
    constraint timetable_pattern_number_key unique (feed_id, number)
);

create table timetable_call (
    pattern_id bigint not null,
    number smallint not null,
    -- The harbour or station, and which pier of it.
    port_id uuid not null,
    stop_code text not null,
    platform text not null,
    arrives int not null,
    departs int not null,
    -- GTFS pickup_type and drop_off_type: 0 regular, 1 none, 2 by phone, 3 with the crew.
    boarding smallint not null,
    alighting smallint not null,
    -- The time was interpolated, or is said not to be exact.
    approximate boolean not null,
    headsign text not null,
    -- How the ride is arranged ahead (booking_rules.txt); empty where nothing is said.
    booking_message text not null default '',
    booking_phone text not null default '',
    booking_url text not null default '',
    constraint timetable_call_pkey primary key (pattern_id, number),
    constraint timetable_call_of_pattern foreign key (pattern_id) references timetable_pattern (id) on delete cascade,
    constraint timetable_call_at_port foreign key (port_id) references port (id),
    constraint timetable_call_in_order check (arrives <= departs),
    constraint timetable_call_access_known check (boarding between 0 and 3 and alighting between 0 and 3)
);
-- A search of two ports and a departure board begin here.
create index timetable_call_by_port on timetable_call (port_id, pattern_id, number);

create table timetable_trip (
    id bigint generated always as identity primary key,
    feed_id uuid not null,
    pattern_id bigint not null,
    service_id bigint not null,
    line_id bigint not null,
    code text not null,
    headsign text not null,
    short_name text not null,
    -- IANA: the agency's, in which its times are meant.
    timezone text not null,
    -- Departures from the first call in seconds after noon minus 12 h, and about every how many seconds (null: as
    -- scheduled). One departure, unless the trip runs by frequencies.
    starts int[] not null,
    headways int[] not null,
    -- Null is unknown.
    cars boolean,
    bicycles boolean,
    wheelchair boolean,
    constraint timetable_trip_of_feed foreign key (feed_id) references feed (id) on delete cascade,
    constraint timetable_trip_of_pattern foreign key (pattern_id) references timetable_pattern (id) on delete cascade,
    constraint timetable_trip_of_service foreign key (service_id) references timetable_service (id) on delete cascade,
    constraint timetable_trip_of_line foreign key (line_id) references timetable_line (id) on delete cascade,
    constraint timetable_trip_starts check (cardinality(starts) = cardinality(headways) and cardinality(starts) > 0)
);
create index timetable_trip_by_pattern on timetable_trip (pattern_id);
create index timetable_trip_by_feed on timetable_trip (feed_id);
create index timetable_trip_by_service on timetable_trip (service_id);
create index timetable_trip_by_line on timetable_trip (line_id);

-- Whether trips of a service leave on that service day.
create function timetable_runs(first_day date, days varbit, day date) returns boolean
language sql immutable parallel safe
return day >= first_day and day - first_day < length(days) and get_bit(days, greatest(day - first_day, 0)) = 1;

-- A GTFS time of a service day: counted from noon minus 12 h, which is midnight except when the clocks change.
create function timetable_instant(day date, seconds int, timezone text) returns timestamptz
language sql stable parallel safe
return ((day + time '12:00') at time zone timezone) + (seconds - 43200) * interval '1 second';

-- Which harbour or station a stop of a feed is: decided by position and name, or by a person.
alter table port_alias add column decided_by text not null default 'import';
alter table port_alias add constraint port_alias_decided_by check (decided_by in ('import', 'position', 'person'));

-- What a traveller should know about a boat between two of its calls (ferries.timetables.model.Listing), the calls
-- between them included.
create function timetable_listing(trip_id bigint, boards_at int, leaves_at int, start int, day date) returns jsonb
language sql stable parallel safe
return (
    select jsonb_build_object(
        'feed', feed.name,
        'publisher', feed.publisher,
        'attributions', to_jsonb(coalesce(edition.attributions, '{}')),
        'moved_weeks', coalesce(edition.moved_weeks, 0),
        'trip', trip.code,
        'service_day', day,
        'line', coalesce(nullif(line.long_name, ''), nullif(line.short_name, ''), line.code),
        'line_number', line.short_name,
        'colour', line.colour,
        'headsign', coalesce(nullif(boards.headsign, ''), trip.headsign),
        'trip_number', trip.short_name,
        'platform', boards.platform,
        'arrival_platform', leaves.platform,
        'boarding', boards.boarding,
        'alighting', leaves.alighting,
        'approximate_departure', boards.approximate,
        'approximate_arrival', leaves.approximate,
        'booking', case when boards.booking_message || boards.booking_phone || boards.booking_url
                             || leaves.booking_message || leaves.booking_phone || leaves.booking_url <> '' then
            jsonb_build_object(
                'message', coalesce(nullif(boards.booking_message, ''), leaves.booking_message),
                'phone', coalesce(nullif(boards.booking_phone, ''), leaves.booking_phone),
                'url', coalesce(nullif(boards.booking_url, ''), leaves.booking_url)
            ) end,
        'phone', operator.phone,
        'bicycles', trip.bicycles,
        'cars', trip.cars,
        'wheelchair', trip.wheelchair,
        'via', (
            select coalesce(jsonb_agg(jsonb_build_object(
                'code', port.code, 'name', port.name, 'timezone', port.timezone, 'platform', stop.platform,
                'arrives_at', timetable_instant(day, start + stop.arrives, trip.timezone),
                'departs_at', timetable_instant(day, start + stop.departs, trip.timezone)
            ) order by stop.number), '[]')
            from timetable_call stop join port on port.id = stop.port_id
            where stop.pattern_id = trip.pattern_id and stop.number > boards_at and stop.number < leaves_at
        )
    )
    from timetable_trip trip
    join timetable_line line on line.id = trip.line_id
    join operator on operator.id = line.operator_id
    join feed on feed.id = trip.feed_id
    left join feed_edition edition on edition.feed_id = feed.id and edition.state = 'active'
    join timetable_call boards on boards.pattern_id = trip.pattern_id and boards.number = boards_at
    join timetable_call leaves on leaves.pattern_id = trip.pattern_id and leaves.number = leaves_at
    where trip.id = trip_id
);

-- Arrivals of a port by time.
create index sailing_by_destination on sailing (destination_id, arrives_at);
