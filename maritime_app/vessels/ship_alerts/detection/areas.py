"""Circles and polygons on the sphere: how far a place is from their edge. Pure; degrees, metres.

A polygon is looked at on a plane that touches the earth at its first corner: within 200 km the
error is below a percent of the distance.
"""

import math
from collections.abc import Iterator
from typing import Final

from maritime_app.geo import METRES_PER_DEGREE, distance_m
from maritime_app.vessels.ship_alerts.model import Area, Circle

CELLS_PER_DEGREE: Final = 10
COLUMNS: Final = 360 * CELLS_PER_DEGREE
_LEAST_COSINE: Final = 0.05  # beyond 87 degrees a degree of longitude has no meaning
_LEAST_MARGIN_M: Final = 250.0
_MARGIN_SHARE: Final = 0.1
_MOST_MARGIN_M: Final = 1_000.0

Point = tuple[float, float]


class Edge:
    """An area made ready: `metres(lat, lon)` from its edge, negative inside.

    A ship has left when it is `margin_m` outside: one at anchor on the edge swings in and out.
    """

    def __init__(self, area: Area) -> None:
        self.area = area
        if isinstance(area, Circle):
            self._lat, self._lon = area.lat, area.lon
            self.reach_m = area.radius_m
        else:
            self._lat, self._lon = area.corners[0]
        self._cosine = max(_LEAST_COSINE, math.cos(math.radians(self._lat)))
        self._plane: list[Point] = []
        if not isinstance(area, Circle):
            self._plane = [self._flat(lat, lon) for lat, lon in area.corners]
            self.reach_m = max(math.hypot(x, y) for x, y in self._plane)
        self._sides = list(zip(self._plane, self._plane[1:] + self._plane[:1], strict=True))
        self.margin_m = min(_MOST_MARGIN_M, max(_LEAST_MARGIN_M, _MARGIN_SHARE * self.reach_m))

    def metres(self, lat: float, lon: float) -> float:
        """Return how far outside the place is, negative inside."""
        if isinstance(self.area, Circle):
            return distance_m(lat, lon, self._lat, self._lon) - self.area.radius_m
        place = self._flat(lat, lon)
        nearest = min(_to_side(place, a, b) for a, b in self._sides)
        is_inside = sum(_is_crossed(place, a, b) for a, b in self._sides) % 2 == 1
        return -nearest if is_inside else nearest

    def centre(self) -> Point:
        """Return a place that stands for the area: the centre, or the mean of the corners."""
        if not self._plane:
            return self._lat, self._lon
        count = len(self._plane)
        east = sum(x for x, _ in self._plane) / count / METRES_PER_DEGREE / self._cosine
        north = sum(y for _, y in self._plane) / count / METRES_PER_DEGREE
        return self._lat + north, wrapped(self._lon + east)

    def cells(self, around_m: float = 0.0) -> Iterator[int]:
        """Return the cells of the grid that the area, and what is so near to it, may touch."""
        reach = (self.reach_m + self.margin_m + around_m) / METRES_PER_DEGREE
        south, north = (max(-90.0, self._lat - reach), min(90.0, self._lat + reach))
        # Where the parallel nearest to the pole is shortest, the area is widest in degrees.
        narrowest = math.cos(math.radians(min(89.0, max(abs(south), abs(north)))))
        east = min(180.0, reach / max(_LEAST_COSINE, narrowest))
        step = 1 / CELLS_PER_DEGREE
        for row in range(math.ceil((north - south) / step) + 1):
            lat = min(north, south + row * step)
            for column in range(math.ceil(2 * east / step) + 1):
                yield cell_of(lat, wrapped(self._lon - east + min(2 * east, column * step)))

    def _flat(self, lat: float, lon: float) -> Point:
        east = wrapped(lon - self._lon) * METRES_PER_DEGREE * self._cosine
        return east, (lat - self._lat) * METRES_PER_DEGREE


def cell_of(lat: float, lon: float) -> int:
    """Return the cell of the grid, a tenth of a degree wide."""
    row = int((lat + 90.0) * CELLS_PER_DEGREE)
    return row * COLUMNS + int((lon + 180.0) * CELLS_PER_DEGREE) % COLUMNS


def wrapped(lon: float) -> float:
    """Return the longitude in [-180, 180)."""
    return (lon + 540.0) % 360.0 - 180.0


def _to_side(place: Point, a: Point, b: Point) -> float:
    """Return the distance from a place to a side."""
    along_x, along_y = b[0] - a[0], b[1] - a[1]
    length = along_x * along_x + along_y * along_y
    share = 0.0
    if length:
        share = ((place[0] - a[0]) * along_x + (place[1] - a[1]) * along_y) / length
        share = max(0.0, min(1.0, share))
    return math.hypot(place[0] - a[0] - share * along_x, place[1] - a[1] - share * along_y)


def _is_crossed(place: Point, a: Point, b: Point) -> bool:
    """Whether the line from the place to the east crosses this side."""
    x, y = place
    return (a[1] > y) != (b[1] > y) and x < a[0] + (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1])
