"""The band of last year, this year's line and the disruptions as an SVG drawing. Pure."""

import math
from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from maritime_app.ports.daily_calls.band import BandPoint
from maritime_app.ports.daily_calls.model import Disruption
from maritime_app.web.axes import Axes, path

_MOST_TICKS = 7


class Span(Struct, frozen=True):
    """A disruption across the drawing: from where, how wide, its number in the list below."""

    x: float
    width: float
    number: int


class BandChart(Struct, frozen=True):
    """Everything an SVG template needs; `line` and `band` are path data, open at gaps."""

    axes: Axes[date]
    line: str
    band: str
    last: tuple[float, float] | None
    spans: tuple[Span, ...]


def band_chart(
    points: Sequence[BandPoint], disruptions: Sequence[Disruption] = ()
) -> BandChart | None:
    """Return the chart of these days, None without two means."""
    values = [value for each in points for value in (each.mean, each.high) if value is not None]
    if sum(each.mean is not None for each in points) < 2:
        return None
    first, last = points[0].day, points[-1].day
    axes = Axes(first, last, max(values), _months(first, last))
    lines = [[(axes.x(p.day), axes.y(p.mean or 0.0)) for p in run] for run in _runs(points, "mean")]
    return BandChart(
        axes=axes,
        line=" ".join(map(path, lines)),
        band=" ".join(_closed(run, axes) for run in _runs(points, "low") if len(run) > 1),
        last=lines[-1][-1],
        spans=tuple(_spans(disruptions, axes)),
    )


def _runs(points: Sequence[BandPoint], name: str) -> list[list[BandPoint]]:
    runs: list[list[BandPoint]] = [[]]
    for each in points:
        if getattr(each, name) is not None:
            runs[-1].append(each)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _closed(run: Sequence[BandPoint], axes: Axes[date]) -> str:
    upper = [(axes.x(each.day), axes.y(each.high or 0.0)) for each in run]
    lower = [(axes.x(each.day), axes.y(each.low or 0.0)) for each in reversed(run)]
    return f"{path([*upper, *lower])} Z"


def _spans(disruptions: Sequence[Disruption], axes: Axes[date]) -> Iterable[Span]:
    for number, each in enumerate(disruptions, 1):
        begin, end = max(each.since, axes.first), min(each.until or axes.last, axes.last)
        if begin <= end:
            width = max(2.0, round(axes.x(end) - axes.x(begin), 1))
            yield Span(axes.x(begin), width, number)


def _months(first: date, last: date) -> tuple[tuple[date, str], ...]:
    """Return firsts of months in between, at most seven, each with its words."""
    count = (last.year - first.year) * 12 + last.month - first.month
    step = max(1, math.ceil(count / _MOST_TICKS))
    numbers = range(first.year * 12 + first.month, last.year * 12 + last.month, step)
    days = (date(number // 12, number % 12 + 1, 1) for number in numbers)
    return tuple((day, f"{day.year}-{day.month:02}") for day in days)
