"""Positions to ships that come as close to a watched one as an alert says, if both hold on (CPA,
TCPA). Pure.

Watched are the ships of alerts, and every ship under way in an area of one. It is told when two
reports, twenty seconds or more apart, say so, never in a harbour, and again only after twenty
minutes in which they would not have come within twice the distance. A ship is looked at every ten
seconds at most: in the busiest waters, too, a look costs as much as it does at sea.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple
from uuid import UUID

from maritime_app.geo import METRES_PER_NAUTICAL_MILE
from maritime_app.ids import uuid7
from maritime_app.vessels.codes.flags import DISTRUSTED
from maritime_app.vessels.events.model import EventShip, ShipEvent, ShipEventKind, event_ship
from maritime_app.vessels.feed.events import PositionReported
from maritime_app.vessels.model import Source, StationKind
from maritime_app.vessels.neighbours.approach import (
    METRES_PER_SECOND,
    UNDER_WAY_KNOTS,
    Approach,
    Course,
    approach,
    is_close,
)
from maritime_app.vessels.port_calls.harbours import Harbours
from maritime_app.vessels.ship_alerts.detection.areas import Edge, cell_of
from maritime_app.vessels.ship_alerts.detection.courses import MOST, Courses
from maritime_app.vessels.ship_alerts.model import Circle, Watch

_SHIPS: Final = frozenset({StationKind.CLASS_A, StationKind.CLASS_B})
_OTHERS_KNOTS: Final = 25.0  # who comes faster is seen later
_MOST_AROUND_M: Final = 50_000.0  # who is farther away is not looked at
_LOOKS_APART_MS: Final = 10_000
_FRESH_MS: Final = 3 * 60_000
_SURE_MS: Final = 20_000
_OVER_MS: Final = 20 * 60_000
_MOST_PAIRS: Final = 20_000
_MOST_PAIRS_OF_ALERT: Final = 500  # a crowd leaves room for the other alerts
_MOST_IN_AREAS: Final = MOST * 3 // 4  # and for the ships of alerts

PairKey = tuple[UUID, int, int]  # alert, and the ships' keys in order


class _Wanted:
    """A watch of ships that come close, with its area and bounds made ready."""

    __slots__ = ("edge", "metres", "seconds", "watch")

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self.edge = None if watch.area is None else Edge(watch.area)
        self.metres = watch.close_miles * METRES_PER_NAUTICAL_MILE
        self.seconds = watch.close_minutes * 60.0

    def around_m(self, knots: float) -> float:
        """Return from how far away ships may come close in time to one of this speed."""
        return min(
            _MOST_AROUND_M,
            self.metres + self.seconds * (knots + _OTHERS_KNOTS) * METRES_PER_SECOND,
        )

    def is_of(self, ship: EventShip, course: Course) -> bool:
        """Whether others are not to come close to this ship, there."""
        watch = self.watch
        if watch.mmsi is None and watch.types and ship.group not in watch.types:
            return False
        return self.edge is None or self.edge.metres(course.lat, course.lon) <= 0


class _Own(NamedTuple):
    ship: EventShip
    course: Course
    wanted: Sequence[_Wanted]


class _Pair:
    """Two ships that come close, since when and until when; mutable."""

    __slots__ = ("id", "last_ms", "since_ms", "told")

    def __init__(self, at_ms: int) -> None:
        self.id: UUID = uuid7()
        self.since_ms = self.last_ms = at_ms
        self.told = False

    def is_over(self, at_ms: int) -> bool:
        """Whether they were not close for so long that it begins anew."""
        return at_ms - self.last_ms > (_OVER_MS if self.told else _FRESH_MS)


class Closings:
    """Watched ships and who comes close; mutable, bounded. Without any, a position costs nothing;
    far from them one look.
    """

    def __init__(self) -> None:
        self.watches: list[Watch] = []
        self._of_ship: dict[int, list[_Wanted]] = {}  # by MMSI
        self._of_area: dict[int, list[_Wanted]] = {}  # by cell
        self._around_areas: set[int] = set()  # cells from which ships may come close in one
        self._around_ships: Counter[int] = Counter()  # the same, of ships of alerts
        self._around: dict[int, tuple[int, frozenset[int]]] = {}  # of each: where it is, its cells
        self._harbours: Harbours | None = None  # nothing is close before they are known
        self._own: dict[int, _Own] = {}  # by key
        self._courses = Courses()
        self._looked_ms: dict[int, int] = {}  # by key
        self._pairs: dict[PairKey, _Pair] = {}
        self._pairs_of: Counter[UUID] = Counter()  # by alert

    def watch(self, watches: Iterable[Watch]) -> None:
        """Watch for those of these alerts that are of close ships, and no others."""
        watches = [watch for watch in watches if ShipEventKind.CLOSE in watch.events]
        if watches == self.watches:
            return
        self.watches = watches
        ships, areas = defaultdict(list), defaultdict(list)
        self._around_areas = set()
        for wanted in map(_Wanted, watches):
            if wanted.watch.mmsi is not None:
                ships[wanted.watch.mmsi].append(wanted)
            elif wanted.edge is not None:
                for cell in set(wanted.edge.cells()):
                    areas[cell].append(wanted)
                self._around_areas.update(wanted.edge.cells(wanted.around_m(0.0)))
        self._of_ship, self._of_area = dict(ships), dict(areas)
        for key, own in list(self._own.items()):
            self._note(key, own.ship, own.course)
        ids = {watch.id for watch in watches}
        self._part([key for key in self._pairs if key[0] not in ids])

    def know(self, harbours: Harbours) -> None:
        """Take these harbours for all there are."""
        self._harbours = harbours

    def resume(self, told: Iterable[PairKey], at_ms: int) -> None:
        """Take up pairs that were told of before this process led."""
        for alert_id, *keys in told:
            self._pair(_pair_key(alert_id, *keys), at_ms).told = True

    def take(self, event: PositionReported) -> Iterable[tuple[Watch, ShipEvent]]:
        """Return whom to tell of which ships that come close, as this position says for the second
        time.
        """
        ship, motion = event.ship, event.motion
        cell = cell_of(motion.lat, motion.lon)
        is_near = cell in self._around_ships or cell in self._around_areas
        if not is_near and ship.mmsi not in self._of_ship:
            return ()
        knots = motion.sog_knots or 0.0
        is_believed = not (event.flags & DISTRUSTED or ship.shared) and event.kind in _SHIPS
        if not is_believed or knots <= UNDER_WAY_KNOTS:
            self.forget(ship.key)
            return ()
        at_ms = event.report.at_ms
        if abs(at_ms - self._looked_ms.get(ship.key, 0)) < _LOOKS_APART_MS:
            return ()
        self._looked_ms[ship.key] = at_ms
        course = Course(motion.lat, motion.lon, knots, motion.cog_deg, at_ms)
        described = event_ship(ship)
        self._note(ship.key, described, course)
        return self._met(ship.key, described, course, event.source) if is_near else ()

    def forget(self, key: int) -> None:
        """Forget where a ship is: it is not heard any more, not believed, or lies still."""
        if self._own.pop(key, None) is not None:
            self._courses.drop(key)
            self._move(key, None, frozenset())

    def expire(self, now_ms: int) -> None:
        """Forget ships that were not heard, and pairs that have not been close, for long."""
        for key in [key for key, own in self._own.items() if _is_old(own.course.at_ms, now_ms)]:
            self.forget(key)
        looked = self._looked_ms.items()
        self._looked_ms = {key: at_ms for key, at_ms in looked if not _is_old(at_ms, now_ms)}
        limit_ms = now_ms - _OVER_MS
        self._part([key for key, pair in self._pairs.items() if pair.last_ms < limit_ms])

    def _note(self, key: int, ship: EventShip, course: Course) -> None:
        """Take a ship for a watched one, if it is, and in an area as long as it is inside."""
        cell = cell_of(course.lat, course.lon)
        alone = self._of_ship.get(ship.mmsi, ())
        wanted = [each for each in alone if each.is_of(ship, course)]
        wanted += [each for each in self._of_area.get(cell, ()) if each.is_of(ship, course)]
        metres = max((each.metres for each in wanted), default=0.0)
        seconds = max((each.seconds for each in wanted), default=0.0)
        is_full = not alone and key not in self._own and len(self._own) >= _MOST_IN_AREAS
        if not wanted or is_full or not self._courses.put(key, course, metres, seconds):
            self.forget(key)
            return
        self._own[key] = _Own(ship, course, wanted)
        before = self._around.get(key)
        if not alone:
            self._move(key, None, frozenset())
        elif before is None or before[0] != cell:
            reach = max(each.around_m(course.knots) for each in alone)
            around = frozenset(Edge(Circle(course.lat, course.lon, reach)).cells())
            self._move(key, cell, around)

    def _move(self, key: int, cell: int | None, around: frozenset[int]) -> None:
        """Note around which cells a ship of an alert is; none: nowhere."""
        for each in self._around.pop(key, (0, ()))[1]:
            self._around_ships[each] -= 1
            if not self._around_ships[each]:
                del self._around_ships[each]
        if cell is not None:
            self._around[key] = (cell, around)
            self._around_ships.update(around)

    def _met(
        self, key: int, ship: EventShip, course: Course, source: Source
    ) -> Iterator[tuple[Watch, ShipEvent]]:
        for own_key in self._courses.met_by(course, _FRESH_MS):
            if own_key == key:
                continue
            own = self._own[own_key]
            found = approach(own.course, course, course.at_ms)
            for wanted in own.wanted:
                pair_key = _pair_key(wanted.watch.id, key, own_key)
                pair = self._closing(pair_key, wanted, (own.course, course), found)
                if pair is not None:
                    yield wanted.watch, _event(pair, own, ship, found, course.at_ms, source)

    def _closing(
        self, key: PairKey, wanted: _Wanted, courses: tuple[Course, Course], found: Approach
    ) -> _Pair | None:
        """Return the pair if it is to be told of now."""
        pair, at_ms = self._pairs.get(key), courses[1].at_ms
        if not is_close(found, *courses, metres=wanted.metres, seconds=wanted.seconds):
            if pair is not None and not pair.told:
                self._part([key])
            elif pair is not None and found.cpa_m <= 2 * wanted.metres:
                pair.last_ms = max(pair.last_ms, at_ms)
            return None
        if pair is None or pair.is_over(at_ms):
            has_room = self._pairs_of[key[0]] < _MOST_PAIRS_OF_ALERT
            if pair is not None or (has_room and len(self._pairs) < _MOST_PAIRS):
                self._pair(key, at_ms)
            return None
        pair.last_ms = max(pair.last_ms, at_ms)
        if pair.told or at_ms - pair.since_ms < _SURE_MS or any(map(self._in_harbour, courses)):
            return None
        pair.told = True
        return pair

    def _pair(self, key: PairKey, at_ms: int) -> _Pair:
        """Return a pair that begins now."""
        self._pairs_of[key[0]] += key not in self._pairs
        pair = self._pairs[key] = _Pair(at_ms)
        return pair

    def _part(self, keys: Iterable[PairKey]) -> None:
        for key in keys:
            del self._pairs[key]
            self._pairs_of[key[0]] -= 1

    def _in_harbour(self, course: Course) -> bool:
        return self._harbours is None or self._harbours.at(course.lat, course.lon) is not None


def _event(
    pair: _Pair, own: _Own, other: EventShip, found: Approach, at_ms: int, source: Source
) -> ShipEvent:
    assert found.tcpa_seconds is not None  # else they are not close
    return ShipEvent(
        kind=ShipEventKind.CLOSE,
        id=pair.id,
        ships=(own.ship, other),
        source=source,
        at_ms=at_ms,
        not_before_ms=pair.since_ms,
        lat=own.course.lat,
        lon=own.course.lon,
        knots=own.course.knots,
        metres=found.cpa_m,
        closest_ms=at_ms + round(found.tcpa_seconds * 1_000),
    )


def _is_old(at_ms: int, now_ms: int) -> bool:
    return abs(now_ms - at_ms) > _FRESH_MS


def _pair_key(alert_id: UUID, first: int, second: int) -> PairKey:
    return (alert_id, *((first, second) if first < second else (second, first)))
