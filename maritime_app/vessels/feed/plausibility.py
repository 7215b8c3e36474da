"""Whether two reports can come from one ship. Pure."""

from math import cos, radians
from typing import Final

from maritime_app.geo import METRES_PER_DEGREE
from maritime_app.vessels.model import Motion

# A ship faster than 120 knots is another ship with the same number.
_MAX_SPEED_M_PER_MS: Final = 120 * 1852 / 3_600_000
# Clocks of two receivers differ by seconds: short hops are no jumps.
_JUMP_FREE_M: Final = 2_000.0
JUMP_FREE_DEG: Final = _JUMP_FREE_M / 2 / METRES_PER_DEGREE


def jumps(a: Motion, a_ms: int, b: Motion, b_ms: int) -> bool:
    """Whether a ship would have needed more than 120 knots from one to the other, in either order.

    Hops under 2 km are never jumps.
    """
    north_deg = b.lat - a.lat
    east_deg = (b.lon - a.lon + 540.0) % 360.0 - 180.0
    if abs(north_deg) < JUMP_FREE_DEG and abs(east_deg) < JUMP_FREE_DEG:
        return False
    limit = max(_JUMP_FREE_M, _MAX_SPEED_M_PER_MS * abs(b_ms - a_ms))
    return squared_distance(a, b) > limit * limit


def squared_distance(a: Motion, b: Motion) -> float:
    """Return the square of the metres between two places, on a plane that touches the earth."""
    north = (b.lat - a.lat) * METRES_PER_DEGREE
    east_deg = (b.lon - a.lon + 540.0) % 360.0 - 180.0
    east = east_deg * METRES_PER_DEGREE * cos(radians(a.lat))
    return north * north + east * east
