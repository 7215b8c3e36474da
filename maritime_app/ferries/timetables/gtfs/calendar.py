"""Which days a service runs, and moving a whole feed by whole weeks. Pure but for the tables."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from maritime_app.ferries.timetables.gtfs import fields
from maritime_app.ferries.timetables.gtfs.model import Feed, Service
from maritime_app.ferries.timetables.gtfs.tables import Row, Tables

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MOST, _YEARS = timedelta(days=20 * 366), 10
_OLDEST, _NEWEST = date(1970, 1, 1), date(2100, 12, 31)
_CALENDAR, _DATES = "calendar.txt", "calendar_dates.txt"
_ADDED, _REMOVED = "1", "2"


def services(tables: Tables, today: date) -> dict[str, Service]:
    """Return every service that runs on a day at least, by id.

    One of more than twenty years, until further notice, is read for the ten on each side of this
    one.
    """
    running = _spans(tables, today)
    for code, exceptions in _exceptions(tables).items():
        days = running.setdefault(code, set())
        days |= {day for day, kind in exceptions.items() if kind == _ADDED}
        days -= {day for day, kind in exceptions.items() if kind == _REMOVED}
    found = {code: of_days(code, days) for code, days in running.items() if days}
    if len(running) > len(found):
        tables.notices.note(f"{len(running) - len(found)} services run on no day", "unused_trip")
    return found


def of_days(code: str, days: set[date]) -> Service:
    """Return a service that runs on these days, at least one."""
    first, last = min(days), max(days)
    span = range((last - first).days + 1)
    return Service(code, first, "".join("1" if first + timedelta(n) in days else "0" for n in span))


def weeks_to(feed: Feed, day: date, today: date) -> int:
    """Return by how many weeks a feed is moved so that it has begun by that day; 0 for one that
    is still current.

    Weekdays stay: what ran on Mondays runs on Mondays. A feed that would have ended by then is
    moved until its last week holds the day.
    """
    if feed.last_day >= today:
        return 0
    weeks = (day - feed.first_day).days // 7
    return max(weeks, -((feed.last_day - day).days // 7))


def moved(feed: Feed, weeks: int) -> Feed:
    """Return the feed with every service moved by the same number of weeks."""
    by = timedelta(weeks=weeks)
    services = {code: replace(each, first=each.first + by) for code, each in feed.services.items()}
    return replace(feed, services=services)


def _spans(tables: Tables, today: date) -> dict[str, set[date]]:
    found: dict[str, set[date]] = {}
    for row in tables.rows(_CALENDAR, "service_id"):
        first, last = (
            _day(tables, row.get(name, ""), fields.any_day) for name in ("start_date", "end_date")
        )
        if first is None or last is None:
            tables.leave_out(_CALENDAR, "unreadable dates", "invalid_date")
        elif last < first:
            words = "ends before it starts"
            tables.leave_out(_CALENDAR, words, "start_and_end_range_out_of_order")
        elif row["service_id"] in found:
            tables.leave_out(_CALENDAR, "id stands there twice", "duplicate_key")
        elif (span := _near(tables, first, last, today)) is None:
            tables.leave_out(_CALENDAR, "no year of ours", "invalid_date")
        else:
            found[row["service_id"]] = _days(tables, row, *span)
    return found


def _near(tables: Tables, first: date, last: date, today: date) -> tuple[date, date] | None:
    """Return the days of a span that are kept; None where there is none."""
    if last - first > _MOST:
        words = "services of more than twenty years are read for ten on each side of this one"
        tables.notices.note(words, "number_out_of_range")
        first = max(first, date(today.year - _YEARS, 1, 1))
        last = min(last, date(today.year + _YEARS, 12, 31))
    return (first, last) if _OLDEST <= first <= last <= _NEWEST else None


def _day(tables: Tables, text: str, read: Callable[[str], date | None]) -> date | None:
    if fields.has_hyphens(text):
        tables.notices.note("dates with hyphens are read", "invalid_date")
    return read(text)


def _days(tables: Tables, row: Row, first: date, last: date) -> set[date]:
    if any(row.get(name) not in ("0", "1") for name in _WEEKDAYS):
        words = "weekdays that are neither 0 nor 1 are taken for 0"
        tables.notices.note(words, "unexpected_enum_value")
    wanted = {number for number, name in enumerate(_WEEKDAYS) if row.get(name) == "1"}
    span = (first + timedelta(number) for number in range((last - first).days + 1))
    return {day for day in span if day.weekday() in wanted}


def _exceptions(tables: Tables) -> dict[str, dict[date, str]]:
    """Return the days that are added or removed; the first of two rows for one day holds."""
    found: dict[str, dict[date, str]] = defaultdict(dict)
    for row in tables.rows(_DATES, "service_id", "date"):
        day, kind = _day(tables, row["date"], fields.day), row.get("exception_type", "")
        if day is None or kind not in (_ADDED, _REMOVED):
            tables.leave_out(_DATES, "unreadable exception", "invalid_date")
        elif day in found[row["service_id"]]:
            tables.leave_out(_DATES, "day stands there twice", "duplicate_key")
        else:
            found[row["service_id"]][day] = kind
    return found
