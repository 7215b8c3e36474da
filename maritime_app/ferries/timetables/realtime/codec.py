"""Sailings to the messages of a GTFS-Realtime feed. Pure.

Source: gtfs.org, "GTFS Realtime Reference", version 2.0; the names after the numbers are its
fields. Trips, routes and stops have the ids of our own GTFS feed (timetables/export).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from maritime_app.ferries.timetables.realtime.model import RunningSailing, ShipPosition
from maritime_app.ferries.timetables.realtime.protobuf import (
    integer,
    message,
    messages,
    single,
    text,
)

_VERSION: Final = "2.0"
_FULL_DATASET: Final = 0
_SCHEDULED, _CANCELED = 0, 3
_METRES_PER_SECOND: Final = 1852 / 3600
# Why, in the feed's words; none of them says whose fault it is.
_CAUSES: Final = {"weather": 8, "technical": 3, "operational": 2, "extraordinary": 2}
_UNKNOWN_CAUSE: Final = 1
_NO_SERVICE, _SIGNIFICANT_DELAYS = 1, 3
_IN_TRANSIT: Final = 2


def feed(
    sailings: Sequence[RunningSailing], ships: Mapping[int, ShipPosition], now: datetime
) -> bytes:
    """Return the whole feed: an update for each sailing, positions, and why where it is said."""
    header = (
        text(1, _VERSION)  # gtfs_realtime_version
        + integer(2, _FULL_DATASET)  # incrementality
        + integer(3, _seconds(now))  # timestamp
    )
    entities = [*_updates(sailings, now), *_positions(sailings, ships, now), *_alerts(sailings)]
    return message(1, header) + messages(2, entities)


def _updates(sailings: Iterable[RunningSailing], now: datetime) -> Iterable[bytes]:
    for each in sailings:
        times = b"" if each.is_cancelled else _times(each)
        update = message(1, _trip(each)) + times + integer(4, _seconds(now))
        yield text(1, f"update:{each.id}") + message(3, update)


def _times(sailing: RunningSailing) -> bytes:
    departure = _event(sailing.leaves_at, sailing.departs_at)
    # uncertainty: half of the interval that holds 80 % of arrivals.
    arrival = _event(sailing.comes_at, sailing.arrives_at) + integer(3, sailing.uncertainty_seconds)
    return message(
        2,  # stop_time_update
        integer(1, 1),  # stop_sequence
        message(3, departure),
        text(4, sailing.origin_code),
    ) + message(2, integer(1, 2), message(2, arrival), text(4, sailing.destination_code))


def _event(at: datetime, scheduled: datetime) -> bytes:
    return integer(1, round((at - scheduled).total_seconds())) + integer(2, _seconds(at))


def _positions(
    sailings: Iterable[RunningSailing], ships: Mapping[int, ShipPosition], now: datetime
) -> Iterable[bytes]:
    """A ship's position belongs to the voyage that it is on, not to those before and after."""
    for each in sailings:
        ship = ships.get(each.mmsi or 0)
        if ship is None or not _is_under_way(each, now):
            continue
        position = (
            single(1, ship.lat)
            + single(2, ship.lon)
            + single(3, ship.course_deg)
            + single(5, None if ship.speed_knots is None else ship.speed_knots * _METRES_PER_SECOND)
        )
        mark = " (invented)" if ship.invented else ""
        vehicle = (
            message(1, _trip(each))
            + message(2, position)
            + integer(4, _IN_TRANSIT)
            + integer(5, _seconds(ship.reported_at))
            + message(8, text(1, str(ship.mmsi)), text(2, f"{each.ferry or ship.mmsi}{mark}"))
        )
        yield text(1, f"ship:{each.id}") + message(4, vehicle)


def _is_under_way(sailing: RunningSailing, now: datetime) -> bool:
    is_over = sailing.arrived_at is not None or now >= sailing.comes_at
    return sailing.leaves_at <= now and not is_over and not sailing.is_cancelled


def _alerts(sailings: Iterable[RunningSailing]) -> Iterable[bytes]:
    """Return why boats do not sail or are late, where staff has said so."""
    for each in sailings:
        if not (each.is_cancelled or each.expected_departs_at) or not (each.reason or each.note):
            continue
        header = "Cancelled" if each.is_cancelled else "Delayed"
        alert = (
            message(1, integer(1, _seconds(each.departs_at)), integer(2, _seconds(each.arrives_at)))
            + message(5, message(4, _trip(each)))
            + integer(6, _CAUSES.get(each.reason or "", _UNKNOWN_CAUSE))
            + integer(7, _NO_SERVICE if each.is_cancelled else _SIGNIFICANT_DELAYS)
            + _translated(10, header, "en")
            + (_translated(11, each.note) if each.note else b"")
        )
        yield text(1, f"alert:{each.id}") + message(5, alert)


def _translated(number: int, words: str, language: str | None = None) -> bytes:
    """Return a TranslatedString; a note is in whatever language its writer chose."""
    return message(number, message(1, text(1, words), text(2, language)))


def _trip(sailing: RunningSailing) -> bytes:
    return (
        text(1, str(sailing.id))  # trip_id
        + text(3, f"{sailing.departs_at.astimezone(UTC):%Y%m%d}")  # start_date
        + integer(4, _CANCELED if sailing.is_cancelled else _SCHEDULED)
        + text(5, f"{sailing.operator_code}:{sailing.route_code}")  # route_id
    )


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
