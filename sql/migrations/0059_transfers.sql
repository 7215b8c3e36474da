-- Rules of a timetable for changing from one of its boats to another (GTFS transfers.txt).

create table timetable_transfer (
    feed_id uuid not null,
    -- In the order of the file.
    number int not null,
    -- GTFS transfer_type: 0 recommended, 1 the second boat waits, 2 takes min_seconds, 3 not
    -- possible, 4 the same ship sails on, 5 it does, but everybody leaves it first.
    kind smallint not null,
    -- Stops, lines and trips by the feed's own ids; empty stands for any.
    from_stop text not null,
    to_stop text not null,
    from_line text not null,
    to_line text not null,
    from_trip text not null,
    to_trip text not null,
    -- From arrival to departure; null where the rule is no minimum.
    min_seconds int,
    -- The harbour or station of each stop, and whether all of its piers are meant; null: any.
    from_port_id uuid,
    to_port_id uuid,
    from_station boolean not null,
    to_station boolean not null,
    constraint timetable_transfer_pkey primary key (feed_id, number),
    constraint timetable_transfer_of_feed foreign key (feed_id) references feed (id)
        on delete cascade,
    constraint timetable_transfer_from_port foreign key (from_port_id) references port (id),
    constraint timetable_transfer_to_port foreign key (to_port_id) references port (id),
    constraint timetable_transfer_kind_known check (kind between 0 and 5),
    constraint timetable_transfer_minimum_said check ((kind = 2) = (min_seconds is not null))
);
comment on constraint timetable_transfer_pkey on timetable_transfer is
    'A rule is there once, where the file has it.';
comment on constraint timetable_transfer_minimum_said on timetable_transfer is
    'Only a minimum has a time, and it always has one.';
create index timetable_transfer_by_from_port on timetable_transfer (from_port_id);
create index timetable_transfer_by_to_port on timetable_transfer (to_port_id);

-- As in 0018_timetables.sql, with the feed's own ids of the line and of both stops: what the rules
-- for changing are matched by.
create or replace function timetable_listing(
    trip_id bigint, boards_at int, leaves_at int, start int, day date
) returns jsonb
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
        'line_id', line.code,
        'line_number', line.short_name,
        'colour', line.colour,
        'headsign', coalesce(nullif(boards.headsign, ''), trip.headsign),
        'trip_number', trip.short_name,
        'stop_id', boards.stop_code,
        'platform', boards.platform,
        'arrival_stop_id', leaves.stop_code,
        'arrival_platform', leaves.platform,
        'boarding', boards.boarding,
        'alighting', leaves.alighting,
        'approximate_departure', boards.approximate,
        'approximate_arrival', leaves.approximate,
        'booking', case
            when boards.booking_message || boards.booking_phone || boards.booking_url
                || leaves.booking_message || leaves.booking_phone || leaves.booking_url <> ''
            then jsonb_build_object(
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
                'code', port.code,
                'name', port.name,
                'timezone', port.timezone,
                'platform', stop.platform,
                'arrives_at', timetable_instant(day, start + stop.arrives, trip.timezone),
                'departs_at', timetable_instant(day, start + stop.departs, trip.timezone)
            ) order by stop.number), '[]')
            from timetable_call stop join port on port.id = stop.port_id
            where stop.pattern_id = trip.pattern_id
                and stop.number > boards_at and stop.number < leaves_at
        )
    )
    from timetable_trip trip
    join timetable_line line on line.id = trip.line_id
    join operator on operator.id = line.operator_id
    join feed on feed.id = trip.feed_id
    left join feed_edition edition on edition.feed_id = feed.id and edition.state = 'active'
    join timetable_call boards
        on boards.pattern_id = trip.pattern_id and boards.number = boards_at
    join timetable_call leaves
        on leaves.pattern_id = trip.pattern_id and leaves.number = leaves_at
    where trip.id = trip_id
);
