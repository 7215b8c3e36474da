"""The axes of a chart over time, in units of an SVG drawing. Pure.

Drawn on the server, so that a line is there without JavaScript; the page's script replaces it.
"""

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import ClassVar, Generic, TypeVar

from msgspec import Struct

_ROOM = 12.0  # half of a year's words, of which the margin has not quite as much
# Days for figures of days, instants for what is measured by the minute.
Moment = TypeVar("Moment", date, datetime)


class Tick(Struct, frozen=True):
    """A mark on an axis: its place in drawing units and its words."""

    at: float
    text: str


class Axes(Struct, Generic[Moment], frozen=True):
    """Time from left to right, values upwards from zero, and the times that are marked with words.

    `left`, `right`, `top` and `bottom` frame what is drawn; outside of it stand the words.
    """

    width: ClassVar[float] = 720.0
    height: ClassVar[float] = 280.0
    left: ClassVar[float] = 52.0
    right: ClassVar[float] = 708.0
    top: ClassVar[float] = 12.0
    bottom: ClassVar[float] = 250.0

    first: Moment
    last: Moment
    largest: float
    marks: tuple[tuple[Moment, str], ...]

    def x(self, moment: Moment) -> float:
        """Return where a day or an instant is."""
        share = (moment - self.first) / ((self.last - self.first) or timedelta(days=1))
        return round(self.left + share * (self.right - self.left), 1)

    def y(self, value: float) -> float:
        """Return where a value is."""
        share = value / (self._step * self._steps)
        return round(self.bottom - share * (self.bottom - self.top), 1)

    @property
    def x_ticks(self) -> tuple[Tick, ...]:
        """Return the marks of the time."""
        return tuple(Tick(self.x(moment), words) for moment, words in self.marks)

    @property
    def y_ticks(self) -> tuple[Tick, ...]:
        """Return the marks of the values: zero, and round ones up to the largest."""
        values = (self._step * number for number in range(self._steps + 1))
        return tuple(Tick(self.y(value), f"{value:g}") for value in values)

    def anchor(self, tick: Tick) -> str:
        """Return on which side of a mark of the time its words have room."""
        return "end" if tick.at > self.right - _ROOM else "middle"

    @property
    def _step(self) -> float:
        return round_step(self.largest)

    @property
    def _steps(self) -> int:
        return math.ceil(self.largest / self._step) or 1


def path(run: Sequence[tuple[float, float]]) -> str:
    """Return a line through these places as path data."""
    # A single figure between two gaps is a dot: a line of no length with round ends.
    ends = run if len(run) > 1 else [*run, *run]
    return "M" + " L".join(f"{x} {y}" for x, y in ends)


def round_step(largest: float) -> float:
    """Return a round distance (1, 2 or 5 times a power of ten) for three to six ticks."""
    rough = max(largest, 1e-9) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    return next(times * power for times in (1, 2, 5, 10) if times * power >= rough)


def year_marks(first: date, last: date) -> tuple[tuple[date, str], ...]:
    """Return first days of years in between, at most nine, each with its year."""
    step = max(1, math.ceil((last.year - first.year) / 8))
    days = [date(year, 1, 1) for year in range(first.year, last.year + 1, step)]
    return tuple((day, str(day.year)) for day in days if first <= day <= last)
