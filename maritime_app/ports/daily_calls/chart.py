"""The band of last year, this year's line and the disruptions as an SVG drawing. Pure."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from maritime_app.ports.daily_calls.band import BandPoint
from maritime_app.ports.daily_calls.model import Disruption
from maritime_app.ports.statistics.chart import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Tick,
    path,
    round_step,
)

_MOST_TICKS = 7


@dataclass(frozen=True, slots=True)
class Span:
    """A disruption across the drawing: from where, how wide, its number in the list below."""

    x: float
    width: float
    number: int


@dataclass(frozen=True, slots=True)
class BandChart:
    """Everything an SVG template needs; `line` and `band` are path data, open at gaps."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    line: str
    band: str
    last: tuple[float, float] | None
    spans: tuple[Span, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


def band_chart(
    points: Sequence[BandPoint], disruptions: Sequence[Disruption] = ()
) -> BandChart | None:
    """Return the chart of these days, None without two means. The value axis begins at zero."""
    values = [value for each in points for value in (each.mean, each.high) if value is not None]
    if sum(each.mean is not None for each in points) < 2:
        return None
    first, last = points[0].day, points[-1].day
    step = round_step(max(values))
    top_value = step * math.ceil(max(values) / step) or step

    def x(day: date) -> float:
        share = (day - first).days / max(1, (last - first).days)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - value / top_value * (HEIGHT - TOP - BOTTOM), 1)

    lines = [[(x(p.day), y(p.mean or 0.0)) for p in run] for run in _runs(points, "mean")]
    return BandChart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        top=TOP,
        bottom=HEIGHT - BOTTOM,
        line=" ".join(map(path, lines)),
        band=" ".join(_closed(run, x, y) for run in _runs(points, "low") if len(run) > 1),
        last=lines[-1][-1],
        spans=tuple(_spans(disruptions, first, last, x)),
        x_ticks=tuple(Tick(x(day), f"{day.year}-{day.month:02}") for day in _months(first, last)),
        y_ticks=tuple(
            Tick(y(step * n), f"{step * n:g}") for n in range(round(top_value / step) + 1)
        ),
    )


def _runs(points: Sequence[BandPoint], name: str) -> list[list[BandPoint]]:
    runs: list[list[BandPoint]] = [[]]
    for each in points:
        if getattr(each, name) is not None:
            runs[-1].append(each)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _closed(
    run: Sequence[BandPoint], x: Callable[[date], float], y: Callable[[float], float]
) -> str:
    upper = [(x(each.day), y(each.high or 0.0)) for each in run]
    lower = [(x(each.day), y(each.low or 0.0)) for each in reversed(run)]
    return f"{path([*upper, *lower])} Z"


def _spans(
    disruptions: Sequence[Disruption], first: date, last: date, x: Callable[[date], float]
) -> Iterable[Span]:
    for number, each in enumerate(disruptions, 1):
        begin, end = max(each.since, first), min(each.until or last, last)
        if begin <= end:
            yield Span(x(begin), max(2.0, round(x(end) - x(begin), 1)), number)


def _months(first: date, last: date) -> list[date]:
    """Return firsts of months in between, at most seven."""
    count = (last.year - first.year) * 12 + last.month - first.month
    step = max(1, math.ceil(count / _MOST_TICKS))
    numbers = range(first.year * 12 + first.month, last.year * 12 + last.month, step)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]
