"""The courses of watched ships as numpy columns: whom of them does another one come close to?"""

from typing import Final

import numpy as np
import numpy.typing as npt

from maritime_app.geo import METRES_PER_DEGREE
from maritime_app.vessels.neighbours.approach import Course, velocity

MOST: Final = 4_096
_FIRST_ROOM: Final = 256
_LEAST_COSINE: Final = 0.05
_NO_SPEED: Final = 1e-6  # m/s, below which two ships do not move against one another
_FIELDS: Final = ("lat", "lon", "north", "east", "at_ms", "metres", "seconds")

Floats = npt.NDArray[np.float64]


class Courses:
    """One course per key, MOST of them; mutable. A look at all of them takes some 50 microseconds,
    however many there are.
    """

    def __init__(self) -> None:
        self._row_of: dict[int, int] = {}
        self._keys: list[int] = []
        self._columns: Floats = np.zeros((len(_FIELDS), _FIRST_ROOM))

    def put(self, key: int, course: Course, metres: float, seconds: float) -> bool:
        """Note the newest course of a ship, and how close, within what time, is of interest.

        Return False where there is no room for another one.
        """
        row = self._row_of.get(key)
        if row is None:
            row = len(self._keys)
            if row == MOST:
                return False
            if row == self._columns.shape[1]:
                self._columns = np.concatenate([self._columns, np.zeros_like(self._columns)], 1)
            self._row_of[key] = row
            self._keys.append(key)
        east, north = velocity(course)
        self._columns[:, row] = (
            course.lat,
            course.lon,
            north,
            east,
            course.at_ms,
            metres,
            seconds,
        )
        return True

    def drop(self, key: int) -> None:
        """Forget a ship; the last row takes its place."""
        row = self._row_of.pop(key, None)
        if row is None:
            return
        last = self._keys.pop()
        if last != key:
            self._keys[row] = last
            self._row_of[last] = row
            self._columns[:, row] = self._columns[:, len(self._keys)]

    def met_by(self, course: Course, fresh_ms: int) -> list[int]:
        """Return the ships that this one comes near to, if all hold on: within twice of what is of
        interest of them. Those whose course is so much older or newer are left out.
        """
        lat, lon, north, east, at_ms, metres, seconds = self._columns[:, : len(self._keys)]
        late = (course.at_ms - at_ms) / 1_000
        own_east, own_north = velocity(course)
        cosine = np.maximum(np.cos(np.radians((lat + course.lat) / 2)), _LEAST_COSINE)
        away_east = (lon - course.lon + 540.0) % 360.0 - 180.0
        away_east = away_east * METRES_PER_DEGREE * cosine + east * late
        away_north = (lat - course.lat) * METRES_PER_DEGREE + north * late
        east, north = east - own_east, north - own_north
        squared = np.maximum(east * east + north * north, _NO_SPEED * _NO_SPEED)
        until = -(away_east * east + away_north * north) / squared
        closest = (away_east + east * until) ** 2 + (away_north + north * until) ** 2
        meets = (until > 0) & (until <= 2 * seconds) & (closest <= (2 * metres) ** 2)
        meets &= np.abs(late) <= fresh_ms / 1_000
        return [self._keys[row] for row in np.flatnonzero(meets).tolist()]
