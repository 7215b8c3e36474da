"""The grid on which ships are counted: cells of seven sizes, and those of a box. Pure; degrees.

The finest cells are 0.05 degrees: three miles from south to north, about what a lane is wide and
more than most ships sail between two stored points. A ship in four cells is one ship in the greater
cell around them, so every size is counted for itself: counts of cells do not add up.
"""

from collections.abc import Iterator
from math import ceil, floor
from typing import Final, NamedTuple

from maritime_app.geo import Box

_FINEST_PER_DEGREE: Final = 20
_ROWS: Final = 180 * _FINEST_PER_DEGREE
_COLUMNS: Final = 360 * _FINEST_PER_DEGREE
# How many of the finest cells a cell is wide: 0.05, 0.1, 0.25, 0.5, 1, 2.5 and 5 degrees. Each
# divides the world, so that the grid has no seam at 180 degrees.
SCALES: Final = (1, 2, 5, 10, 20, 50, 100)
SIZES: Final = tuple(scale / _FINEST_PER_DEGREE for scale in SCALES)


class Span(NamedTuple):
    """Columns of cells, both ends included."""

    first: int
    last: int


class Cells(NamedTuple):
    """The cells of a box: rows from 90 S, columns from 180 W; two spans across 180 degrees."""

    scale: int
    rows: Span
    columns: tuple[Span, ...]

    @property
    def degrees(self) -> float:
        """The length of a side."""
        return self.scale / _FINEST_PER_DEGREE

    @property
    def how_many(self) -> int:
        """How many there are, whether ships were in them or not."""
        width = sum(span.last - span.first + 1 for span in self.columns)
        return (self.rows.last - self.rows.first + 1) * width


def cells_in(box: Box, degrees: float) -> Cells:
    """Return the cells of that size, one of SIZES, which a box touches."""
    scale = SCALES[SIZES.index(degrees)]
    columns = tuple(_span(*edges, 180, _COLUMNS // scale, degrees) for edges in _turns(box))
    return Cells(scale, _span(box.lat_min, box.lat_max, 90, _ROWS // scale, degrees), columns)


def finest_in(box: Box, most: int) -> Cells:
    """Return the finest cells of which a box has at most so many, or the greatest there are."""
    sizes = (cells_in(box, degrees) for degrees in SIZES)
    return next((cells for cells in sizes if cells.how_many <= most), cells_in(box, SIZES[-1]))


def _turns(box: Box) -> Iterator[tuple[float, float]]:
    """Yield west and east of the parts of a box on each side of 180 degrees."""
    if box.lon_min <= box.lon_max:
        yield box.lon_min, box.lon_max
    else:
        yield box.lon_min, 180
        yield -180, box.lon_max


def _span(low: float, high: float, offset: int, count: int, degrees: float) -> Span:
    first = min(count - 1, floor((low + offset) / degrees))
    return Span(first, min(count - 1, max(first, ceil((high + offset) / degrees) - 1)))
