"""A line over time as an SVG drawing. Pure."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from maritime_app.web.axes import Axes, path, year_marks


class Chart(Struct, frozen=True):
    """Everything an SVG template needs; `line` and `area` are path data, open at gaps."""

    axes: Axes[date]
    line: str
    area: str
    last: tuple[float, float]


def line_chart(points: Sequence[tuple[date, float | None]]) -> Chart | None:
    """Return a chart of points in order of time, None where there is no figure; None for fewer
    than two figures.

    Nothing is drawn across a gap.
    """
    known = [(day, value) for day, value in points if value is not None]
    if len(known) < 2:
        return None
    first, last = known[0][0], known[-1][0]
    axes = Axes(first, last, max(value for _, value in known), year_marks(first, last))
    runs = [[(axes.x(day), axes.y(value)) for day, value in run] for run in _runs(points)]
    return Chart(
        axes=axes,
        line=" ".join(map(path, runs)),
        area=" ".join(_area(run) for run in runs if len(run) > 1),
        last=runs[-1][-1],
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


def _area(run: Sequence[tuple[float, float]]) -> str:
    return f"{path(run)} L{run[-1][0]} {Axes.bottom} L{run[0][0]} {Axes.bottom} Z"
