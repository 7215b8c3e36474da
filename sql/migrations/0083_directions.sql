-- Which way of its line a trip goes, as its timetable numbers it (GTFS direction_id); null where it
-- does not say, and where an edition was stored before this.

alter table timetable_trip add column direction smallint;
alter table timetable_trip add constraint timetable_trip_direction_known
    check (direction in (0, 1));

-- As in 0073_ways_through_terminals.sql, with the direction and which run of its trip a boat is: by
-- these a publisher's alert tells one from another.
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
        'direction', trip.direction,
        'run_start', start,
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
        'step_free_boarding', (
            select way.step_free from timetable_way way
            where way.feed_id = trip.feed_id and way.from_stop = ''
                and way.to_stop = boards.stop_code
        ),
        'step_free_leaving', (
            select way.step_free from timetable_way way
            where way.feed_id = trip.feed_id and way.from_stop = leaves.stop_code
                and way.to_stop = ''
        ),
        'signs', coalesce((
            select to_jsonb(way.signs) from timetable_way way
            where way.feed_id = trip.feed_id and way.from_stop = ''
                and way.to_stop = boards.stop_code
        ), '[]'),
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
