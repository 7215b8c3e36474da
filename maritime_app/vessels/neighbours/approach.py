"""The closest point of approach of two ships (CPA), and when they reach it (TCPA). Pure.

Both positions are brought to one instant first: reports of two ships are up to minutes apart, and
a ship at 20 knots makes 600 m in one. From then on both hold course and speed, on a plane that
touches the earth between them; within 50 km the error is below a percent. (IMO resolution
MSC.192(79), section 5.29, gives radar the same two figures.)
"""

from math import atan2, cos, degrees, hypot, radians, sin
from typing import Final

from msgspec import Struct

from maritime_app.geo import METRES_PER_DEGREE

METRES_PER_SECOND: Final = 1852 / 3_600  # of a knot
CLOSE_M: Final = 0.5 * 1852
SOON_SECONDS: Final = 30 * 60
UNDER_WAY_KNOTS: Final = 0.5
_LEAST_COSINE: Final = 0.05
_NO_SPEED: Final = 1e-6  # m/s, below which two ships do not move against one another


class Course(Struct, frozen=True):
    """A ship's report: degrees, knots, UTC epoch ms. Without a course it stands still."""

    lat: float
    lon: float
    knots: float
    course_deg: float | None
    at_ms: int


class Approach(Struct, frozen=True):
    """Two ships at one instant, seen from the first: metres, degrees from north, seconds.

    `tcpa_seconds` is None where they do not move against one another, negative where they have
    passed; `cpa_m` is their distance then, and now where it is None or negative.
    """

    distance_m: float
    bearing_deg: float
    tcpa_seconds: float | None
    cpa_m: float


def approach(own: Course, other: Course, at_ms: int) -> Approach:
    """Return how the ships stand to one another at that instant, and how they go on."""
    first, second = reckoned(own, at_ms), reckoned(other, at_ms)
    cosine = max(_LEAST_COSINE, cos(radians((first[0] + second[0]) / 2)))
    wrapped = (second[1] - first[1] + 540.0) % 360.0 - 180.0
    east = wrapped * METRES_PER_DEGREE * cosine
    north = (second[0] - first[0]) * METRES_PER_DEGREE
    (own_east, own_north), (other_east, other_north) = velocity(own), velocity(other)
    east_speed, north_speed = other_east - own_east, other_north - own_north
    distance_m = hypot(east, north)
    bearing = degrees(atan2(east, north)) % 360.0
    squared = east_speed * east_speed + north_speed * north_speed
    if squared < _NO_SPEED * _NO_SPEED:
        return Approach(distance_m, bearing, None, distance_m)
    seconds = -(east * east_speed + north * north_speed) / squared
    if seconds <= 0:
        return Approach(distance_m, bearing, seconds, distance_m)
    cpa_m = hypot(east + east_speed * seconds, north + north_speed * seconds)
    return Approach(distance_m, bearing, seconds, cpa_m)


def is_close(
    found: Approach,
    own: Course,
    other: Course,
    *,
    metres: float = CLOSE_M,
    seconds: float = SOON_SECONDS,
) -> bool:
    """Whether they come so close within that time, half a mile in half an hour, both under way."""
    under_way = own.knots > UNDER_WAY_KNOTS and other.knots > UNDER_WAY_KNOTS
    soon = found.tcpa_seconds is not None and 0 < found.tcpa_seconds <= seconds
    return under_way and soon and found.cpa_m <= metres


def reckoned(ship: Course, at_ms: int) -> tuple[float, float]:
    """Return where the ship is at another time, by its speed and course: latitude, longitude."""
    east, north = velocity(ship)
    seconds = (at_ms - ship.at_ms) / 1_000
    cosine = max(_LEAST_COSINE, cos(radians(ship.lat)))
    return (
        ship.lat + north * seconds / METRES_PER_DEGREE,
        ship.lon + east * seconds / METRES_PER_DEGREE / cosine,
    )


def velocity(ship: Course) -> tuple[float, float]:
    """Return metres per second to the east and to the north."""
    if ship.course_deg is None:
        return 0.0, 0.0
    speed, course = ship.knots * METRES_PER_SECOND, radians(ship.course_deg)
    return speed * sin(course), speed * cos(course)
