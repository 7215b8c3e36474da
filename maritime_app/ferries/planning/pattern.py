"""Pure: from a pattern to departures, whatever the clocks do meanwhile."""

import datetime as dt
from collections.abc import Iterator, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.ferries.planning.model import (
    ClockChange,
    Departure,
    PatternRequest,
    Standing,
    Voyage,
)
from maritime_app.i18n import translate as _

_MOST_DAYS = 400
_MOST_DEPARTURES = 2_000


def departures(pattern: PatternRequest, timezone: str) -> list[Departure]:
    """Return the departures in order; raise Invalid for a pattern that has none, or too many."""
    days = (pattern.last - pattern.first).days + 1
    if days < 1:
        words = _("The last day is before the first.")
        raise Invalid(words, {"last": words}, code="pattern")
    if days > _MOST_DAYS:
        words = _("Please plan at most %(days)s days at once.") % {"days": _MOST_DAYS}
        raise Invalid(words, {"last": words}, code="pattern")
    zone = clock.zone(timezone)
    found = sorted(_all(pattern, zone), key=lambda departure: departure.departs_at)
    if not found:
        words = _("No such weekday lies between these days.")
        raise Invalid(words, {"weekdays": words}, code="pattern")
    if len(found) > _MOST_DEPARTURES:
        words = _("That is more than %(most)s sailings at once.") % {"most": _MOST_DEPARTURES}
        raise Invalid(words, {"last": words}, code="pattern")
    return found


def judged(
    planned: Sequence[Departure],
    route_id: UUID,
    voyages: Sequence[Voyage],
    route_times: Sequence[dt.datetime],
    sellable_from: dt.datetime,
) -> list[Departure]:
    """Return the departures with what becomes of each.

    `voyages` are those of the ship, `route_times` the departures that the route has already. A
    ship that arrives at an instant may leave at the same one.
    """
    taken = set(route_times)
    away = [(voyage.departs_at, voyage.arrives_at) for voyage in voyages]
    own = {voyage.departs_at for voyage in voyages if voyage.route_id == route_id}
    found = []
    for departure in planned:
        standing = Standing.NEW
        if departure.departs_at in taken or departure.departs_at in own:
            standing = Standing.PLANNED
        elif departure.departs_at <= sellable_from:
            standing = Standing.PAST
        elif any(s < departure.arrives_at and departure.departs_at < e for s, e in away):
            standing = Standing.SHIP_AWAY
        else:
            away.append((departure.departs_at, departure.arrives_at))
        taken.add(departure.departs_at)
        found.append(msgspec.structs.replace(departure, standing=standing))
    return found


def _all(pattern: PatternRequest, zone: ZoneInfo) -> Iterator[Departure]:
    day, weekdays = pattern.first, set(pattern.weekdays)
    while day <= pattern.last:
        if day.isoweekday() in weekdays:
            for time in sorted(set(pattern.times)):
                yield _departure(day, time, pattern.minutes, zone)
        day += dt.timedelta(days=1)


def _departure(day: dt.date, time: str, minutes: int, zone: ZoneInfo) -> Departure:
    """Return one departure.

    A time that the clocks skip is taken as if they had not been put forward yet, so the ship
    leaves as long after midnight as always; of a time that comes twice it is the first (PEP 495).
    """
    local = dt.datetime.combine(day, dt.time.fromisoformat(time), zone)
    departs_at = local.astimezone(dt.UTC)
    clock = None
    if departs_at.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        clock = ClockChange.SKIPPED
    elif local.utcoffset() != local.replace(fold=1).utcoffset():
        clock = ClockChange.REPEATED
    return Departure(day, time, departs_at, departs_at + dt.timedelta(minutes=minutes), clock)
