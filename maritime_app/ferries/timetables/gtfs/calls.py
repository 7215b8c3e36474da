"""The calls of trips: read, in order, with blank times filled in (stop_times.txt)."""

from collections import defaultdict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from maritime_app.ferries.timetables.gtfs import fields
from maritime_app.ferries.timetables.gtfs.model import Access, BookingRule, Call, Stop
from maritime_app.ferries.timetables.gtfs.tables import STOP_TIMES, Row, Tables

# How long ahead, of booking_rules.txt: kept as it is.
NOTICE: Final = (
    "booking_type",
    "prior_notice_duration_min",
    "prior_notice_duration_max",
    "prior_notice_last_day",
    "prior_notice_last_time",
    "prior_notice_start_day",
    "prior_notice_start_time",
)
_BOOKING_RULES: Final = "booking_rules.txt"
_LAST_SEQUENCE: Final = 2**31 - 1
_ACCESS = {str(each.value) for each in Access}


@dataclass(frozen=True, slots=True)
class RawCall:
    """A call as it was read; times may be missing, `travelled` is shape_dist_traveled."""

    call: Call
    arrives: int | None
    departs: int | None
    line: int


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


def read_calls(
    tables: Tables, trips: Container[str], stops: dict[str, Stop]
) -> dict[str, dict[int, RawCall]]:
    """Return the calls of these trips by their order; every row is one, or counted."""
    found: dict[str, dict[int, RawCall]] = defaultdict(dict)
    rules = _booking_rules(tables)
    for row in tables.rows(STOP_TIMES, "trip_id", "stop_sequence", only=trips):
        calls = found[row["trip_id"]]
        order = fields.order(row["stop_sequence"])
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
            if bool(arrives) is not bool(departs):
                words = "a call with one of its times stops for no time"
                rule = "stop_time_with_only_arrival_or_departure_time"
                tables.notices.note(words, rule)
            calls[order] = _raw_call(tables, row, rules, order)
    return found


def _raw_call(tables: Tables, row: Row, rules: dict[str, BookingRule], order: int) -> RawCall:
    arrives = fields.seconds(row.get("arrival_time", ""))
    departs = fields.seconds(row.get("departure_time", ""))
    booking = row.get("pickup_booking_rule_id") or row.get("drop_off_booking_rule_id") or ""
    if booking and booking not in rules:
        words = f"calls name rules that are not in {_BOOKING_RULES}"
        tables.notices.note(words, "foreign_key_violation")
    call = Call(
        stop_id=row["stop_id"],
        arrives=0,
        departs=0,
        boarding=_access(tables, row.get("pickup_type", "")),
        alighting=_access(tables, row.get("drop_off_type", "")),
        approximate=row.get("timepoint") == "0",
        headsign=row.get("stop_headsign", "")[: fields.MAX_NAME],
        booking=rules.get(booking),
        sequence=order if order <= _LAST_SEQUENCE else None,
    )
    return RawCall(
        call,
        departs if arrives is None else arrives,
        arrives if departs is None else departs,
        tables.line,
    )


def timed(tables: Tables, calls: dict[int, RawCall]) -> Iterator[Call]:
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


def _between(ordered: Sequence[RawCall], given: Sequence[int], number: int) -> int | None:
    before = max((other for other in given if other < number), default=None)
    after = min((other for other in given if other > number), default=None)
    if before is None or after is None:
        return None
    start, end = ordered[before].departs, ordered[after].arrives
    if start is None or end is None or end < start:
        return None
    return start + (end - start) * (number - before) // (after - before)


def _booking_rules(tables: Tables) -> dict[str, BookingRule]:
    found: dict[str, BookingRule] = {}
    for row in tables.rows(_BOOKING_RULES, "booking_rule_id"):
        if row["booking_rule_id"] in found:
            tables.leave_out(_BOOKING_RULES, "id stands there twice", "duplicate_key")
            continue
        found[row["booking_rule_id"]] = BookingRule(
            (row.get("message") or row.get("pickup_message", ""))[:500],
            row.get("phone_number", "")[:60],
            (row.get("booking_url") or row.get("info_url", ""))[: fields.MAX_NAME],
            tuple((column, row[column][:60]) for column in NOTICE if row.get(column)),
        )
    return found


def _access(tables: Tables, text: str) -> Access:
    if text in _ACCESS:
        return Access(int(text))
    if text:
        words = "unknown pickup and drop-off types are taken for regular ones"
        tables.notices.note(words, "unexpected_enum_value")
    return Access.REGULAR
