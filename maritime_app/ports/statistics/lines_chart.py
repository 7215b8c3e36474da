"""Several lines over time in one SVG drawing, over common axes. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

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
    year_starts,
)

_DAYS_PER_MONTH = 31


@dataclass(frozen=True, slots=True)
class Line:
    """A line by its name: path data, open at gaps, and where its newest figure is."""

    name: str
    path: str
    last: tuple[float, float]


@dataclass(frozen=True, slots=True)
class LinesChart:
    """Everything an SVG template needs."""

    width: float
    height: float
    left: float
    right: float
    bottom: float
    lines: tuple[Line, ...]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


def lines_chart(
    lines: Mapping[str, Sequence[tuple[date, float]]], *, months: int
) -> LinesChart | None:
    """Return a chart of lines by name, each in order of time; None without a figure.

    A figure is due every `months`: nothing is drawn across a gap. The value axis begins at zero.
    """
    every = [point for line in lines.values() for point in line]
    if not every:
        return None
    first, last = min(day for day, _ in every), max(day for day, _ in every)
    step = round_step(max(value for _, value in every))
    top_value = step * math.ceil(max(value for _, value in every) / step) or step

    def place(day: date, value: float) -> tuple[float, float]:
        share = (day - first).days / max(1, (last - first).days)
        x = LEFT + share * (WIDTH - LEFT - RIGHT)
        y = HEIGHT - BOTTOM - value / top_value * (HEIGHT - TOP - BOTTOM)
        return round(x, 1), round(y, 1)

    drawn = []
    for name, line in lines.items():
        if line:
            runs = _runs(line, months * _DAYS_PER_MONTH)
            paths = [path([place(day, value) for day, value in run]) for run in runs]
            drawn.append(Line(name, " ".join(paths), place(*line[-1])))
    return LinesChart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        bottom=HEIGHT - BOTTOM,
        lines=tuple(drawn),
        x_ticks=tuple(Tick(place(day, 0)[0], str(day.year)) for day in year_starts(first, last)),
        y_ticks=tuple(
            Tick(place(first, step * n)[1], f"{step * n:g}")
            for n in range(round(top_value / step) + 1)
        ),
    )


def _runs(line: Sequence[tuple[date, float]], most_days: int) -> list[list[tuple[date, float]]]:
    """Return the stretches in which no figure is missing."""
    runs: list[list[tuple[date, float]]] = [[line[0]]]
    for day, value in line[1:]:
        if (day - runs[-1][-1][0]).days > most_days + 1:
            runs.append([])
        runs[-1].append((day, value))
    return runs
