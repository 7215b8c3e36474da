"""The mean of a week beside last year's range, and four weeks against those a year before. Pure.

A year is 364 days here: the same days of the week stand beside one another.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from maritime_app.ports.daily_calls.model import Day

WEEK: Final = 7
MONTH: Final = 28
YEAR: Final = timedelta(days=364)
AROUND: Final = 14  # the band spans two weeks before to two weeks after
_FEWEST_AROUND: Final = 15
_FEWEST_OF_MONTH: Final = 21
COLUMNS: Final = (
    "port_calls", "container", "dry_bulk", "general_cargo", "roro", "tanker", "import_tons",
    "export_tons",
)  # fmt: skip


class BandPoint(msgspec.Struct, frozen=True):
    """A day: the mean of the seven days that end with it; the lowest and the highest such mean of
    the four weeks around the same day a year before. Null where days are missing.
    """

    day: date
    mean: float | None
    low: float | None
    high: float | None


class Change(msgspec.Struct, frozen=True):
    """The mean of a day over the newest 28 days, and over the same days a year before.

    Null where fewer than 21 of them are known; `change_percent` null without both.
    """

    column: str
    per_day: float | None
    year_before: float | None
    change_percent: float | None


def band(days: Sequence[Day], most: int) -> list[BandPoint]:
    """Return a point for each of the newest `most` days, without a gap in the calendar."""
    if not days:
        return []
    means = _week_means({each.day: each.port_calls for each in days})
    last = days[-1].day
    first = max(days[0].day, last - timedelta(days=most - 1))
    found = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        around = [
            mean
            for offset in range(-AROUND, AROUND + 1)
            if (mean := means.get(day - YEAR + timedelta(days=offset))) is not None
        ]
        enough = len(around) >= _FEWEST_AROUND
        low, high = (min(around), max(around)) if enough else (None, None)
        found.append(BandPoint(day, means.get(day), low, high))
    return found


def changes(days: Sequence[Day]) -> list[Change]:
    """Return the newest four weeks against a year before, column by column."""
    if not days:
        return []
    last = days[-1].day
    by_day = {each.day: each for each in days}
    now = [by_day.get(last - timedelta(days=number)) for number in range(MONTH)]
    before = [by_day.get(last - YEAR - timedelta(days=number)) for number in range(MONTH)]
    return [_change(column, _mean(now, column), _mean(before, column)) for column in COLUMNS]


def _change(column: str, per_day: float | None, before: float | None) -> Change:
    percent = None
    if per_day is not None and before:
        percent = round((per_day / before - 1) * 100, 1)
    return Change(column, per_day, before, percent)


def _mean(days: Iterable[Day | None], column: str) -> float | None:
    values = [
        float(value)
        for each in days
        if each is not None and (value := getattr(each, column)) is not None
    ]
    return round(sum(values) / len(values), 2) if len(values) >= _FEWEST_OF_MONTH else None


def _week_means(calls: Mapping[date, int | None]) -> dict[date, float]:
    found = {}
    for day in calls:
        week = [calls.get(day - timedelta(days=number)) for number in range(WEEK)]
        known = [value for value in week if value is not None]
        if len(known) == WEEK:
            found[day] = round(sum(known) / WEEK, 2)
    return found
