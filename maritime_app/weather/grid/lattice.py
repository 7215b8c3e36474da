"""The points of a box of a map. Pure; degrees."""

from math import ceil, floor
from typing import Final

from maritime_app.geo import Box
from maritime_app.weather.model import CELLS_PER_PULL, cell_of

# Steps are whole numbers of cells, so that every point of a lattice is a cell's middle. Beyond the
# last one a point would stand for another sea.
_STEPS_IN_CELLS: Final = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150, 200)
_CELLS_PER_DEGREE: Final = 10
_NORTHERNMOST: Final = 80.0  # nearer to the poles no wave model has an open sea


def cells_in(box: Box) -> list[str]:
    """Return the keys of the cells on the finest lattice that has at most fifty points in the box.

    The lattice begins at 0 N, 0 E wherever the box begins: a map that is moved, and another one
    beside it, ask for the same cells. A box may cross the antimeridian. Empty where even the
    coarsest has more points: the box is the world.
    """
    south, north = max(box.lat_min, -_NORTHERNMOST), min(box.lat_max, _NORTHERNMOST)
    east = box.lon_max + 360 if box.lon_max < box.lon_min else box.lon_max
    for cells in _STEPS_IN_CELLS:
        per_degree = _CELLS_PER_DEGREE / cells
        # By its size alone: a box that is moved stays on its lattice.
        most_rows = floor((north - south) * per_degree) + 1
        most_columns = floor((east - box.lon_min) * per_degree) + 1
        if most_rows * most_columns <= CELLS_PER_PULL:
            rows = range(ceil(south * per_degree), floor(north * per_degree) + 1)
            columns = range(ceil(box.lon_min * per_degree), floor(east * per_degree) + 1)
            return [_cell(y / per_degree, x / per_degree) for y in rows for x in columns]
    return []


def _cell(lat: float, lon: float) -> str:
    return cell_of(lat, (lon + 180) % 360 - 180)
