"""Several lines over time in one SVG drawing, over common axes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from maritime_app.axes import Axes, path, year_marks

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

    axes: Axes[date]
    lines: tuple[Line, ...]


def lines_chart(
    lines: Mapping[str, Sequence[tuple[date, float]]], *, months: int
) -> LinesChart | None:
    """Return a chart of lines by name, each in order of time; None without a figure.

    A figure is due every `months`: nothing is drawn across a gap.
    """
    every = [point for line in lines.values() for point in line]
    if not every:
        return None
    first, last = min(day for day, _ in every), max(day for day, _ in every)
    axes = Axes(first, last, max(value for _, value in every), year_marks(first, last))

    def place(day: date, value: float) -> tuple[float, float]:
        return axes.x(day), axes.y(value)

    drawn = []
    for name, line in lines.items():
        if line:
            runs = _runs(line, months * _DAYS_PER_MONTH)
            paths = [path([place(day, value) for day, value in run]) for run in runs]
            drawn.append(Line(name, " ".join(paths), place(*line[-1])))
    return LinesChart(axes, tuple(drawn))


def _runs(line: Sequence[tuple[date, float]], most_days: int) -> list[list[tuple[date, float]]]:
    """Return the stretches in which no figure is missing."""
    runs: list[list[tuple[date, float]]] = [[line[0]]]
    for day, value in line[1:]:
        if (day - runs[-1][-1][0]).days > most_days + 1:
            runs.append([])
        runs[-1].append((day, value))
    return runs
