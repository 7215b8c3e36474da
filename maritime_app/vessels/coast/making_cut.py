"""Geometry cut into the squares of a zoom, and written as Mapbox Vector Tiles (version 2)."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray

from maritime_app.vessels.coast import making_clip
from maritime_app.vessels.coast.making_clip import Points, Polygon, Square

Ring = NDArray[np.int64]
Feature = list[Ring]
Geometries = NDArray[np.object_]
POLYGON: Final = 3
LINE: Final = 2
FINEST: Final = 8
_LEAST_AREA: Final = 4  # of a ring, in units
_LAYER, _NAME, _FEATURE, _KIND, _GEOMETRY, _EXTENT, _VERSION = 3, 1, 2, 3, 4, 5, 15
_MOVE_TO, _LINE_TO, _CLOSE = 1, 2, 15


def extent(zoom: int) -> int:
    """Return into how many units a square is divided: 19 m on the equator where it is finest, else
    a quarter of a pixel.
    """
    return 8192 if zoom == FINEST else 2048


def polygon_squares(
    shapes: list[Polygon], zoom: int, tolerance: float
) -> dict[Square, list[Feature]]:
    """Return which polygons lie in each square, simplified to a tolerance (of the Mercator square's
    width); those of fewer than six of them are left out.
    """
    if tolerance:
        shapes = making_clip.simplified(shapes, tolerance, 6 * tolerance)
    found: dict[Square, list[Feature]] = {}

    def put(square: Square, pieces: list[Polygon]) -> None:
        features = [_feature(piece, zoom, square) for piece in pieces]
        if any(features):
            found[square] = [feature for feature in features if feature]

    making_clip.cut(shapes, zoom, put)
    return found


def line_squares(shapes: Geometries, zoom: int, tolerance: float) -> dict[Square, list[Feature]]:
    """Return which lines lie in each square, simplified to a tolerance."""
    found: dict[Square, list[Feature]] = {}

    def cut(lines: Geometries, z: int, x: int, y: int) -> None:
        inside = shapely.clip_by_rect(lines, *making_clip.box_of(z, x, y))
        inside = inside[~shapely.is_empty(inside)]
        if z < zoom and len(inside):
            for east, south in ((0, 0), (0, 1), (1, 0), (1, 1)):
                cut(inside, z + 1, 2 * x + east, 2 * y + south)
        elif len(inside) and (features := _lines(inside, zoom, (x, y))):
            found[x, y] = features

    cut(shapely.simplify(shapes, tolerance), 0, 0, 0)
    return found


def _feature(polygon: Polygon, zoom: int, square: Square) -> Feature:
    outer, *holes = (_ring(ring, zoom, square) for ring in polygon)
    if outer is None:
        return []
    inner = [hole for hole in holes if hole is not None]
    return [
        outer if _area(outer) > 0 else outer[::-1],
        *(hole if _area(hole) < 0 else hole[::-1] for hole in inner),
    ]


def _ring(ring: Points, zoom: int, square: Square) -> Ring | None:
    found = _in_units(ring, zoom, square)
    if len(found) > 1 and (found[0] == found[-1]).all():
        found = found[:-1]
    return found if len(found) > 2 and abs(_area(found)) >= _LEAST_AREA else None


def _lines(pieces: Geometries, zoom: int, square: Square) -> list[Feature]:
    parts = shapely.get_parts(pieces)
    lines = (_in_units(shapely.get_coordinates(part), zoom, square) for part in parts)
    return [[line] for line in lines if len(line) > 1]


def _in_units(points: NDArray[np.float64], zoom: int, square: Square) -> Ring:
    found = np.rint((points * (1 << zoom) - square) * extent(zoom)).astype(np.int64)
    changed = np.ones(len(found), bool)
    changed[1:] = (found[1:] != found[:-1]).any(axis=1)
    return found[changed]


def _area(ring: Ring) -> float:
    """Return a ring's area, above zero where it is an outer one."""
    x, y = ring[:, 0], ring[:, 1]
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) / 2


def is_whole(features: list[Feature], zoom: int) -> bool:
    """Whether that is the whole square and nothing else."""
    if len(features) != 1 or len(features[0]) != 1 or len(features[0][0]) != 4:
        return False
    least, most = features[0][0].min(axis=0), features[0][0].max(axis=0)
    return bool((least < 0).all() and (most > extent(zoom)).all())


def layer(name: str, features: list[Feature], kind: int, zoom: int) -> bytes:
    """Return one layer of a tile."""
    body = bytearray()
    _put_number(body, _VERSION, 2)
    _put_bytes(body, _NAME, name.encode())
    for feature in features:
        one = bytearray()
        _put_number(one, _KIND, kind)
        _put_bytes(one, _GEOMETRY, _geometry(feature, kind))
        _put_bytes(body, _FEATURE, one)
    _put_number(body, _EXTENT, extent(zoom))
    found = bytearray()
    _put_bytes(found, _LAYER, body)
    return bytes(found)


def _geometry(parts: Iterable[Ring], kind: int) -> bytearray:
    found, pen = bytearray(), np.zeros(2, np.int64)
    for part in parts:
        steps = np.diff(part, axis=0, prepend=[pen])
        pen = part[-1]
        numbers = ((steps << 1) ^ (steps >> 63)).ravel().tolist()
        commands = [1 << 3 | _MOVE_TO, *numbers[:2], (len(part) - 1) << 3 | _LINE_TO, *numbers[2:]]
        for number in [*commands, *([_CLOSE] if kind == POLYGON else [])]:
            _put_varint(found, number)
    return found


def _put_number(body: bytearray, field: int, number: int) -> None:
    _put_varint(body, field << 3)
    _put_varint(body, number)


def _put_bytes(body: bytearray, field: int, data: bytes | bytearray) -> None:
    _put_varint(body, field << 3 | 2)
    _put_varint(body, len(data))
    body += data


def _put_varint(body: bytearray, number: int) -> None:
    while number > 127:
        body.append(number & 127 | 128)
        number >>= 7
    body.append(number)
