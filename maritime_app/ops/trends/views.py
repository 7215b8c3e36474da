"""Pure: figures to bars, each a part of the highest in percent."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import groupby

import msgspec

from maritime_app import formatting
from maritime_app.ops.trends.model import BookedDay, SoldDay, Trends, Wait
from maritime_app.ops.trends.service import DAYS, WAIT_HOURS

_STEP = timedelta(minutes=5)


class Bar(msgspec.Struct, frozen=True):
    """One bar: when, the figure in words, its height from 0 to 100."""

    at: date | datetime
    words: str
    height: float


class Chart(msgspec.Struct, frozen=True):
    """One chart: its name, its highest figure in words, its bars from left to right."""

    name: str
    highest: str
    bars: list[Bar]


class RouteLine(msgspec.Struct, frozen=True):
    """A route over all the days: `percent` of its places are sold or held."""

    operator: str
    route: str
    sailings: int
    taken: int
    total: int
    percent: float


class TrendsView(msgspec.Struct, frozen=True):
    """What the dashboard shows of the figures over time."""

    read_at: datetime
    waits: list[Chart]
    booked: list[BookedDay]
    bookings: Chart
    occupancy: list[Chart]
    routes: list[RouteLine]


def trends(found: Trends) -> TrendsView:
    """Return the charts and the tables behind them."""
    by_queue = groupby(found.waits, key=lambda wait: wait.queue)
    by_operator = groupby(found.sold, key=lambda day: day.operator)
    days = [found.read_at.date() - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    return TrendsView(
        read_at=found.read_at,
        waits=[_waits(queue, list(waits), found.read_at) for queue, waits in by_queue],
        booked=list(reversed(found.booked)),
        bookings=_bookings({one.day: one.made for one in found.booked}, days),
        occupancy=[_occupancy(operator, list(sold)) for operator, sold in by_operator],
        routes=_routes(found.sold),
    )


def _waits(queue: str, waits: list[Wait], now: datetime) -> Chart:
    longest = max(wait.longest_seconds for wait in waits)
    by_step = {wait.at: wait for wait in waits}
    last = now - (now - datetime.min.replace(tzinfo=now.tzinfo)) % _STEP
    steps = range(WAIT_HOURS * 12 - 1, -1, -1)
    bars = []
    for at in (last - step * _STEP for step in steps):
        wait = by_step.get(at)
        words = f"{formatting.number(wait.longest_seconds, 1)} s" if wait else "–"
        bars.append(Bar(at, words, _part(wait.longest_seconds, longest) if wait else 0.0))
    return Chart(queue, f"{formatting.number(longest, 1)} s", bars)


def _bookings(made: dict[date, int], days: list[date]) -> Chart:
    most = max(made.values(), default=0)
    bars = [
        Bar(day, formatting.number(made.get(day, 0)), _part(made.get(day, 0), most)) for day in days
    ]
    return Chart("", formatting.number(most), bars)


def _occupancy(operator: str, sold: list[SoldDay]) -> Chart:
    """Return one operator's days: of all its places how many are sold; full is the full height."""
    bars = []
    for day, routes in groupby(sorted(sold, key=lambda one: one.day), key=lambda one: one.day):
        percent = _percent(list(routes))
        bars.append(Bar(day, f"{formatting.number(percent, 1)} %", percent))
    highest = max(bar.height for bar in bars)
    return Chart(operator, f"{formatting.number(highest, 1)} %", bars)


def _routes(sold: Iterable[SoldDay]) -> list[RouteLine]:
    lines = []
    for (operator, route), days in groupby(sold, key=lambda one: (one.operator, one.route)):
        kept = list(days)
        lines.append(
            RouteLine(
                operator,
                route,
                sum(one.sailings for one in kept),
                sum(one.taken for one in kept),
                sum(one.total for one in kept),
                _percent(kept),
            )
        )
    return sorted(lines, key=lambda line: (-line.percent, line.operator, line.route))


def _percent(days: list[SoldDay]) -> float:
    return _part(sum(one.taken for one in days), sum(one.total for one in days))


def _part(value: float, whole: float) -> float:
    return 100 * value / whole if whole else 0.0
