"""Trips by water with their calls, and the departures of those that run by frequencies."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from maritime_app.ferries.timetables.gtfs import fields
from maritime_app.ferries.timetables.gtfs.model import (
    Access,
    BookingRule,
    Call,
    Frequency,
    Line,
    Service,
    Stop,
    Trip,
)
from maritime_app.ferries.timetables.gtfs.tables import STOP_TIMES, Row, Tables

_TRIPS, _FREQUENCIES = "trips.txt", "frequencies.txt"
_SHORTEST_HEADWAY = 60
_LATEST_START = 48 * 3600  # a boat that runs about so often, longer than two days: implausible
_MAX_STARTS = 5_000


@dataclass(slots=True)
class _Draft:
    """A row of trips.txt with the calls read so far, by their order."""

    row: Row
    calls: dict[int, "_RawCall"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _RawCall:
    """A call as it was read; times may be missing, `travelled` is shape_dist_traveled."""

    call: Call
    arrives: int | None
    departs: int | None
    line: int


def trips(
    tables: Tables, lines: dict[str, Line], services: dict[str, Service], stops: dict[str, Stop]
) -> tuple[Trip, ...]:
    """Return the trips on which somebody can travel; every row is one, or counted."""
    drafts = _drafts(tables, lines, services)
    _read_calls(tables, drafts, stops)
    frequencies, refused = _frequencies(tables, drafts)
    found = []
    for code, draft in drafts.items():
        calls = tuple(_timed(tables, draft.calls))
        reason = _unusable(calls)
        if reason:
            tables.notices.leave_out(_TRIPS, *reason)
            tables.notices.leave_out(STOP_TIMES, "its trip is left out", rows=len(calls))
            continue
        if code in refused and not frequencies.get(code):
            words = "every row of its frequencies is refused"
            tables.notices.leave_out(_TRIPS, words, "unusable_trip")
            tables.notices.leave_out(STOP_TIMES, "its trip is left out", rows=len(calls))
            continue
        found.append(_trip(draft.row, calls, frequencies.get(code, ())))
    return tuple(found)


def starts(frequencies: Sequence[Frequency]) -> dict[int, int | None]:
    """Return departures from the first stop, each with the seconds between two of them.

    None where they are scheduled. Equal times are one departure. The end is not part of it.
    """
    found: dict[int, int | None] = {}
    for frequency in frequencies:
        headway = None if frequency.exact else frequency.headway
        for start in range(frequency.start, frequency.end, frequency.headway):
            found.setdefault(start, headway)
    return found


def pairs(calls: Sequence[Call]) -> Iterator[tuple[int, int]]:
    """Yield every pair of calls between which one may travel, by their numbers."""
    for first, start in enumerate(calls):
        for last in range(first + 1, len(calls)):
            end = calls[last]
            if (
                start.boarding is not Access.NONE
                and end.alighting is not Access.NONE
                and start.stop_id != end.stop_id
            ):
                yield first, last


def _drafts(
    tables: Tables, lines: dict[str, Line], services: dict[str, Service]
) -> dict[str, _Draft]:
    found: dict[str, _Draft] = {}
    for row in tables.rows(_TRIPS, "trip_id", "route_id", "service_id"):
        if row["route_id"] not in lines:
            tables.leave_out(_TRIPS, "its route is left out")
        elif row["service_id"] not in services:
            tables.leave_out(_TRIPS, "unknown service", "foreign_key_violation")
        elif row["trip_id"] in found:
            tables.leave_out(_TRIPS, "id stands there twice", "duplicate_key")
        else:
            found[row["trip_id"]] = _Draft(row)
    return found


def _read_calls(tables: Tables, drafts: dict[str, _Draft], stops: dict[str, Stop]) -> None:
    rules = _booking_rules(tables)
    for row in tables.rows(STOP_TIMES, "trip_id", "stop_sequence", only=drafts):
        calls = drafts[row["trip_id"]].calls
        order = fields.integer(row["stop_sequence"])
        arrives, departs = row.get("arrival_time", ""), row.get("departure_time", "")
        if not row.get("stop_id"):
            flexible = row.get("location_group_id") or row.get("location_id")
            words = "an area instead of a stop" if flexible else "no stop_id"
            tables.leave_out(STOP_TIMES, words, "" if flexible else "missing_required_field")
        elif row["stop_id"] not in stops:
            tables.leave_out(STOP_TIMES, "unknown stop", "foreign_key_violation")
        elif order is None:
            tables.leave_out(STOP_TIMES, "unreadable order", "invalid_integer")
        elif order in calls:
            tables.leave_out(STOP_TIMES, "order stands there twice", "duplicate_key")
        elif any(text and fields.seconds(text) is None for text in (arrives, departs)):
            tables.leave_out(STOP_TIMES, "unreadable time", "invalid_time")
        else:
            if fields.has_no_seconds(arrives) or fields.has_no_seconds(departs):
                tables.notices.note("times without seconds are read", "invalid_time")
            calls[order] = _raw_call(row, rules, tables.line)


def _raw_call(row: Row, rules: dict[str, BookingRule], line: int) -> _RawCall:
    arrives = fields.seconds(row.get("arrival_time", ""))
    departs = fields.seconds(row.get("departure_time", ""))
    booking = row.get("pickup_booking_rule_id") or row.get("drop_off_booking_rule_id") or ""
    call = Call(
        stop_id=row["stop_id"],
        arrives=0,
        departs=0,
        boarding=_access(row.get("pickup_type", "")),
        alighting=_access(row.get("drop_off_type", "")),
        approximate=row.get("timepoint") == "0",
        headsign=row.get("stop_headsign", "")[: fields.MAX_NAME],
        booking=rules.get(booking),
    )
    return _RawCall(
        call, departs if arrives is None else arrives, arrives if departs is None else departs, line
    )


def _timed(tables: Tables, calls: dict[int, _RawCall]) -> Iterator[Call]:
    """Yield the calls in order, blank times filled in evenly between those that are given.

    A call whose time goes back is counted and left out, and so is one without a time at an end.
    """
    ordered = [calls[number] for number in sorted(calls)]
    given = [number for number, each in enumerate(ordered) if each.arrives is not None]
    latest = 0
    for number, each in enumerate(ordered):
        if each.arrives is None or each.departs is None:
            at = _between(ordered, given, number)
            if at is None:
                words = "no time at an end of its trip"
                tables.notices.leave_out(STOP_TIMES, words, "missing_trip_edge", line=each.line)
                continue
            arrives = departs = at
        else:
            arrives, departs = each.arrives, each.departs
        if arrives < latest or departs < arrives:
            rule = "stop_time_with_arrival_before_previous_departure_time"
            tables.notices.leave_out(STOP_TIMES, "time goes back", rule, line=each.line)
            continue
        latest = departs
        about = each.call.approximate or each.arrives is None
        yield replace(each.call, arrives=arrives, departs=departs, approximate=about)


def _between(ordered: Sequence[_RawCall], given: Sequence[int], number: int) -> int | None:
    before = max((other for other in given if other < number), default=None)
    after = min((other for other in given if other > number), default=None)
    if before is None or after is None:
        return None
    start, end = ordered[before].departs, ordered[after].arrives
    if start is None or end is None or end < start:
        return None
    return start + (end - start) * (number - before) // (after - before)


def _unusable(calls: Sequence[Call]) -> tuple[str, str] | None:
    if len(calls) < 2:
        return "fewer than two stops", "unusable_trip"
    if next(pairs(calls), None) is None:
        return "no stop from which one may travel to another", ""
    return None


def _frequencies(
    tables: Tables, drafts: dict[str, _Draft]
) -> tuple[dict[str, list[Frequency]], set[str]]:
    """Return frequencies by trip, and the trips of which a row was refused."""
    found: dict[str, list[Frequency]] = defaultdict(list)
    refused = set[str]()
    for row in tables.rows(_FREQUENCIES, "trip_id", only=drafts):
        start = fields.seconds(row.get("start_time", ""))
        end = fields.seconds(row.get("end_time", ""))
        headway = fields.integer(row.get("headway_secs", ""))
        fault: tuple[str, str] | None = None
        if start is None or end is None or headway is None:
            fault = "unreadable times", "invalid_time"
        elif headway < _SHORTEST_HEADWAY:
            fault = "less than a minute between two", "number_out_of_range"
        elif end <= start:
            fault = "ends before it starts", "start_and_end_range_out_of_order"
        elif start >= _LATEST_START:
            fault = "begins more than two days later", "number_out_of_range"
        if fault or start is None or end is None or headway is None:
            tables.leave_out(_FREQUENCIES, *(fault or ("", "")))
            refused.add(row["trip_id"])
            continue
        if end > _LATEST_START:
            words = (
                f"trip {row['trip_id'][:60]} until {row['end_time']} is implausible: cut at 48 h"
            )
            tables.notices.note(words, "number_out_of_range")
        exact = row.get("exact_times") == "1"
        end = min(end, _LATEST_START, start + headway * _MAX_STARTS)
        found[row["trip_id"]].append(Frequency(start, end, headway, exact))
    return found, refused


def _trip(row: Row, calls: tuple[Call, ...], frequencies: Sequence[Frequency]) -> Trip:
    runs = starts(frequencies) if frequencies else {calls[0].departs: None}
    return Trip(
        id=row["trip_id"],
        line_id=row["route_id"],
        service_id=row["service_id"],
        calls=calls,
        starts=tuple(sorted(runs.items())),
        headsign=row.get("trip_headsign", "")[: fields.MAX_NAME],
        short_name=row.get("trip_short_name", "")[: fields.MAX_NAME],
        cars=fields.yes_no(row.get("cars_allowed", "")),
        bicycles=fields.yes_no(row.get("bikes_allowed", "")),
        wheelchair=fields.yes_no(row.get("wheelchair_accessible", "")),
    )


def _booking_rules(tables: Tables) -> dict[str, BookingRule]:
    return {
        row["booking_rule_id"]: BookingRule(
            (row.get("message") or row.get("pickup_message", ""))[:500],
            row.get("phone_number", "")[:60],
            (row.get("booking_url") or row.get("info_url", ""))[: fields.MAX_NAME],
        )
        for row in tables.rows("booking_rules.txt", "booking_rule_id")
    }


def _access(text: str) -> Access:
    return Access(int(text)) if text in ("0", "1", "2", "3") else Access.REGULAR
