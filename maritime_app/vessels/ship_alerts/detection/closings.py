"""Positions to ships that come close to a watched one, if both hold on (CPA, TCPA). Pure.

Close is what the ship's page calls so: within half a mile in the next half hour, both under way,
and not in a harbour. It is told when two reports, twenty seconds or more apart, say so, and again
only after twenty minutes in which they would not have come within a mile.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple
from uuid import UUID

from maritime_app.ids import uuid7
from maritime_app.vessels.codes.flags import DISTRUSTED
from maritime_app.vessels.events.model import EventShip, ShipEvent, ShipEventKind, event_ship
from maritime_app.vessels.feed.events import PositionReported
from maritime_app.vessels.feed.ship import Ship
from maritime_app.vessels.live.packed_report import mmsi_of
from maritime_app.vessels.model import Motion, Source, StationKind
from maritime_app.vessels.neighbours.approach import (
    CLOSE_M,
    Approach,
    Course,
    approach,
    is_close,
)
from maritime_app.vessels.port_calls.harbours import Harbours
from maritime_app.vessels.ship_alerts.detection.areas import Edge, cell_of
from maritime_app.vessels.ship_alerts.model import Circle

_SHIPS: Final = frozenset({StationKind.CLASS_A, StationKind.CLASS_B})
_AROUND_M: Final = 20_000.0  # who is farther away is not looked at
_FRESH_MS: Final = 3 * 60_000
_SURE_MS: Final = 20_000
_OVER_MS: Final = 20 * 60_000
_MOST_PAIRS: Final = 20_000


class _Own(NamedTuple):
    ship: EventShip
    course: Course
    cell: int
    around: frozenset[int]


class _Pair:
    """Two ships that come close, since when and until when; mutable."""

    __slots__ = ("id", "last_ms", "since_ms", "told")

    def __init__(self, at_ms: int) -> None:
        self.id: UUID = uuid7()
        self.since_ms = self.last_ms = at_ms
        self.told = False


class Closings:
    """Ships around watched ones; mutable, bounded. Without any, a position costs one look."""

    def __init__(self) -> None:
        self.mmsis: frozenset[int] = frozenset()
        self._harbours: Harbours | None = None  # nothing is close before they are known
        self._own: dict[int, _Own] = {}  # by key
        self._near: dict[int, set[int]] = defaultdict(set)  # keys of watched ships, by cell
        self._pairs: dict[tuple[int, int], _Pair] = {}

    def watch(self, mmsis: frozenset[int]) -> None:
        """Watch these ships from now on, and no others."""
        self.mmsis = mmsis
        for key in [key for key in self._own if mmsi_of(key) not in mmsis]:
            self.forget(key)

    def know(self, harbours: Harbours) -> None:
        """Take these harbours for all there are."""
        self._harbours = harbours

    def resume(self, told: Iterable[tuple[int, int]], at_ms: int) -> None:
        """Take up pairs of ships, by their keys, that were told of before this process led."""
        for keys in told:
            pair = self._pairs[_ordered(*keys)] = _Pair(at_ms)
            pair.told = True

    def take(self, event: PositionReported) -> Iterator[ShipEvent]:
        """Yield each pair of which this position says, for the second time, that it comes close."""
        ship, motion = event.ship, event.motion
        if event.flags & DISTRUSTED or ship.shared or event.kind not in _SHIPS:
            if ship.mmsi in self.mmsis:
                self.forget(ship.key)
            return
        at_ms = event.report.at_ms
        cell = cell_of(motion.lat, motion.lon)
        near = self._near.get(cell)
        if ship.mmsi in self.mmsis:
            self._move(ship, motion, at_ms, cell)
        if not near or self._harbours is None:
            return
        course = _course(motion, at_ms)
        for key in [key for key in near if key != ship.key]:
            own = self._own[key]
            if abs(at_ms - own.course.at_ms) > _FRESH_MS:
                continue
            found = self._met(_ordered(key, ship.key), own, event_ship(ship), course, event)
            if found is not None:
                yield found

    def forget(self, key: int) -> None:
        """Forget where a watched ship is: it is not heard any more, or not believed."""
        own = self._own.pop(key, None)
        for cell in () if own is None else own.around:
            self._near[cell].discard(key)
            if not self._near[cell]:
                del self._near[cell]

    def expire(self, now_ms: int) -> None:
        """Forget pairs that have not been close for long."""
        limit_ms = now_ms - _OVER_MS
        for keys in [keys for keys, pair in self._pairs.items() if pair.last_ms < limit_ms]:
            del self._pairs[keys]

    def _move(self, ship: Ship, motion: Motion, at_ms: int, cell: int) -> None:
        before = self._own.get(ship.key)
        if before is not None and before.cell == cell:
            around = before.around
        else:
            self.forget(ship.key)
            around = frozenset(Edge(Circle(motion.lat, motion.lon, _AROUND_M)).cells())
            for each in around:
                self._near[each].add(ship.key)
        self._own[ship.key] = _Own(event_ship(ship), _course(motion, at_ms), cell, around)

    def _met(
        self,
        keys: tuple[int, int],
        own: _Own,
        other: EventShip,
        course: Course,
        event: PositionReported,
    ) -> ShipEvent | None:
        found = approach(own.course, course, course.at_ms)
        seconds = found.tcpa_seconds
        if not is_close(found, own.course, course) or seconds is None:
            self._part(keys, found, course.at_ms)
            return None
        pair = self._paired(keys, course.at_ms)
        if pair is None or pair.told or course.at_ms - pair.since_ms < _SURE_MS:
            return None
        if self._in_harbour(own.course) or self._in_harbour(course):
            return None
        pair.told = True
        return _event(pair, (own, other), course.at_ms, (found.cpa_m, seconds), event.source)

    def _part(self, keys: tuple[int, int], found: Approach, at_ms: int) -> None:
        """Note that two ships do not come close: once by a mile, or long enough, it is over."""
        pair, seconds = self._pairs.get(keys), found.tcpa_seconds
        if pair is None or seconds is None:
            return
        if seconds > 0 and found.cpa_m <= 2 * CLOSE_M:
            pair.last_ms = max(pair.last_ms, at_ms)
        elif not pair.told or at_ms - pair.last_ms > _OVER_MS:
            del self._pairs[keys]

    def _paired(self, keys: tuple[int, int], at_ms: int) -> _Pair | None:
        """Return the pair that comes close again; None for the first time, or for too many."""
        pair = self._pairs.get(keys)
        if pair is None or (pair.told and at_ms - pair.last_ms > _OVER_MS):
            if len(self._pairs) < _MOST_PAIRS:
                self._pairs[keys] = _Pair(at_ms)
            return None
        pair.last_ms = max(pair.last_ms, at_ms)
        return pair

    def _in_harbour(self, course: Course) -> bool:
        return self._harbours is None or self._harbours.at(course.lat, course.lon) is not None


def _event(
    pair: _Pair,
    ships: tuple[_Own, EventShip],
    at_ms: int,
    found: tuple[float, float],
    source: Source,
) -> ShipEvent:
    own, (cpa_m, seconds) = ships[0], found
    return ShipEvent(
        kind=ShipEventKind.CLOSE,
        id=pair.id,
        ships=(own.ship, ships[1]),
        source=source,
        at_ms=at_ms,
        not_before_ms=pair.since_ms,
        lat=own.course.lat,
        lon=own.course.lon,
        knots=own.course.knots,
        metres=cpa_m,
        closest_ms=at_ms + round(seconds * 1_000),
    )


def _course(motion: Motion, at_ms: int) -> Course:
    return Course(motion.lat, motion.lon, motion.sog_knots or 0.0, motion.cog_deg, at_ms)


def _ordered(first: int, second: int) -> tuple[int, int]:
    return (first, second) if first < second else (second, first)
