"""Whether a position can be believed: the ship's motion first, then the land, then whether its
neighbours' fail with it.

A ship that fails a test of its motion is doubtful, one that fails again before it has been clean
for some reports is impossible. Well inland it is doubtful for as long as it is there. A ship that
hopped stays doubtful until it hops back, or for an hour: nobody knows which of its places was the
right one. Where several ships fail at one time, or hop the same way, the sky is jammed or spoofed:
then every position from there is doubtful. (After the idea of motion test, then spatio-temporal
clustering, in arXiv 2603.11055; thresholds by the recordings in tests/vessels/data and by
test_distrust.)
"""

from math import cos, radians
from typing import Final

from maritime_app.geo import METRES_PER_DEGREE
from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.feed.integrity import hops
from maritime_app.vessels.feed.integrity.neighbours import Neighbours, cell_of
from maritime_app.vessels.feed.ship import Shift, Ship
from maritime_app.vessels.interference import InterferenceArea
from maritime_app.vessels.model import Motion
from maritime_app.vessels.sea import grid

_DOUBTFUL: Final = Flag.DOUBTFUL
_IMPOSSIBLE: Final = Flag.IMPOSSIBLE
_INLAND: Final = Flag.INLAND
_PER_DEGREE: Final = grid.FINE_PER_DEGREE
_COLUMNS: Final = grid.FINE_COLUMNS
_BITS: Final = grid.BITS
# Degrees of latitude that a knot makes in a millisecond.
_DEGREES: Final = 1852 / 3_600_000 / METRES_PER_DEGREE
# A ship may speed up between two reports; what is further off is looked at.
_STRAY_DEG: Final = 250 / METRES_PER_DEGREE
# Receivers' clocks differ by seconds: what is further off than this is impossible.
_SLACK_DEG: Final = 700 / METRES_PER_DEGREE
_FASTER: Final = 1.5
_FASTER_KNOTS: Final = 12.0
# A ship that makes way by its own word, and stays where it is to a fifth of a metre.
_FROZEN_KNOTS: Final = 3.0
_FROZEN_KNOT_MS: Final = 60 / 1852 * 3_600_000  # 60 m
# A compass turns with the ship; a position that is led in circles does not turn it.
_TWIST_KNOTS: Final = 8.0
_TWIST_DEG: Final = 50.0
_DRIFT_SHARE: Final = 0.02  # of a difference by which the usual one follows: slower than a circle
CLEAN_REPORTS: Final = 5  # that a doubtful ship must send before it is believed
_MOST_DOUBTS: Final = 3 * CLEAN_REPORTS
SHIFTED_MS: Final = 3_600_000  # for which a ship that hopped is not believed


class Integrity:
    """Judges positions as they come in; mutable, owned by the fleet. Times are UTC epoch ms."""

    __slots__ = ("_inland", "_jammed", "_neighbours")

    def __init__(self) -> None:
        self._neighbours = Neighbours()
        self._jammed = self._neighbours.jammed
        self._inland = grid.inland()

    def judge(self, ship: Ship, previous: Motion, elapsed_ms: int, motion: Motion) -> int:
        """Return the flags of a position that follows `previous`; notes it in the ship.

        On the hot road: most reports leave after three comparisons, and the compass is looked at
        with each second one, the land with the others.
        """
        north, east = motion.lat - previous.lat, motion.lon - previous.lon
        knots = motion.sog_knots or 0.0
        odd = ship.reports & 1
        if north == 0.0 == east:
            # Both reports say so: a ship that gets under way has not been anywhere else yet.
            if knots < _FROZEN_KNOTS or (previous.sog_knots or 0.0) < _FROZEN_KNOTS:
                ship.frozen_ms = 0
                failed = False
            else:
                ship.frozen_ms += elapsed_ms
                failed = ship.frozen_ms * knots > _FROZEN_KNOT_MS
        else:
            ship.frozen_ms = 0
            reach = elapsed_ms * (knots * _FASTER + _FASTER_KNOTS) * _DEGREES + _STRAY_DEG
            failed = (
                not (-reach < north < reach and -reach < east < reach)
                and self._strays(ship, previous, elapsed_ms, motion, reach)
            ) or (knots >= _TWIST_KNOTS and odd == 1 and _is_twisted(ship, motion))
        if failed:
            return self._fail(ship, previous, motion)
        if odd == 0:
            row = int((motion.lat + 90.0) * _PER_DEGREE)
            cell = row * _COLUMNS + int((motion.lon + 180.0) * _PER_DEGREE)
            if self._inland[cell >> 3] & _BITS[cell & 7]:
                return self._ashore(ship, previous, motion)
        if ship.doubts:
            return _doubted(ship)
        return _DOUBTFUL if self._jammed and cell_of(motion) in self._jammed else 0

    def begin(self, ship: Ship, motion: Motion) -> int:
        """Return the flags of a position that no earlier one speaks for or against."""
        if grid.is_inland(motion.lat, motion.lon):
            ship.doubts = CLEAN_REPORTS
            return _DOUBTFUL | _INLAND
        return _DOUBTFUL if ship.doubts else 0

    def expire(self, now_ms: int) -> None:
        """Forget failures older than a quarter of an hour, and the areas that they made."""
        self._neighbours.expire(now_ms)

    def areas(self) -> list[InterferenceArea]:
        """Return where the sky is jammed: squares of half a degree, the longest first."""
        return self._neighbours.areas()

    def _strays(
        self, ship: Ship, previous: Motion, elapsed_ms: int, motion: Motion, reach_deg: float
    ) -> bool:
        """Whether the ship hopped: further than it can have sailed, or as its neighbours did."""
        shift = hops.shift_of(previous, motion, elapsed_ms, ship.at_ms)
        if _is_beyond(previous, motion, elapsed_ms, reach_deg - _STRAY_DEG + _SLACK_DEG):
            ship.shift = None if _came_back(ship, shift) else hops.added(ship.shift, shift)
            return True
        if not hops.is_sideways(shift, motion):
            return False
        if _came_back(ship, shift):
            ship.shift = None
            return True
        together = self._neighbours.hopped(hops.Hop(ship, shift), previous)
        for hop in together:
            hop.ship.shift, hop.ship.doubts = hop.shift, CLEAN_REPORTS
            self._neighbours.failed(hop.ship, hop.ship.motion or motion, motion)
        return bool(together)

    def _fail(self, ship: Ship, previous: Motion, motion: Motion) -> int:
        is_again = ship.doubts > 0
        ship.doubts = min(_MOST_DOUBTS, ship.doubts + CLEAN_REPORTS)
        self._neighbours.failed(ship, previous, motion)
        return _IMPOSSIBLE if is_again else _DOUBTFUL

    def _ashore(self, ship: Ship, previous: Motion, motion: Motion) -> int:
        """Return that the ship is well inland; ships that were led there make an area.

        Those that are always there (boats in a yard, on a lorry) make none.
        """
        if ship.doubts == 0 and not grid.is_inland(previous.lat, previous.lon):
            self._neighbours.failed(ship, previous, motion)
        ship.doubts = max(ship.doubts, CLEAN_REPORTS)
        return _DOUBTFUL | _INLAND


def _doubted(ship: Ship) -> int:
    """Return the flags of a clean report of a doubtful ship, and count it."""
    ship.doubts -= 1
    if ship.doubts == 0 and ship.shift is not None:
        if ship.at_ms - ship.shift.since_ms < SHIFTED_MS:
            ship.doubts = 1
        else:
            ship.shift = None
    # With each second report the land is not looked at: it is where it was.
    return _DOUBTFUL | (ship.flags & _INLAND if ship.reports & 1 else 0)


def _came_back(ship: Ship, shift: Shift) -> bool:
    return ship.shift is not None and hops.is_back(ship.shift, shift)


def _is_beyond(previous: Motion, motion: Motion, elapsed_ms: int, reach_deg: float) -> bool:
    """Whether the ship is further away than it can have sailed, by the faster of its speeds."""
    faster = max(0.0, (previous.sog_knots or 0.0) - (motion.sog_knots or 0.0))
    reach_deg += elapsed_ms * faster * _FASTER * _DEGREES
    north = motion.lat - previous.lat
    east = (motion.lon - previous.lon + 540.0) % 360.0 - 180.0
    east *= cos(radians(previous.lat))
    return north * north + east * east > reach_deg * reach_deg


def _is_twisted(ship: Ship, motion: Motion) -> bool:
    """Whether the course over ground has turned and the compass has not turned with it.

    Some compasses are off by a constant: what is usual of the ship counts. A ship that goes where
    it points is never twisted, whatever it did before (a tug that went astern).
    """
    heading, course = motion.heading_deg, motion.cog_deg
    if heading is None or course is None:
        return False
    drift, usual = (course - heading + 900.0) % 360.0 - 180.0, ship.drift_deg
    if usual is None or -_TWIST_DEG < drift < _TWIST_DEG < abs(usual):
        ship.drift_deg = drift
        return False
    twist = (drift - usual + 900.0) % 360.0 - 180.0
    ship.drift_deg = usual + twist * _DRIFT_SHARE
    return not -_TWIST_DEG < twist < _TWIST_DEG
