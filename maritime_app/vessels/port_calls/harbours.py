"""Which harbour a position is at: a grid of cells, each with the harbours near to it."""

import math
from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from maritime_app.geo import METRES_PER_DEGREE, distance_m
from maritime_app.vessels.port_calls.model import ENTER_M, Harbour

_CELLS_PER_DEGREE: Final = 10
_COLUMNS: Final = 360 * _CELLS_PER_DEGREE
_LEAST_COSINE: Final = 0.05  # beyond 87 degrees there are no harbours


class Harbours:
    """Every harbour, to be asked for by position: one look into a dictionary at sea."""

    def __init__(self, harbours: Iterable[Harbour], reach_m: float = ENTER_M) -> None:
        self._reach_m = reach_m
        self.by_id = {harbour.id: harbour for harbour in harbours}
        self._cells: dict[int, list[Harbour]] = defaultdict(list)
        for harbour in self.by_id.values():
            for cell in _cells_around(harbour, reach_m):
                self._cells[cell].append(harbour)

    def at(self, lat: float, lon: float) -> Harbour | None:
        """Return the nearest harbour within reach (3 km), None at sea."""
        near = self._cells.get(_cell(lat, lon))  # the hot road: at sea that is all
        if near is None:
            return None
        metres, harbour = min(
            ((distance_m(lat, lon, each.lat, each.lon), each) for each in near),
            key=lambda pair: pair[0],
        )
        return harbour if metres <= self._reach_m else None


def _cell(lat: float, lon: float) -> int:
    row = int((lat + 90.0) * _CELLS_PER_DEGREE)
    # A turn more than 180: the circle around a harbour may reach west of the antimeridian.
    return row * _COLUMNS + int((lon + 540.0) * _CELLS_PER_DEGREE) % _COLUMNS


def _cells_around(harbour: Harbour, reach_m: float) -> set[int]:
    """Return the cells that the circle around it touches."""
    north = reach_m / METRES_PER_DEGREE
    east = north / max(_LEAST_COSINE, math.cos(math.radians(harbour.lat)))
    step = 1 / _CELLS_PER_DEGREE
    columns, rows = math.ceil(2 * east / step) + 1, math.ceil(2 * north / step) + 1
    return {
        _cell(lat, harbour.lon - east + 2 * east * column / columns)
        for lat in (harbour.lat - north + 2 * north * row / rows for row in range(rows + 1))
        for column in range(columns + 1)
    }
