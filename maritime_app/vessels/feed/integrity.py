"""Whether a position can be believed: the ship's motion first, then whether its neighbours' fail
with it.

A ship that fails a test of its motion is doubtful, one that fails again before it has been clean
for some reports is impossible. Where several ships fail at one time the sky is jammed or spoofed:
then every position from there is doubtful. (After the idea of motion test, then spatio-temporal
clustering, in arXiv 2603.11055; thresholds by the recordings in tests/vessels/data and by
test_distrust.)
"""

from math import cos, floor, radians
from typing import Final

from maritime_app.geo import METRES_PER_DEGREE
from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.feed.ship import Ship
from maritime_app.vessels.interference import InterferenceArea
from maritime_app.vessels.model import Motion

_DOUBTFUL: Final = Flag.DOUBTFUL
_IMPOSSIBLE: Final = Flag.IMPOSSIBLE
# Degrees of latitude that a knot makes in a millisecond.
_DEGREES: Final = 1852 / 3_600_000 / METRES_PER_DEGREE
# Receivers' clocks differ by seconds, and a ship may speed up between two reports.
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

_CELLS_PER_DEGREE: Final = 2
_COLUMNS: Final = 360 * _CELLS_PER_DEGREE
_FEWEST_SHIPS: Final = 5
_TOGETHER_MS: Final = 900_000
_MOST_CELLS: Final = 5_000
_MOST_AREAS: Final = 200


class Integrity:
    """Judges positions as they come in; mutable, owned by the fleet. Times are UTC epoch ms."""

    __slots__ = ("_failed", "_jammed")

    def __init__(self) -> None:
        self._failed: dict[int, dict[int, int]] = {}  # cell -> ship's key -> when it failed
        self._jammed: dict[int, int] = {}  # cell -> since when

    def judge(self, ship: Ship, previous: Motion, elapsed_ms: int, motion: Motion) -> int:
        """Return the flags of a position that follows `previous`; notes it in the ship.

        On the hot road: most reports leave after three comparisons, and the compass is looked at
        with each second one.
        """
        north, east = motion.lat - previous.lat, motion.lon - previous.lon
        knots = motion.sog_knots or 0.0
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
            reach = elapsed_ms * (knots * _FASTER + _FASTER_KNOTS) * _DEGREES + _SLACK_DEG
            failed = (
                not (-reach < north < reach and -reach < east < reach)
                and _is_beyond(previous, motion, elapsed_ms, reach)
            ) or (knots >= _TWIST_KNOTS and ship.reports & 1 == 1 and _is_twisted(ship, motion))
        if failed:
            return self._fail(ship, previous, motion)
        if ship.doubts:
            ship.doubts -= 1
            return _DOUBTFUL
        return _DOUBTFUL if self._jammed and _cell(motion) in self._jammed else 0

    def expire(self, now_ms: int) -> None:
        """Forget failures older than a quarter of an hour, and the areas that they made."""
        limit_ms = now_ms - _TOGETHER_MS
        for cell, ships in list(self._failed.items()):
            recent = {key: at_ms for key, at_ms in ships.items() if at_ms >= limit_ms}
            if recent:
                self._failed[cell] = recent
            else:
                del self._failed[cell]
        for cell in [cell for cell in self._jammed if self._ships_around(cell) < _FEWEST_SHIPS]:
            del self._jammed[cell]

    def areas(self) -> list[InterferenceArea]:
        """Return where the sky is jammed: squares of half a degree, the longest first."""
        ordered = sorted(self._jammed.items(), key=lambda item: item[1])[:_MOST_AREAS]
        return [self._area(cell, since_ms) for cell, since_ms in ordered]

    def _fail(self, ship: Ship, previous: Motion, motion: Motion) -> int:
        is_again = ship.doubts > 0
        ship.doubts = min(_MOST_DOUBTS, ship.doubts + CLEAN_REPORTS)
        # Where the ship was led away from, and where to: receivers are jammed at the one, ships
        # that are nowhere near meet at the other.
        for cell in {_cell(previous), _cell(motion)}:
            self._note(cell, ship)
        return _IMPOSSIBLE if is_again else _DOUBTFUL

    def _note(self, cell: int, ship: Ship) -> None:
        ships = self._failed.get(cell)
        if ships is None:
            if len(self._failed) >= _MOST_CELLS:
                return
            ships = self._failed[cell] = {}
        ships[ship.key] = ship.at_ms
        if cell not in self._jammed and self._ships_around(cell) >= _FEWEST_SHIPS:
            self._jammed[cell] = ship.at_ms

    def _ships_around(self, cell: int) -> int:
        """Count the ships that failed in a cell or beside it within a quarter of an hour."""
        newest = max(
            (max(s.values()) for c in _around(cell) if (s := self._failed.get(c))), default=0
        )
        return len(
            {
                key
                for near in _around(cell)
                for key, at_ms in self._failed.get(near, {}).items()
                if at_ms >= newest - _TOGETHER_MS
            }
        )

    def _area(self, cell: int, since_ms: int) -> InterferenceArea:
        row, column = divmod(cell, _COLUMNS)
        ships = [self._failed[near] for near in _around(cell) if near in self._failed]
        return InterferenceArea(
            lat_min=row / _CELLS_PER_DEGREE - 90,
            lon_min=column / _CELLS_PER_DEGREE - 180,
            degrees=1 / _CELLS_PER_DEGREE,
            since_ms=since_ms,
            last_ms=max((max(each.values()) for each in ships if each), default=since_ms),
            ships=self._ships_around(cell),
        )


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


def _cell(motion: Motion) -> int:
    row = floor((motion.lat + 90) * _CELLS_PER_DEGREE)
    return row * _COLUMNS + floor((motion.lon + 180) * _CELLS_PER_DEGREE) % _COLUMNS


def _around(cell: int) -> list[int]:
    row, column = divmod(cell, _COLUMNS)
    return [
        (row + north) * _COLUMNS + (column + east) % _COLUMNS
        for north in (-1, 0, 1)
        for east in (-1, 0, 1)
    ]
