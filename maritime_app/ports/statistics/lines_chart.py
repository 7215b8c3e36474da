"""Several lines over time in one SVG drawing, over common axes. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from msgspec import Struct

from maritime_app.web.axes import Axes, path, year_marks

_DAYS_PER_MONTH = 31
_ABOVE, _WORDS = 8.0, 14.0  # a name above its line; the height of a line of words


class Line(Struct, frozen=True):
    """A line by its name: path data, open at gaps, where its newest figure is, and the height at
    which its name has room among the others'.
    """

    name: str
    path: str
    last: tuple[float, float]
    name_at: float


class LinesChart(Struct, frozen=True):
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

    known = {name: line for name, line in lines.items() if line}
    ends = {name: place(*line[-1]) for name, line in known.items()}
    heights = _apart({name: y - _ABOVE for name, (_x, y) in ends.items()}, axes.bottom - 4)
    drawn = []
    for name, line in known.items():
        runs = _runs(line, months * _DAYS_PER_MONTH)
        paths = [path([place(day, value) for day, value in run]) for run in runs]
        drawn.append(Line(name, " ".join(paths), ends[name], heights[name]))
    return LinesChart(axes, tuple(drawn))


def _apart(heights: Mapping[str, float], lowest: float) -> dict[str, float]:
    """Return heights that are a line of words apart at least, in the same order; all of them stand
    above `lowest`.
    """
    found: dict[str, float] = {}
    below = lowest + _WORDS
    for name in sorted(heights, key=lambda name: -heights[name]):
        below = found[name] = round(min(heights[name], below - _WORDS), 1)
    return found


def _runs(line: Sequence[tuple[date, float]], most_days: int) -> list[list[tuple[date, float]]]:
    """Return the stretches in which no figure is missing."""
    runs: list[list[tuple[date, float]]] = [[line[0]]]
    for day, value in line[1:]:
        if (day - runs[-1][-1][0]).days > most_days + 1:
            runs.append([])
        runs[-1].append((day, value))
    return runs
