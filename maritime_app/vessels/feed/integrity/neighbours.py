"""Where several ships failed at one time: squares of half a degree."""

from math import floor
from typing import Final

from maritime_app.vessels.feed.integrity.hops import Hop, alike
from maritime_app.vessels.feed.ship import Ship
from maritime_app.vessels.interference import InterferenceArea
from maritime_app.vessels.model import Motion

_CELLS_PER_DEGREE: Final = 2
_COLUMNS: Final = 360 * _CELLS_PER_DEGREE
_FEWEST_SHIPS: Final = 5
_TOGETHER_MS: Final = 900_000
_MOST_CELLS: Final = 5_000
_MOST_AREAS: Final = 200
_MOST_HOPS: Final = 64  # of a cell, the newest


class Neighbours:
    """Ships that failed, by cell; mutable. Times are UTC epoch ms.

    `jammed` holds the cells in which five or more failed within a quarter of an hour, and since
    when.
    """

    __slots__ = ("_failed", "_hops", "jammed")

    def __init__(self) -> None:
        self._failed: dict[int, dict[int, int]] = {}  # cell -> ship's key -> when it failed
        self._hops: dict[int, list[Hop]] = {}
        self.jammed: dict[int, int] = {}

    def failed(self, ship: Ship, previous: Motion, motion: Motion) -> None:
        """Note where the ship was led away from, and where to.

        Receivers are jammed at the one, ships that are nowhere near meet at the other.
        """
        for cell in {cell_of(previous), cell_of(motion)}:
            self._note(cell, ship)

    def hopped(self, hop: Hop, previous: Motion) -> list[Hop]:
        """Note a hop and return those of five or more ships that went the same way with it."""
        cell = cell_of(previous)
        if cell not in self._hops and len(self._hops) >= _MOST_CELLS:
            return []
        here = self._hops.setdefault(cell, [])
        here.append(hop)
        del here[:-_MOST_HOPS]
        limit_ms = hop.shift.since_ms - _TOGETHER_MS
        near = (each for c in _around(cell) for each in self._hops.get(c, ()))
        found = alike((each for each in near if each.shift.since_ms >= limit_ms), hop)
        return found if len(found) >= _FEWEST_SHIPS else []

    def expire(self, now_ms: int) -> None:
        """Forget failures older than a quarter of an hour, and the areas that they made."""
        limit_ms = now_ms - _TOGETHER_MS
        for cell, ships in list(self._failed.items()):
            recent = {key: at_ms for key, at_ms in ships.items() if at_ms >= limit_ms}
            if recent:
                self._failed[cell] = recent
            else:
                del self._failed[cell]
        for cell, hops in list(self._hops.items()):
            self._hops[cell] = [hop for hop in hops if hop.shift.since_ms >= limit_ms]
            if not self._hops[cell]:
                del self._hops[cell]
        for cell in [cell for cell in self.jammed if self._ships_around(cell) < _FEWEST_SHIPS]:
            del self.jammed[cell]

    def areas(self) -> list[InterferenceArea]:
        """Return where the sky is jammed: squares of half a degree, the longest first."""
        ordered = sorted(self.jammed.items(), key=lambda item: item[1])[:_MOST_AREAS]
        return [self._area(cell, since_ms) for cell, since_ms in ordered]

    def _note(self, cell: int, ship: Ship) -> None:
        ships = self._failed.get(cell)
        if ships is None:
            if len(self._failed) >= _MOST_CELLS:
                return
            ships = self._failed[cell] = {}
        ships[ship.key] = ship.at_ms
        if cell not in self.jammed and self._ships_around(cell) >= _FEWEST_SHIPS:
            self.jammed[cell] = ship.at_ms

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


def cell_of(motion: Motion) -> int:
    """Return the number of the square of half a degree."""
    row = floor((motion.lat + 90) * _CELLS_PER_DEGREE)
    return row * _COLUMNS + floor((motion.lon + 180) * _CELLS_PER_DEGREE) % _COLUMNS


def _around(cell: int) -> list[int]:
    row, column = divmod(cell, _COLUMNS)
    return [
        (row + north) * _COLUMNS + (column + east) % _COLUMNS
        for north in (-1, 0, 1)
        for east in (-1, 0, 1)
    ]
