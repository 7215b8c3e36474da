"""The newest week against the same ISO week of the year before. Pure.

Weeks are whole ones, Monday to Sunday: both have each day of the week once, and anybody can look
them up. A 53rd week has none of its number a year before, and is compared with the one 52 weeks
earlier: the first of its own year, one day off in the calendar.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

from maritime_app.ports.daily_calls.model import CallsAnomaly, Day, WeekOfCalls

_FEWEST: Final = 10  # calls of either week: below that one ship more is no anomaly
_DAYS: Final = 7
_WEEK: Final = dt.timedelta(days=_DAYS)
_YEAR_OF_WEEKS: Final = dt.timedelta(weeks=52)
_REACH: Final = 400  # days: both weeks, 53 weeks apart, and the days behind them


def anomaly(days: Sequence[Day]) -> CallsAnomaly | None:
    """Return the newest whole week of these days, in order, against a year before; None where they
    reach to the end of no week.
    """
    if not days:
        return None
    calls = {each.day: each.port_calls for each in days[-_REACH:]}
    monday = _newest_monday(days[-1].day)
    if monday + _WEEK <= days[0].day:
        return None
    newest, before = _week(calls, monday), _week(calls, a_year_before(monday))
    why = _why_missing(newest, before)
    percent = None if why else round((newest.calls / before.calls - 1) * 100, 1)
    return CallsAnomaly(newest, before, percent, why)


def a_year_before(monday: dt.date) -> dt.date:
    """Return the Monday of the same ISO week a year before, of a 53rd week that of 52 weeks ago."""
    year, week, _day = monday.isocalendar()
    try:
        return dt.date.fromisocalendar(year - 1, week, 1)
    except ValueError:
        return monday - _YEAR_OF_WEEKS


def _newest_monday(last: dt.date) -> dt.date:
    """Return the Monday of the newest week that has ended on that day."""
    return last - dt.timedelta(days=last.isoweekday() % _DAYS) - _WEEK + dt.timedelta(days=1)


def _week(calls: Mapping[dt.date, int | None], monday: dt.date) -> WeekOfCalls:
    year, week, _day = monday.isocalendar()
    seven = (monday + dt.timedelta(days=number) for number in range(_DAYS))
    known = [count for day in seven if (count := calls.get(day)) is not None]
    return WeekOfCalls(
        week=f"{year}-W{week:02}",
        first_day=monday,
        last_day=monday + _WEEK - dt.timedelta(days=1),
        days=len(known),
        calls=sum(known),
        per_day=round(sum(known) / _DAYS, 2) if len(known) == _DAYS else None,
    )


def _why_missing(newest: WeekOfCalls, before: WeekOfCalls) -> str | None:
    if newest.per_day is None or before.per_day is None:
        return "days_missing"
    return "too_few_calls" if min(newest.calls, before.calls) < _FEWEST else None
