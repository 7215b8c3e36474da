"""Polygons simplified and cut into squares ring by ring, so that it is land where an odd number of
rings lies around a place, whatever a ring does: simplified ones cross themselves, which libraries
of geometry answer with the whole square or with nothing.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

Points = NDArray[np.float64]
Polygon = list[Points]  # the outer ring first, none closed
Square = tuple[int, int]
Box = tuple[float, float, float, float]
# A square's edges lie beyond what is drawn of it: a coast is drawn along the edges of land.
_BUFFER: Final = 1 / 85


def polygons(shapes: NDArray[np.object_]) -> list[Polygon]:
    """Return geometries as polygons; what is none is left out."""
    parts = shapely.get_parts(shapes)
    parts = parts[(shapely.get_type_id(parts) == 3) & ~shapely.is_empty(parts)]
    return [
        [shapely.get_coordinates(ring)[:-1] for ring in (part.exterior, *part.interiors)]
        for part in parts
    ]


def simplified(shapes: list[Polygon], tolerance: float, least: float) -> list[Polygon]:
    """Return polygons simplified to a tolerance, without those smaller than `least`."""
    rings = [ring for polygon in shapes for ring in polygon]
    lengths = np.array([len(ring) + 1 for ring in rings])
    points = np.concatenate([part for ring in rings for part in (ring, ring[:1])])
    lines = shapely.linestrings(points, indices=np.repeat(np.arange(len(rings)), lengths))
    lines = shapely.simplify(lines, tolerance, preserve_topology=False)
    corners, owners = shapely.get_coordinates(lines, return_index=True)
    found = iter(np.split(corners, np.cumsum(np.bincount(owners, minlength=len(rings)))[:-1]))
    kept = []
    for polygon in shapes:
        fewer = [next(found)[:-1] for _ in polygon]
        if len(fewer[0]) > 2 and np.ptp(fewer[0], axis=0).max() > least:
            kept.append([fewer[0], *(hole for hole in fewer[1:] if len(hole) > 2)])
    return kept


def cut(shapes: list[Polygon], zoom: int, put: Callable[[Square, list[Polygon]], None]) -> None:
    """Give `put` each square of a zoom with what lies in it, by quarters of quarters."""
    _quarter(shapes, zoom, put, (0, 0, 0))


def _quarter(
    shapes: list[Polygon],
    zoom: int,
    put: Callable[[Square, list[Polygon]], None],
    at: tuple[int, int, int],
) -> None:
    z, x, y = at
    inside = _in_box(shapes, box_of(z, x, y))
    if not inside:
        return
    if z == zoom:
        put((x, y), inside)
        return
    for east in (0, 1):
        for south in (0, 1):
            _quarter(inside, zoom, put, (z + 1, 2 * x + east, 2 * y + south))


def box_of(z: int, x: int, y: int) -> Box:
    """Return how far west, north, east and south that is taken which is drawn in a square."""
    side = 1 / (1 << z)
    beyond = side * _BUFFER
    return x * side - beyond, y * side - beyond, (x + 1) * side + beyond, (y + 1) * side + beyond


def _in_box(shapes: list[Polygon], box: Box) -> list[Polygon]:
    found = []
    for polygon in shapes:
        outer = clipped(polygon[0], box)
        if outer is polygon[0]:
            found.append(polygon)
        elif len(outer):
            holes = (clipped(hole, box) for hole in polygon[1:])
            found.append([outer, *(hole for hole in holes if len(hole))])
    return found


def clipped(ring: Points, box: Box) -> Points:
    """Return the ring within a box, along whose edges it goes where it lay outside; itself where
    all of it lies within, no point where none does.
    """
    least, most = ring.min(axis=0), ring.max(axis=0)
    whole = ring
    for axis in (0, 1):
        low, high = box[axis], box[axis + 2]
        if most[axis] < low or least[axis] > high:
            return ring[:0]
    for axis in (0, 1):
        for limit, sign in ((box[axis], 1.0), (box[axis + 2], -1.0)):
            outside = least[axis] < limit if sign > 0 else most[axis] > limit
            if outside and len(ring):
                ring = _half(ring, axis, limit, sign)
    return ring if ring is whole else _tidy(ring, box)


def _half(ring: Points, axis: int, limit: float, sign: float) -> Points:
    """Return the ring on one side of a line (Sutherland and Hodgman)."""
    inside = (ring[:, axis] - limit) * sign >= 0
    crossing = np.flatnonzero(inside != np.roll(inside, -1))
    one, other = ring[crossing], ring[(crossing + 1) % len(ring)]
    share = (limit - one[:, axis]) / (other[:, axis] - one[:, axis])
    meeting = one + (other - one) * share[:, None]
    meeting[:, axis] = limit
    order = np.argsort(np.concatenate([np.flatnonzero(inside) * 2, crossing * 2 + 1]))
    found: Points = np.concatenate([ring[inside], meeting])[order]
    return found


def _tidy(ring: Points, box: Box) -> Points:
    """Return the ring without its turns on the way along one edge; they hold no area."""
    while len(ring) > 2:
        before, after = np.roll(ring, 1, axis=0), np.roll(ring, -1, axis=0)
        idle = (ring == after).all(axis=1)
        for axis in (0, 1):
            along = (ring[:, axis] == before[:, axis]) & (ring[:, axis] == after[:, axis])
            idle |= along & ((ring[:, axis] == box[axis]) | (ring[:, axis] == box[axis + 2]))
        if not idle.any():
            return ring
        ring = ring[~idle]
    return ring[:0]
