"""The points of a box of a map. Pure; degrees."""

from collections.abc import Iterator
from math import ceil, floor
from typing import Final, NamedTuple

from maritime_app.geo import Box
from maritime_app.weather.model import CELLS_PER_PULL, cell_of

# Steps are whole numbers of cells, so that every point of a lattice is a cell's middle. Beyond the
# last one a point would stand for another sea.
_STEPS_IN_CELLS: Final = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200)
_CELLS_PER_DEGREE: Final = 10
_NORTHERNMOST: Final = 80.0  # nearer to the poles no wave model has an open sea
_NORTHERNMOST_OF_WORLD: Final = 70.0  # a row of ice and land more is pulled for nothing


class Lattice(NamedTuple):
    """The keys of the cells at its points; `is_worlds`: so many that one pull does not bring all,
    but the same for everybody who looks at the world.
    """

    cells: list[str]
    is_worlds: bool


def lattice_in(box: Box) -> Lattice:
    """Return the finest lattice that has at most fifty points in the box, or the coarsest.

    It begins at 0 N, 0 E wherever the box begins: a map that is moved, and another one beside it,
    ask for the same cells. A box may cross the antimeridian.
    """
    for step in _STEPS_IN_CELLS:
        per_degree = _CELLS_PER_DEGREE / step
        south, north, width = _extent(box, _NORTHERNMOST)
        # By its size alone: a box that is moved stays on its lattice.
        most_rows = floor((north - south) * per_degree) + 1
        most_columns = floor(width * per_degree) + 1
        if most_rows * most_columns <= CELLS_PER_PULL:
            return Lattice(list(_cells(box, step, _NORTHERNMOST)), is_worlds=False)
    cells = _cells(box, _STEPS_IN_CELLS[-1], _NORTHERNMOST_OF_WORLD)
    return Lattice(list(dict.fromkeys(cells)), is_worlds=True)  # 180 W is 180 E


def _cells(box: Box, step: int, northernmost: float) -> Iterator[str]:
    per_degree = _CELLS_PER_DEGREE / step
    south, north, width = _extent(box, northernmost)
    rows = range(ceil(south * per_degree), floor(north * per_degree) + 1)
    columns = range(ceil(box.lon_min * per_degree), floor((box.lon_min + width) * per_degree) + 1)
    return (_cell(y / per_degree, x / per_degree) for y in rows for x in columns)


def _extent(box: Box, northernmost: float) -> tuple[float, float, float]:
    """Return south and north where there are waves, and the width."""
    east = box.lon_max + 360 if box.lon_max < box.lon_min else box.lon_max
    south, north = max(box.lat_min, -northernmost), min(box.lat_max, northernmost)
    return south, north, east - box.lon_min


def _cell(lat: float, lon: float) -> str:
    return cell_of(lat, (lon + 180) % 360 - 180)
