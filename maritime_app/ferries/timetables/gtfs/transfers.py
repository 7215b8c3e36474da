"""Rules for changing from one boat to another (transfers.txt), read and written.

Source: gtfs.org/documentation/schedule/reference, "transfers.txt".
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from maritime_app.ferries.timetables.gtfs import fields
from maritime_app.ferries.timetables.gtfs.model import Stop, Transfer, TransferKind, Trip
from maritime_app.ferries.timetables.gtfs.tables import Row, Tables

TRANSFERS: Final = "transfers.txt"
COLUMNS: Final = (
    "from_stop_id",
    "to_stop_id",
    "from_route_id",
    "to_route_id",
    "from_trip_id",
    "to_trip_id",
    "transfer_type",
    "min_transfer_time",
)
_BETWEEN_TRIPS = (TransferKind.IN_SEAT, TransferKind.NOT_IN_SEAT)
_LONGEST_SECONDS = 86_400  # more than a day is no change of boats


def transfers(
    tables: Tables,
    known_stops: Mapping[str, Stop],
    used_stops: Collection[str],
    lines: Collection[str],
    trips: Sequence[Trip],
) -> tuple[Transfer, ...]:
    """Return the rules between boats that are shown; every row is one, or counted.

    `known_stops` are all of the feed, `used_stops` those at which its boats call.
    """
    codes = {trip.id for trip in trips}
    found: dict[tuple[str, ...], Transfer] = {}
    for row in tables.rows(TRANSFERS):
        key = tuple(row.get(column, "") for column in COLUMNS[:6])
        rule = _transfer(row)
        if isinstance(rule, tuple):
            tables.leave_out(TRANSFERS, *rule)
        elif any(stop and stop not in known_stops for stop in key[:2]):
            tables.leave_out(TRANSFERS, "unknown stop", "foreign_key_violation")
        elif (
            any(stop and stop not in used_stops for stop in key[:2])
            or any(line and line not in lines for line in key[2:4])
            or any(trip and trip not in codes for trip in key[4:])
        ):
            tables.leave_out(TRANSFERS, "not between boats that are used")
        elif key in found:
            tables.leave_out(TRANSFERS, "stands there twice", "duplicate_key")
        else:
            found[key] = rule
    return tuple(found.values())


def rows(rules: Iterable[Transfer]) -> list[tuple[object, ...]]:
    """Return the rules as rows of transfers.txt, in the order of COLUMNS."""
    return [
        (
            rule.from_stop,
            rule.to_stop,
            rule.from_line,
            rule.to_line,
            rule.from_trip,
            rule.to_trip,
            int(rule.kind),
            "" if rule.min_seconds is None else rule.min_seconds,
        )
        for rule in rules
    ]


def _transfer(row: Row) -> Transfer | tuple[str, str]:
    """Return the rule of a row; what is wrong with it, in words and as a rule, where it is none."""
    text = row.get("transfer_type") or "0"
    number = fields.integer(text)
    if number is None or number > max(TransferKind):
        return "unknown transfer_type", "unexpected_enum_value"
    kind = TransferKind(number)
    ends = ("from_trip_id", "to_trip_id") if kind in _BETWEEN_TRIPS else COLUMNS[:2]
    if not all(row.get(column) for column in ends):
        return f"no {' and '.join(ends)}", "missing_required_field"
    seconds = None
    if kind is TransferKind.MINIMUM:
        seconds = fields.integer(row.get("min_transfer_time", ""))
        if seconds is None:
            return "no readable min_transfer_time", "invalid_integer"
        if seconds > _LONGEST_SECONDS:
            return "more than a day to change", "number_out_of_range"
    return Transfer(
        kind,
        from_stop=row.get("from_stop_id", ""),
        to_stop=row.get("to_stop_id", ""),
        from_line=row.get("from_route_id", ""),
        to_line=row.get("to_route_id", ""),
        from_trip=row.get("from_trip_id", ""),
        to_trip=row.get("to_trip_id", ""),
        min_seconds=seconds,
    )
