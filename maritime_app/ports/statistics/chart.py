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
    """Everything an SVG template needs; `line` and `area` are path data."""

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


def line_chart(points: Sequence[tuple[date, float]]) -> Chart | None:
    """Return a chart of points in order of time; None for fewer than two.

    The value axis begins at zero.
    """
    if len(points) < 2:
        return None
    first, last = points[0][0].toordinal(), points[-1][0].toordinal()
    step = _step(max(value for _, value in points))
    top_value = step * math.ceil(max(value for _, value in points) / step) or step

    def x(day: date) -> float:
        return round(
            LEFT + (day.toordinal() - first) / max(1, last - first) * (WIDTH - LEFT - RIGHT), 1
        )

    def y(value: float) -> float:
        return round(HEIGHT - BOTTOM - value / top_value * (HEIGHT - TOP - BOTTOM), 1)

    line = "M" + " L".join(f"{x(day)} {y(value)}" for day, value in points)
    floor = HEIGHT - BOTTOM
    area = f"{line} L{x(points[-1][0])} {floor} L{x(points[0][0])} {floor} Z"
    years = _years(points[0][0], points[-1][0])
    return Chart(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH - RIGHT,
        top=TOP,
        bottom=floor,
        line=line,
        area=area,
        last=(x(points[-1][0]), y(points[-1][1])),
        x_ticks=tuple(Tick(x(day), str(day.year)) for day in years),
        y_ticks=tuple(
            Tick(y(step * n), f"{step * n:g}") for n in range(round(top_value / step) + 1)
        ),
    )


def _step(largest: float) -> float:
    """Return a round distance (1, 2 or 5 times a power of ten) for three to six ticks."""
    rough = max(largest, 1e-9) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    return next(times * power for times in (1, 2, 5, 10) if times * power >= rough)


def _years(first: date, last: date) -> list[date]:
    step = max(1, math.ceil((last.year - first.year) / 8))
    days = [date(year, 1, 1) for year in range(first.year, last.year + 1, step)]
    return [day for day in days if first <= day <= last]
