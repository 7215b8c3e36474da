"""Which days a service runs, and moving calendars that have ended by whole weeks. Pure."""

from dataclasses import replace
from datetime import date, timedelta

from maritime_app.ferries.timetables.gtfs.model import Service


def runs_on(service: Service, day: date) -> bool:
    """Whether trips of the service leave on that service day."""
    if day in service.added:
        return True
    spanned = service.first <= day <= service.last
    return spanned and day.weekday() in service.weekdays and day not in service.removed


def shifted(service: Service, to: date) -> Service:
    """A service that ended before that day, moved by whole weeks so that it runs then; others as
    they are.

    Weekdays stay: what ran on Mondays runs on Mondays.
    """
    days = [*service.added, *([service.first, service.last] if service.weekdays else [])]
    if not days or max(days) >= to:
        return service
    weeks = (to - min(days)).days // 7
    if max(days) + timedelta(weeks=weeks) < to:
        weeks += 1
    by = timedelta(weeks=weeks)
    return replace(
        service,
        first=service.first + by if service.weekdays else service.first,
        last=service.last + by if service.weekdays else service.last,
        added=frozenset(day + by for day in service.added),
        removed=frozenset(day + by for day in service.removed),
    )
