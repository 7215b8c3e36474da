"""A feed and days -> sailings with their instants. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from maritime_app.ferries.timetables.gtfs.calendar import runs_on
from maritime_app.ferries.timetables.gtfs.model import Feed, Run, Service, Trip

_NAMESPACE = UUID("0f0c0d39-7cc2-5a38-8a43-6b5cf2d2a111")
_DAY_SECONDS = 86_400


@dataclass(slots=True)
class Timetable:
    """The sailings of some days, of so many trips;

    `repeated` departures are those the next service day has too.
    """

    runs: list[Run]
    departures: int
    repeated: int
    trips: int


def timetable(
    feed: Feed, services: dict[str, Service], name: str, days: Iterable[date]
) -> Timetable:
    """Every sailing of the trips whose service runs on one of these service days."""
    found = Timetable([], 0, 0, 0)
    for trip in feed.trips:
        zone = feed.agencies[feed.lines[trip.line_id].agency_id].timezone
        starts = _starts(trip)
        running = [day for day in days if runs_on(services[trip.service_id], day)]
        found.trips += bool(running)
        for day in running:
            for start, headway in starts.items():
                found.departures += 1
                if start >= _DAY_SECONDS and _again_next_day(
                    services[trip.service_id], starts, start, day, zone
                ):
                    found.repeated += 1
                    continue
                found.runs += _runs(trip, name, zone, day, start, headway)
    return found


def instant(day: date, seconds: int, zone: str) -> datetime:
    """A GTFS time in UTC: counted from noon minus 12 h, which is midnight except when the clocks
    change.
    """
    return _noon(day, zone) + timedelta(seconds=seconds - _DAY_SECONDS // 2)


def _starts(trip: Trip) -> dict[int, int | None]:
    """Departure times from the first stop -> about every how many seconds (None: as scheduled)."""
    if not trip.frequencies:
        return {trip.calls[0].departs: None}
    found: dict[int, int | None] = {}
    for frequency in trip.frequencies:
        headway = None if frequency.exact else frequency.headway
        for start in range(frequency.start, frequency.end, frequency.headway):
            found.setdefault(start, headway)
    return found


def _again_next_day(
    service: Service, starts: dict[int, int | None], start: int, day: date, zone: str
) -> bool:
    """Whether 24:00 of this service day is 00:00 of the next: the same boat, once."""
    early, tomorrow = start - _DAY_SECONDS, day + timedelta(days=1)
    if early not in starts or not runs_on(service, tomorrow):
        return False
    return instant(day, start, zone) == instant(tomorrow, early, zone)


def _runs(
    trip: Trip,
    name: str,
    zone: str,
    day: date,
    start: int,
    headway: int | None,
) -> Iterator[Run]:
    moved = start - trip.calls[0].departs
    for a, b in trip.crossings:
        origin, destination = trip.calls[a], trip.calls[b]
        key = f"{day:%Y%m%d}|{trip.id}|{start}|{a}-{b}"
        yield Run(
            id=uuid5(_NAMESPACE, f"{name}|{key}"),
            key=key,
            line_id=trip.line_id,
            origin=origin.stop_id,
            destination=destination.stop_id,
            departs_at=instant(day, origin.departs + moved, zone),
            arrives_at=instant(day, destination.arrives + moved, zone),
            headway_seconds=headway,
            cars_allowed=trip.cars_allowed,
        )


@cache
def _noon(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(12), ZoneInfo(zone)).astimezone(UTC)
