"""How the invented boats go today, as GTFS-Realtime: one is late, one cancelled, one line rough.

Source: gtfs.org, "GTFS Realtime Reference", version 2.0; the names after the numbers are its
fields.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from maritime_app.clock import zone
from maritime_app.ferries.timetables.realtime.protobuf import integer, message, messages, text
from maritime_app.sandbox.gtfs import timetable
from maritime_app.sandbox.gtfs.model import Boat, Call

LATE_MINUTES: Final = 25
_VERSION: Final = "2.0"
_FULL_DATASET, _DIFFERENTIAL = 0, 1
_SCHEDULED, _CANCELED = 0, 3
_WEATHER, _SIGNIFICANT_DELAYS, _WARNING = 8, 3, 3
_HEADER: Final = {
    "en": "Swell at Brise: boats may be late (invented)",
    "el": "Φουσκοθαλασσιά στο Brise: πιθανές καθυστερήσεις (επινοημένο)",
}
_DESCRIPTION: Final = {
    "en": "Come to the pier at the time of the timetable. No boat of this line really sails.",
    "el": "Ελάτε στην αποβάθρα την ώρα του δρομολογίου. Κανένα πλοίο της γραμμής δεν υπάρχει.",
}


def today(now: datetime) -> date:
    """Return the day it is in the boats' time zone."""
    return now.astimezone(zone(timetable.ZONE)).date()


def feed(now: datetime, said_at: datetime, *, differential: bool = False) -> bytes:
    """Return an update for each boat of today and those of yesterday that are still at sea, and
    an alert for today, as the publisher `said_at`.
    """
    kind = _DIFFERENTIAL if differential else _FULL_DATASET
    header = (
        text(1, _VERSION)  # gtfs_realtime_version
        + integer(2, kind)  # incrementality
        + integer(3, _seconds(said_at))  # timestamp
    )
    return message(1, header) + messages(2, [*_updates(now), _alert(today(now))])


def _updates(now: datetime) -> Iterator[bytes]:
    this_day = today(now)
    for day in (this_day - timedelta(days=1), this_day):
        for boat in timetable.boats():
            if day < this_day and _at(day, boat.calls[-1].arrives + _late(boat)) < now:
                continue
            yield text(1, f"{day:%Y%m%d}:{boat.trip}") + message(3, _update(boat, day))


def _update(boat: Boat, day: date) -> bytes:
    is_cancelled = boat.trip == timetable.CANCELLED_TRIP
    trip = (
        text(1, boat.trip)  # trip_id
        + text(3, f"{day:%Y%m%d}")  # start_date
        + integer(4, _CANCELED if is_cancelled else _SCHEDULED)
        + text(5, boat.line.code)  # route_id
    )
    calls = () if is_cancelled else enumerate(boat.calls, 1)
    stops = [_stop(boat, day, number, call) for number, call in calls]
    return message(1, trip) + messages(2, stops)


def _stop(boat: Boat, day: date, number: int, call: Call) -> bytes:
    """Return a stop_time_update; nobody arrives at the first stop or leaves the last."""
    arrival = message(2, _event(boat, day, call.arrives)) if number > 1 else b""
    is_last = number == len(boat.calls)
    departure = b"" if is_last else message(3, _event(boat, day, call.departs))
    return integer(1, number) + arrival + departure + text(4, call.harbour)


def _event(boat: Boat, day: date, minutes: int) -> bytes:
    late = _late(boat)
    return integer(1, late * 60) + integer(2, _seconds(_at(day, minutes + late)))  # delay, time


def _alert(day: date) -> bytes:
    here = zone(timetable.ZONE)
    begins, ends = (datetime.combine(each, time(), here) for each in (day, day + timedelta(days=1)))
    alert = (
        message(1, integer(1, _seconds(begins)), integer(2, _seconds(ends)))  # active_period
        + message(5, text(2, timetable.ROUGH_LINE))  # informed_entity, its route_id
        + integer(6, _WEATHER)  # cause
        + integer(7, _SIGNIFICANT_DELAYS)  # effect
        + _translated(10, _HEADER)
        + _translated(11, _DESCRIPTION)
        + integer(14, _WARNING)  # severity_level
    )
    return text(1, f"{day:%Y%m%d}:swell") + message(5, alert)


def _translated(number: int, wordings: dict[str, str]) -> bytes:
    """Return a TranslatedString."""
    each = [text(1, words) + text(2, language) for language, words in wordings.items()]
    return message(number, messages(1, each))


def _late(boat: Boat) -> int:
    return LATE_MINUTES if boat.trip == timetable.LATE_TRIP else 0


def _at(day: date, minutes: int) -> datetime:
    """Return an instant of a service day, whose times are counted from noon minus 12 h."""
    noon = datetime.combine(day, time(12), zone(timetable.ZONE)).astimezone(UTC)
    return noon + timedelta(minutes=minutes - 12 * 60)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
