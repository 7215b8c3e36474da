"""Web Mercator in whole world units (2^32 across), and the tiles of the live map's levels."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from maritime_app.geo import Box

LEVELS = (0, 1, 2, 3, 4, 5, 6, 8)
UNIT_BITS = 32
PLACE_BITS = 16  # a place inside a tile: 0 to 65535 from its west and north edge
MAX_LAT = 85.051129
_WORLD = 1 << UNIT_BITS

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class TileId(NamedTuple):
    """Level, column from 180 W, row from the north: the usual z, x, y of map tiles."""

    z: int
    x: int
    y: int


def world(lat: Floats, lon: Floats) -> tuple[Ints, Ints]:
    """Return world units of positions in degrees; latitudes beyond 85.05 are set to it."""
    x = (lon + 180.0) / 360.0 * _WORLD
    sine = np.sin(np.radians(np.clip(lat, -MAX_LAT, MAX_LAT)))
    y = (0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)) * _WORLD
    limit = _WORLD - 1
    return np.clip(x, 0, limit).astype(np.int64), np.clip(y, 0, limit).astype(np.int64)


def level_of(zoom: float) -> int:
    """Return the level whose tiles a map at this zoom shows one to eight across.

    `zoom` is that of a map with 512-pixel tiles.
    """
    return max((z for z in LEVELS if z <= zoom), default=LEVELS[0])


def tiles_of(box: Box, zoom: float, limit: int) -> list[TileId]:
    """Return the tiles under a viewport, coarser ones if there would be more than `limit`."""
    for z in reversed([level for level in LEVELS if level <= level_of(zoom)]):
        tiles = _tiles(box, z)
        if len(tiles) <= limit:
            return tiles
    return [TileId(0, 0, 0)]


def _tiles(box: Box, z: int) -> list[TileId]:
    lats, lons = np.array([box.lat_max, box.lat_min]), np.array([box.lon_min, box.lon_max])
    x, y = world(lats, lons)
    shift = UNIT_BITS - z
    west, east = (int(unit) >> shift for unit in x)
    north, south = (int(unit) >> shift for unit in y)
    columns = list(range(west, east + 1))
    if box.lon_min > box.lon_max:  # across the antimeridian
        columns = sorted({*range(west, 1 << z), *range(east + 1)})
    return [TileId(z, column, row) for column in columns for row in range(north, south + 1)]
