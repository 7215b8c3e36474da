"""By what a ship is suddenly away from where its course and speed bring it. Pure.

A receiver that is led astray is often off by the same vector for as long as it is, and so are its
neighbours: too little to be impossible for one of them, and plain when five went the same way.
"""

from collections.abc import Iterable
from math import cos, hypot, radians, sin
from typing import Final, NamedTuple

from maritime_app.geo import METRES_PER_DEGREE
from maritime_app.vessels.feed.ship import Shift, Ship
from maritime_app.vessels.model import Motion

_METRES_PER_KNOT_MS: Final = 1852 / 3_600_000
# What two hops that are the same may differ by: receivers' noise, and turns in between.
_SAME_M: Final = 120.0
_SAME_SHARE: Final = 0.1
_LIES_STILL_KNOTS: Final = 1.0


class Hop(NamedTuple):
    """A ship that hopped, and by how much."""

    ship: Ship
    shift: Shift


def shift_of(previous: Motion, motion: Motion, elapsed_ms: int, at_ms: int) -> Shift:
    """Return by how many metres the ship is away from where its usual course brought it."""
    scale = METRES_PER_DEGREE * cos(radians(previous.lat))
    north = (motion.lat - previous.lat) * METRES_PER_DEGREE
    east = ((motion.lon - previous.lon + 540.0) % 360.0 - 180.0) * scale
    along = (_knots(previous) + _knots(motion)) / 2 * _METRES_PER_KNOT_MS * elapsed_ms
    course = radians(_course(previous, motion))
    return Shift(north - along * cos(course), east - along * sin(course), at_ms)


def is_sideways(shift: Shift, motion: Motion) -> bool:
    """Whether no wrong clock explains the hop: the ship lies still, or went across its course."""
    if _knots(motion) < _LIES_STILL_KNOTS:
        return True
    course = radians(motion.cog_deg or 0.0)
    across = shift.north_m * sin(course) - shift.east_m * cos(course)
    return abs(across) > hypot(shift.north_m, shift.east_m) / 2


def is_back(shift: Shift, hop: Shift) -> bool:
    """Whether a hop undoes an earlier one."""
    return _alike(shift, Shift(-hop.north_m, -hop.east_m, hop.since_ms))


def added(earlier: Shift | None, hop: Shift) -> Shift:
    """Return by how much a ship that hopped before is off now."""
    if earlier is None:
        return hop
    return Shift(earlier.north_m + hop.north_m, earlier.east_m + hop.east_m, hop.since_ms)


def alike(hops: Iterable[Hop], hop: Hop) -> list[Hop]:
    """Return the hops by the same vector, one for each ship, the given one included."""
    return list({each.ship.key: each for each in hops if _alike(each.shift, hop.shift)}.values())


def _alike(one: Shift, other: Shift) -> bool:
    apart = hypot(one.north_m - other.north_m, one.east_m - other.east_m)
    return apart < _SAME_M + _SAME_SHARE * hypot(one.north_m, one.east_m)


def _knots(motion: Motion) -> float:
    return motion.sog_knots or 0.0


def _course(previous: Motion, motion: Motion) -> float:
    known = motion.cog_deg if motion.cog_deg is not None else previous.cog_deg
    return known or 0.0
