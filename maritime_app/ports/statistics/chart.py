"""A line over time as the points, ticks and labels of an SVG drawing. Pure.

Drawn on the server, so that the line is there without JavaScript; the page's script replaces it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 720.0, 280.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 12.0, 12.0, 30.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: its place in drawing units and its words."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything an SVG template needs; `line` and `area` are path data, open at gaps."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    line: str
    area: str
    last: tuple[float, float]
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


def line_chart(points: Sequence[tuple[date, float | None]]) -> Chart | None:
    """Return a chart of points in order of time, None where there is no figure; None for fewer
    than two figures.

    The value axis begins at zero. Nothing is drawn across a gap.
    """
    known = [(day, value) for day, value in points if value is not None]
    if len(known) < 2:
        return None
    first, last = known[0][0].toordinal(), known[-1][0].toordinal()
    step = round_step(max(value for _, value in known))
    top_value = step * math.ceil(max(value for _, value in known) / step) or step

    def x(day: date) -> float:
        share = (day.toordinal() - first) / max(1, last - first)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - value / top_value * (HEIGHT - TOP - BOTTOM), 1)

    runs = [[(x(day), y(value)) for day, value in run] for run in _runs(points)]
    years = year_starts(known[0][0], known[-1][0])
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        top=TOP,
        bottom=HEIGHT - BOTTOM,
        line=" ".join(map(path, runs)),
        area=" ".join(_area(run) for run in runs if len(run) > 1),
        last=(x(known[-1][0]), y(known[-1][1])),
        x_ticks=tuple(Tick(x(day), str(day.year)) for day in years),
        y_ticks=tuple(
            Tick(y(step * n), f"{step * n:g}") for n in range(round(top_value / step) + 1)
        ),
    )


def _runs(points: Sequence[tuple[date, float | None]]) -> list[list[tuple[date, float]]]:
    """The stretches without a gap."""
    runs: list[list[tuple[date, float]]] = [[]]
    for day, value in points:
        if value is not None:
            runs[-1].append((day, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def path(run: Sequence[tuple[float, float]]) -> str:
    """Return a line through these places as path data."""
    # A single figure between two gaps is a dot: a line of no length with round ends.
    ends = run if len(run) > 1 else [*run, *run]
    return "M" + " L".join(f"{x} {y}" for x, y in ends)


def _area(run: Sequence[tuple[float, float]]) -> str:
    floor = HEIGHT - BOTTOM
    return f"{path(run)} L{run[-1][0]} {floor} L{run[0][0]} {floor} Z"


def round_step(largest: float) -> float:
    """Return a round distance (1, 2 or 5 times a power of ten) for three to six ticks."""
    rough = max(largest, 1e-9) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    return next(times * power for times in (1, 2, 5, 10) if times * power >= rough)


def year_starts(first: date, last: date) -> list[date]:
    """Return first days of years in between, at most nine."""
    step = max(1, math.ceil((last.year - first.year) / 8))
    days = [date(year, 1, 1) for year in range(first.year, last.year + 1, step)]
    return [day for day in days if first <= day <= last]
