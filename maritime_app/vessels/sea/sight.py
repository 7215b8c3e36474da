"""Whether a great circle stays on water, by the cells that are open to ships."""

import math
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from maritime_app.geo import EARTH_RADIUS_M, Position
from maritime_app.vessels.sea import grid

STEP_M: Final = 6_000.0  # less than half of a cell, so that none is jumped over
Degrees = NDArray[np.float64]


def is_clear(
    start: Position, end: Position, start_shore_m: float = 0.0, end_shore_m: float = 0.0
) -> bool:
    """Whether the shortest way is open; what lies so near to an end is not looked at.

    Harbours lie in fjords and rivers that are narrower than a cell.
    """
    a, b = vector(start), vector(end)
    angle = math.acos(max(-1.0, min(1.0, float(a @ b))))
    length = angle * EARTH_RADIUS_M
    if length <= start_shore_m + end_shore_m:
        return True
    along = np.arange(start_shore_m, length - end_shore_m, STEP_M) / EARTH_RADIUS_M
    sine = math.sin(angle)
    if sine < 1e-9:  # the same place, or its antipode
        return length < STEP_M
    points = np.outer(np.sin(angle - along), a) + np.outer(np.sin(along), b)
    lats = np.degrees(np.arcsin(np.clip(points[:, 2] / sine, -1.0, 1.0)))
    lons = np.degrees(np.arctan2(points[:, 1], points[:, 0]))
    return bool(_open()[_rows(lats), _columns(lons)].all())


def vector(place: Position) -> Degrees:
    """Return a place as a unit vector from the middle of the earth."""
    lat, lon = math.radians(place.lat), math.radians(place.lon)
    return np.array((math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)))


@cache
def _open() -> NDArray[np.bool_]:
    return grid.open_water().astype(bool)


def _rows(lats: Degrees) -> NDArray[np.int64]:
    return np.minimum(grid.ROWS - 1, ((lats + 90.0) * grid.PER_DEGREE).astype(np.int64))


def _columns(lons: Degrees) -> NDArray[np.int64]:
    return ((lons + 180.0) * grid.PER_DEGREE).astype(np.int64) % grid.COLUMNS
