"""A GTFS zip to the feed as far as its boats use it, every row accounted for. Blocking."""

from collections import Counter
from pathlib import Path

from maritime_app import clock
from maritime_app.ferries.timetables.gtfs import (
    blocks,
    calendar,
    network,
    transfers,
    trips as trip_rows,
)
from maritime_app.ferries.timetables.gtfs.doubts import checks
from maritime_app.ferries.timetables.gtfs.model import Feed, Stop, Trip
from maritime_app.ferries.timetables.gtfs.notices import LeftOut, Notices
from maritime_app.ferries.timetables.gtfs.tables import STOP_TIMES, Tables
from maritime_app.ferries.timetables.gtfs.terminals import pathways, ways

_REQUIRED = ("agency.txt", "stops.txt", "routes.txt", "trips.txt", STOP_TIMES)
_READ = {
    *_REQUIRED,
    "calendar.txt",
    "calendar_dates.txt",
    "frequencies.txt",
    "translations.txt",
    "feed_info.txt",
    "attributions.txt",
    "booking_rules.txt",
    transfers.TRANSFERS,
    pathways.PATHWAYS,
    pathways.LEVELS,
}
_REASONS_SHOWN = 6


def read(path: Path) -> tuple[Feed, Notices]:
    """Return what is in the zip, and the account of its rows.

    Routes and trips come first, so that of the calls only those of boats are held in memory. Raise
    Invalid for a file that is no feed, lacks what the specification requires, or has no boat.
    """
    tables = Tables(path)
    try:
        tables.require(*_REQUIRED)
        if not (tables.has("calendar.txt") or tables.has("calendar_dates.txt")):
            rule = "missing_calendar_and_calendar_date_files"
            raise tables.refusal("there is no calendar.txt and no calendar_dates.txt", rule)
        return _read(tables), tables.notices
    finally:
        tables.close()


def _read(tables: Tables) -> Feed:
    agencies = network.agencies(tables)
    lines = network.lines(tables, agencies)
    services = calendar.services(tables, clock.now().date())
    stops = network.stops(tables)
    trips = trip_rows.trips(tables, lines, services, stops)
    info = network.info(tables)
    tables.note_unused(_READ)
    if not trips:
        raise tables.refusal(f"no boat in it can be shown{_why(tables.notices)}")
    used_lines = {trip.line_id for trip in trips}
    used_services = {trip.service_id for trip in trips}
    kept_lines = {code: line for code, line in lines.items() if code in used_lines}
    owners = {line.agency_id for line in kept_lines.values()}
    unused = len(lines) - len(kept_lines)
    tables.notices.leave_out("routes.txt", "no trip that is used", rows=unused)
    unused = len(agencies) - len(owners)
    tables.notices.leave_out("agency.txt", "no route that is used", rows=unused)
    kept_stops = _used_stops(tables, stops, trips)
    checks.check(tables, trips, services)
    rules = transfers.transfers(tables, stops, kept_stops, used_lines, trips)
    called = {call.stop_id for trip in trips for call in trip.calls}
    found_ways, terminals = ways.ways(tables, kept_stops, called)
    return Feed(
        info=info,
        agencies={code: agency for code, agency in agencies.items() if code in owners},
        stops=kept_stops,
        lines=kept_lines,
        services={code: services[code] for code in sorted(used_services)},
        trips=trips,
        transfers=rules + blocks.stays_on_board(trips, services, stops, rules),
        ways=tuple(found_ways),
        terminals=terminals,
    )


def _used_stops(tables: Tables, stops: dict[str, Stop], trips: tuple[Trip, ...]) -> dict[str, Stop]:
    called = {call.stop_id for trip in trips for call in trip.calls}
    used = called | {stops[code].place_id for code in called}
    unused = len(stops) - len(used)
    words = "no trip that is used stops there"
    tables.notices.leave_out("stops.txt", words, "stop_without_stop_time", rows=unused)
    return {code: stop for code, stop in stops.items() if code in used}


def usual_zone(feed: Feed) -> str:
    """Return the time zone of most of the feed's agencies."""
    return Counter(agency.timezone for agency in feed.agencies.values()).most_common(1)[0][0]


def _where(reason: LeftOut) -> str:
    return f", first in line {reason.first_line:,}" if reason.first_line else ""


def _why(notices: Notices) -> str:
    """The commonest reasons, those that break a rule first."""
    found = sorted(notices.left_out(), key=lambda each: (not each.rule, -each.rows))
    reasons = [
        f"{each.file}: {each.words} ({each.rows:,} rows{_where(each)}"
        f"{f', {each.rule}' if each.rule else ''})"
        for each in found[:_REASONS_SHOWN]
        if each.rule not in ("empty_row", "stop_without_stop_time")
    ]
    return f"; {'; '.join(reasons)}" if reasons else ""
