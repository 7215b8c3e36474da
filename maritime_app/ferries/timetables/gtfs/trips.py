"""Trips by water on which somebody can travel (trips.txt)."""

from collections.abc import Sequence
from itertools import pairwise

from maritime_app.ferries.timetables.gtfs import calls, fields, frequencies
from maritime_app.ferries.timetables.gtfs.model import Call, Frequency, Line, Service, Stop, Trip
from maritime_app.ferries.timetables.gtfs.tables import STOP_TIMES, Row, Tables
from maritime_app.geo import distance_m

_TRIPS = "trips.txt"
_A_MINUTE = 60
_FASTEST_M_PER_SECOND = 150_000 / 3_600  # as the validator has it for ferries


def trips(
    tables: Tables, lines: dict[str, Line], services: dict[str, Service], stops: dict[str, Stop]
) -> tuple[Trip, ...]:
    """Return the trips on which somebody can travel; every row is one, or counted."""
    drafts = _drafts(tables, lines, services)
    calls_of = calls.read_calls(tables, drafts, stops)
    runs, refused = frequencies.frequencies(tables, drafts)
    found = []
    for code, row in drafts.items():
        stopped = tuple(calls.timed(tables, calls_of.get(code, {})))
        reason = _unusable(stopped)
        if reason:
            tables.notices.leave_out(_TRIPS, *reason)
            tables.notices.leave_out(STOP_TIMES, "its trip is left out", rows=len(stopped))
            continue
        if code in refused and not runs.get(code):
            words = "every row of its frequencies is refused"
            tables.notices.leave_out(_TRIPS, words, "unusable_trip")
            tables.notices.leave_out(STOP_TIMES, "its trip is left out", rows=len(stopped))
            continue
        if _is_too_fast(stopped, stops):
            words = "boats that sail faster than 150 km/h between two stops"
            tables.notices.note(words, "fast_travel_between_consecutive_stops")
        found.append(_trip(row, stopped, runs.get(code, ())))
    return tuple(found)


def _is_too_fast(stopped: Sequence[Call], stops: dict[str, Stop]) -> bool:
    for one, other in pairwise(stopped):
        here, there = stops[one.stop_id], stops[other.stop_id]
        seconds = max(_A_MINUTE, other.arrives - one.departs)  # times are in whole minutes
        if distance_m(here.lat, here.lon, there.lat, there.lon) > seconds * _FASTEST_M_PER_SECOND:
            return True
    return False


def _drafts(tables: Tables, lines: dict[str, Line], services: dict[str, Service]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in tables.rows(_TRIPS, "trip_id", "route_id", "service_id"):
        if row["route_id"] not in lines:
            tables.leave_out(_TRIPS, "its route is left out")
        elif row["service_id"] not in services:
            tables.leave_out(_TRIPS, "unknown service", "foreign_key_violation")
        elif row["trip_id"] in found:
            tables.leave_out(_TRIPS, "id stands there twice", "duplicate_key")
        else:
            found[row["trip_id"]] = row
    return found


def _unusable(stopped: Sequence[Call]) -> tuple[str, str] | None:
    if len(stopped) < 2:
        return "fewer than two stops", "unusable_trip"
    if next(calls.pairs(stopped), None) is None:
        return "no stop from which one may travel to another", ""
    return None


def _trip(row: Row, stopped: tuple[Call, ...], runs: Sequence[Frequency]) -> Trip:
    starts = frequencies.starts(runs) if runs else {stopped[0].departs: None}
    return Trip(
        id=row["trip_id"],
        line_id=row["route_id"],
        service_id=row["service_id"],
        calls=stopped,
        starts=tuple(sorted(starts.items())),
        headsign=row.get("trip_headsign", "")[: fields.MAX_NAME],
        short_name=row.get("trip_short_name", "")[: fields.MAX_NAME],
        cars=fields.yes_no(row.get("cars_allowed", "")),
        bicycles=fields.yes_no(row.get("bikes_allowed", "")),
        wheelchair=fields.yes_no(row.get("wheelchair_accessible", "")),
        block_id=row.get("block_id", ""),
        shape_id=row.get("shape_id", ""),
        direction=fields.direction(row.get("direction_id", "")),
    )
