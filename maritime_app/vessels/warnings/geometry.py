"""Places and areas in degrees, checked. Pure.

Raises ValueError with a reason that completes "left out: ...".
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Final

from maritime_app.geo import destination
from maritime_app.vessels.warnings.model import Geometry

LonLat = tuple[float, float]
_MOST_PLACES: Final = 2_000
_CIRCLE_CORNERS: Final = 48
_MOST_RADIUS_M: Final = 2_000_000.0  # a gale warning for an ocean; beyond it nothing is warned of


def points(places: Iterable[LonLat]) -> Geometry:
    """Return places as a MultiPoint; raise ValueError."""
    found = [_place(place) for place in places]
    _bounded(len(found))
    return {"type": "MultiPoint", "coordinates": found}


def polygons(rings: Iterable[Sequence[LonLat]]) -> Geometry:
    """Return rings, each an area of its own, as a MultiPolygon; raise ValueError."""
    closed = [_ring(ring) for ring in rings]
    _bounded(sum(map(len, closed)))
    return {"type": "MultiPolygon", "coordinates": [[ring] for ring in closed]}


def circle(lat: float, lon: float, radius_m: float) -> list[LonLat]:
    """Return the ring of a circle; raise ValueError."""
    if not 0 < radius_m <= _MOST_RADIUS_M:
        raise ValueError("its circle has no radius, or one of more than 2,000 km")
    _place((lon, lat))
    corners = [
        destination(lat, lon, number * 360 / _CIRCLE_CORNERS, radius_m)
        for number in range(_CIRCLE_CORNERS)
    ]
    # Beyond 180 degrees a ring goes on: it is one area.
    ring = [(lon + (corner.lon - lon + 180) % 360 - 180, corner.lat) for corner in corners]
    return [*ring, ring[0]]


def from_geojson(geometry: object) -> Geometry:
    """Return a Point, MultiPoint, Polygon or MultiPolygon in one of our two forms.

    Holes are left out: who warns of a ring warns of what is inside, too.
    """
    told = geometry if isinstance(geometry, dict) else {}
    kind, coordinates = told.get("type"), told.get("coordinates")
    try:
        if kind == "Point":
            return points([_pair(coordinates)])
        if kind == "MultiPoint":
            return points([_pair(each) for each in _list(coordinates)])
        if kind == "Polygon":
            return polygons([[_pair(each) for each in _list(_list(coordinates)[0])]])
        if kind == "MultiPolygon":
            outer = [_list(polygon)[0] for polygon in _list(coordinates)]
            return polygons([[_pair(each) for each in _list(ring)] for ring in outer])
    except (IndexError, TypeError, OverflowError):
        raise ValueError("its coordinates are no numbers in degrees") from None
    raise ValueError("its geometry is no point and no polygon")


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value


def _pair(value: Any) -> LonLat:
    lon, lat = [*_list(value), None, None][:2]
    for each in (lon, lat):
        if not isinstance(each, int | float) or isinstance(each, bool):
            raise TypeError
    return float(lon), float(lat)


def _place(place: LonLat) -> LonLat:
    lon, lat = place
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError("a place of it is not on earth")
    return round(lon, 6), round(lat, 6)


def _ring(ring: Sequence[LonLat]) -> list[LonLat]:
    if len(ring) < 4 or ring[0] != ring[-1]:
        raise ValueError("a ring of it has less than three corners, or does not close")
    if any(not -90 <= lat <= 90 or not -540 <= lon <= 540 for lon, lat in ring):
        raise ValueError("a place of it is not on earth")
    found = [(round(lon, 6), round(lat, 6)) for lon, lat in ring]
    # RFC 7946, 3.1.6: some readers take a ring that runs clockwise for all of the earth but it.
    return found if _is_counterclockwise(found) else found[::-1]


def _is_counterclockwise(ring: Sequence[LonLat]) -> bool:
    """Return whether the surveyor's formula gives an area above 0 (or none)."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) >= 0


def _bounded(places: int) -> None:
    if not places:
        raise ValueError("it names no place in degrees")
    if places > _MOST_PLACES:
        raise ValueError(f"it has more than {_MOST_PLACES:,} places")
