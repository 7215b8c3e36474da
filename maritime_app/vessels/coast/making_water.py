"""Which water of GSHHG is drawn over OpenStreetMap's land: lakes, and bays and rivers that are land
there (the lagoon of Venice, the Elbe).

GSHHG lies up to some hundred metres beside OpenStreetMap's quays: what it has along that coast is
left out, so that no quay is under water.
"""

from typing import Final

import numpy as np
import shapely

from maritime_app.vessels.coast import making_clip
from maritime_app.vessels.coast.making_clip import Polygon, Square
from maritime_app.vessels.coast.making_cut import Geometries

_ZOOM: Final = 7
_FROM_COAST_M: Final = 600.0
_GROWN_M: Final = 800.0
_LEAST_M: Final = 500.0  # the side of a square that is as large as the smallest patch


def patches(land: list[Polygon], shores: dict[int, list[Polygon]]) -> Geometries:
    """Return that water, in pieces; `shores` are GSHHG's rings by their level."""
    pixel = 1 / 512 / (1 << (_ZOOM + 1))
    osm = _by_square(land, pixel)
    levels = {level: _by_square(rings, pixel / 3) for level, rings in shores.items()}
    found = []
    for square, here in osm.items():
        box = _box(square)
        gshhg = _united(levels[1].get(square))
        water = shapely.difference(box, gshhg)
        for level, add in ((2, shapely.union), (3, shapely.difference)):
            if square in levels[level]:
                water = add(water, _united(levels[level][square]))
        if not shapely.is_empty(water):
            found.append(_within(_united(here), water, _metre(square)))
    parts = shapely.get_parts(np.array(found))
    return np.asarray(parts[(shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)])


def _within(land: shapely.Geometry, water: shapely.Geometry, metre: float) -> shapely.Geometry:
    """Return the water that lies in that land."""
    if shapely.area(shapely.intersection(land, water)) < (_LEAST_M * metre) ** 2:
        return shapely.Polygon()
    inner = shapely.intersection(shapely.buffer(land, -_FROM_COAST_M * metre, quad_segs=2), water)
    parts = shapely.get_parts(inner)
    parts = parts[shapely.area(parts) > (_LEAST_M * metre) ** 2]
    grown = shapely.buffer(shapely.union_all(parts), _GROWN_M * metre, quad_segs=2)
    return shapely.intersection(grown, water)


def _by_square(shapes: list[Polygon], tolerance: float) -> dict[Square, Geometries]:
    found: dict[Square, Geometries] = {}

    def put(square: Square, pieces: list[Polygon]) -> None:
        found[square] = np.array([shapely.Polygon(piece[0], piece[1:]) for piece in pieces])

    making_clip.cut(making_clip.simplified(shapes, tolerance, tolerance), _ZOOM, put)
    return found


def _united(shapes: Geometries | None) -> shapely.Geometry:
    return shapely.Polygon() if shapes is None else shapely.union_all(shapely.make_valid(shapes))


def _box(square: Square) -> shapely.Geometry:
    side = 1 / (1 << _ZOOM)
    beyond = side / 90
    x, y = (number * side for number in square)
    return shapely.box(x - beyond, y - beyond, x + side + beyond, y + side + beyond)


def _metre(square: Square) -> float:
    """Return a metre in the middle of a square, in the Mercator square."""
    y = (square[1] + 0.5) / (1 << _ZOOM)
    return float(np.cosh(2 * np.pi * (0.5 - y))) / 40_075_016.7
