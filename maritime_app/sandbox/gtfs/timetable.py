"""The invented lines, and their timetable as GTFS: the same week gives the same file."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from maritime_app.ferries.timetables.gtfs.packing import Row, packed
from maritime_app.sandbox.gtfs.model import Boat, Call, Harbour, Line

ZONE: Final = "Europe/Athens"
LATE_TRIP: Final = "islands-out-10"
CANCELLED_TRIP: Final = "fast-out-16"
ROUGH_LINE: Final = "ISL"
_WEEKS: Final = 10
_FERRY: Final = 4  # route_type
_STAYS_MINUTES: Final = 10
_AGENCY: Final = "SBX"
_URL: Final = "https://example.com/sandbox-boats"
_SERVICE: Final = "DAILY"
_DAYS: Final = "monday,tuesday,wednesday,thursday,friday,saturday,sunday"
_COLUMNS: Final = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone,agency_lang",
    "stops.txt": "stop_id,stop_name,stop_lat,stop_lon",
    "routes.txt": "route_id,agency_id,route_long_name,route_type",
    "trips.txt": "route_id,service_id,trip_id,trip_headsign,direction_id,bikes_allowed,"
    "cars_allowed",
    "stop_times.txt": "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type,"
    "drop_off_type,timepoint",
    "calendar.txt": f"service_id,{_DAYS},start_date,end_date",
    "feed_info.txt": "feed_publisher_name,feed_publisher_url,feed_lang,feed_start_date,"
    "feed_end_date,feed_version,feed_contact_url",
}
_HARBOURS: Final = {
    harbour.code: harbour
    for harbour in (
        Harbour("ASTER", "Aster (invented)", 37.80, 23.52),
        Harbour("BRISE", "Brise (invented)", 37.55, 23.75),
        Harbour("CALA", "Cala (invented)", 37.25, 24.05),
        Harbour("DORIA", "Doria (invented)", 36.50, 24.80),
    )
}
_LINES: Final = (
    Line(
        "ISL",
        "Aster - Brise - Cala (invented)",
        ("ASTER", "BRISE", "CALA"),
        (75, 90),
        {"07:00": "islands-out-07", "10:00": LATE_TRIP, "15:00": "islands-out-15"},
        {"08:30": "islands-back-08", "13:30": "islands-back-13", "18:30": "islands-back-18"},
    ),
    Line(
        "FAST",
        "Aster - Doria by fast boat (invented)",
        ("ASTER", "DORIA"),
        (210,),
        {"08:00": "fast-out-08", "16:00": CANCELLED_TRIP},
        {"12:00": "fast-back-12", "20:00": "fast-back-20"},
        cars=False,
    ),
    Line(
        "NIGHT",
        "Aster - Doria by night (invented)",
        ("ASTER", "DORIA"),
        (420,),
        {"22:30": "night-out-22"},
        {"23:15": "night-back-23"},
    ),
)


@lru_cache(1)
def boats() -> tuple[Boat, ...]:
    """Return every boat of a day."""
    return tuple(boat for line in _LINES for boat in _boats(line))


def first_day(today: date) -> date:
    """Return the first day of the file that is published today: a Monday, of the week before, so
    that the boats of last night are in it.
    """
    return today - timedelta(days=today.weekday() + 7)


@lru_cache(4)
def feed(first: date) -> bytes:
    """Return the file of the ten weeks from that day on."""
    last = first + timedelta(weeks=_WEEKS, days=-1)
    span = (f"{first:%Y%m%d}", f"{last:%Y%m%d}")
    files: dict[str, list[Row]] = {
        "agency.txt": [(_AGENCY, "Sandbox Boats (invented)", _URL, ZONE, "en")],
        "stops.txt": [(each.code, each.name, each.lat, each.lon) for each in _HARBOURS.values()],
        "routes.txt": [(line.code, _AGENCY, line.name, _FERRY) for line in _LINES],
        "trips.txt": [_trip(boat) for boat in boats()],
        "stop_times.txt": [row for boat in boats() for row in _calls(boat)],
        "calendar.txt": [(_SERVICE, *(1 for _day in range(7)), *span)],
        "feed_info.txt": [("Sandbox Boats (invented)", _URL, "en", *span, span[0], _URL)],
    }
    return packed({name: (_COLUMNS[name].split(","), rows) for name, rows in files.items()})


def _boats(line: Line) -> Iterator[Boat]:
    for at, trip in line.out.items():
        yield Boat(trip, line, 0, _sailed(at, line.harbours, line.minutes))
    for at, trip in line.back.items():
        yield Boat(trip, line, 1, _sailed(at, line.harbours[::-1], line.minutes[::-1]))


def _sailed(at: str, harbours: tuple[str, ...], minutes: tuple[int, ...]) -> tuple[Call, ...]:
    hour, minute = at.split(":")
    calls = [Call(harbours[0], now := int(hour) * 60 + int(minute), now)]
    for harbour, way in zip(harbours[1:], minutes, strict=True):
        arrives = calls[-1].departs + way
        stays = 0 if harbour == harbours[-1] else _STAYS_MINUTES
        calls.append(Call(harbour, arrives, arrives + stays))
    return tuple(calls)


def _trip(boat: Boat) -> Row:
    heads_for = _HARBOURS[boat.calls[-1].harbour].name
    cars = 1 if boat.line.cars else 2
    return (boat.line.code, _SERVICE, boat.trip, heads_for, boat.direction, 1, cars)


def _calls(boat: Boat) -> Iterator[Row]:
    for number, call in enumerate(boat.calls, 1):
        times = (_time(call.arrives), _time(call.departs))
        last = number == len(boat.calls)
        yield (boat.trip, *times, call.harbour, number, int(last), int(number == 1), 1)


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}:00"
