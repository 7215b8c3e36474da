"""Who is slow where, and who has been near whom since when. Pure; degrees, metres, epoch ms."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from math import cos, radians, sin
from typing import Final, NamedTuple
from uuid import UUID

from maritime_app.geo import METRES_PER_DEGREE, distance_m
from maritime_app.ids import uuid7
from maritime_app.vessels.encounters.model import APART_MS, LEAST_MS, NEAR_M, SLOW_KNOTS, Encounter
from maritime_app.vessels.live.packed_report import hypothesis_of, mmsi_of
from maritime_app.vessels.model import Motion, Source

# A kilometre to the north, and four to the east at the equator: 700 m at 80 degrees.
_ROWS_PER_DEGREE: Final = 100
_COLUMNS_PER_DEGREE: Final = 25
_COLUMNS: Final = 360 * _COLUMNS_PER_DEGREE
_MOST_PAIRS: Final = 20_000
_TENTHS: Final = 10
_MS_PER_HOUR: Final = 3_600_000

PairKey = tuple[int, int]


class Place(NamedTuple):
    """Where a slow ship was last."""

    lat: float
    lon: float
    knots: float
    course_deg: float
    at_ms: int
    source: Source


class Meeting:
    """Two ships near to each other; mutable.

    `speeds` counts their speeds in tenths of a knot, so that the median of hours needs no list.
    """

    __slots__ = ("began_ms", "closest_m", "ended_ms", "id", "keys", "last_ms", "place", "speeds")

    def __init__(self, keys: PairKey, place: Place, at_ms: int) -> None:
        self.id: UUID = uuid7()
        self.keys = keys
        self.place = place
        self.began_ms = self.last_ms = at_ms
        self.ended_ms: int | None = None
        self.closest_m = NEAR_M
        self.speeds: Counter[int] = Counter()

    @property
    def is_encounter(self) -> bool:
        """Whether it has lasted for long enough, slowly enough."""
        return self.last_ms - self.began_ms >= LEAST_MS and self.median_knots < SLOW_KNOTS

    @property
    def median_knots(self) -> float:
        """The median of all speeds that were reported."""
        middle, seen = self.speeds.total() / 2, 0
        for tenths in sorted(self.speeds):
            seen += self.speeds[tenths]
            if seen >= middle:
                return tenths / _TENTHS
        return 0.0

    def take(self, at_ms: int, metres: float, knots: tuple[float, float]) -> None:
        """Note that they were this near at this time."""
        self.last_ms = max(self.last_ms, at_ms)  # after it began, whatever the clock does
        self.closest_m = min(self.closest_m, metres)
        self.speeds.update(round(each * _TENTHS) for each in knots)

    def stored(self) -> Encounter:
        """Return it as it is stored."""
        first, second = self.keys
        return Encounter(
            id=self.id,
            mmsi=mmsi_of(first),
            hypothesis=hypothesis_of(first),
            other_mmsi=mmsi_of(second),
            other_hypothesis=hypothesis_of(second),
            source=int(self.place.source),
            began_at=_instant(self.began_ms),
            last_at=_instant(self.last_ms),
            ended_at=None if self.ended_ms is None else _instant(self.ended_ms),
            lat=self.place.lat,
            lon=self.place.lon,
            median_knots=self.median_knots,
            closest_m=round(self.closest_m, 1),
        )


class Meetings:
    """Slow ships far from harbours, by cell, and their meetings; mutable, bounded."""

    def __init__(self) -> None:
        self.pairs: dict[PairKey, Meeting] = {}
        self._places: dict[int, Place] = {}
        self._cell_of: dict[int, int] = {}
        self._cells: dict[int, set[int]] = {}

    def take(self, key: int, motion: Motion, at_ms: int, source: Source) -> Iterator[Meeting]:
        """Take the position of a slow ship in; yield each meeting that goes on with it.

        A meeting that was not seen for twenty minutes has ended, and is yielded as such.
        """
        place = Place(
            motion.lat, motion.lon, motion.sog_knots or 0.0, motion.cog_deg or 0.0, at_ms, source
        )
        cell = _cell(motion.lat, motion.lon)
        self._move(key, place, cell)
        for other_key in self._around(cell):
            other = self._places[other_key]
            if other_key == key or at_ms - other.at_ms > APART_MS:
                continue
            metres = distance_m(motion.lat, motion.lon, *reckoned(other, at_ms))
            if metres <= NEAR_M:
                yield from self._met(key, place, other_key, other, metres)

    def forget(self, key: int) -> None:
        """Forget where a ship was: it has left, or come near a harbour."""
        self._places.pop(key, None)
        cell = self._cell_of.pop(key, None)
        if cell is not None:
            ships = self._cells[cell]
            ships.discard(key)
            if not ships:
                del self._cells[cell]

    def expire(self, now_ms: int) -> list[Meeting]:
        """End what was not seen for twenty minutes; return those meetings that were encounters."""
        limit_ms = now_ms - APART_MS
        for key in [key for key, place in self._places.items() if place.at_ms < limit_ms]:
            self.forget(key)
        over = [meeting for meeting in self.pairs.values() if meeting.last_ms < limit_ms]
        for meeting in over:
            self._end(meeting)
        return [meeting for meeting in over if meeting.is_encounter]

    def resume(self, key: PairKey, encounter: Encounter) -> None:
        """Take up an encounter that was open when the last leader ended."""
        source = Source(encounter.source)
        began_ms, last_ms = _ms(encounter.began_at), _ms(encounter.last_at)
        place = Place(encounter.lat, encounter.lon, 0.0, 0.0, began_ms, source)
        meeting = Meeting(key, place, began_ms)
        meeting.id, meeting.last_ms = encounter.id, last_ms
        meeting.closest_m = encounter.closest_m
        # What was heard before counts once a minute for both.
        weight = max(1, 2 * (last_ms - began_ms) // 60_000)
        meeting.speeds[round(encounter.median_knots * _TENTHS)] = weight
        self.pairs.setdefault(key, meeting)

    def _met(
        self, key: int, place: Place, other_key: int, other: Place, metres: float
    ) -> Iterator[Meeting]:
        keys = (key, other_key) if key < other_key else (other_key, key)
        meeting = self.pairs.get(keys)
        if meeting is not None and place.at_ms - meeting.last_ms > APART_MS:
            self._end(meeting)
            yield meeting
            meeting = None
        if meeting is None:
            if len(self.pairs) >= _MOST_PAIRS:
                return
            meeting = self.pairs[keys] = Meeting(keys, place, place.at_ms)
        meeting.take(place.at_ms, metres, (place.knots, other.knots))
        yield meeting

    def _end(self, meeting: Meeting) -> None:
        meeting.ended_ms = meeting.last_ms
        del self.pairs[meeting.keys]

    def _move(self, key: int, place: Place, cell: int) -> None:
        if self._cell_of.get(key) != cell:
            self.forget(key)
            self._cell_of[key] = cell
            self._cells.setdefault(cell, set()).add(key)
        self._places[key] = place

    def _around(self, cell: int) -> list[int]:
        """Return the ships in a cell and the eight around it."""
        column = cell % _COLUMNS
        row = cell - column
        west, east = (column - 1) % _COLUMNS, (column + 1) % _COLUMNS
        cells = self._cells
        return [
            key
            for first in (row - _COLUMNS, row, row + _COLUMNS)
            for near in (first + west, first + column, first + east)
            if near in cells
            for key in cells[near]
        ]


def reckoned(place: Place, at_ms: int) -> tuple[float, float]:
    """Return where the ship of a place is at another time, by its speed and course."""
    degrees = place.knots * 1852 * (at_ms - place.at_ms) / _MS_PER_HOUR / METRES_PER_DEGREE
    course = radians(place.course_deg)
    north, east = degrees * cos(course), degrees * sin(course)
    return place.lat + north, place.lon + east / max(0.05, cos(radians(place.lat)))


def _cell(lat: float, lon: float) -> int:
    row = int((lat + 90.0) * _ROWS_PER_DEGREE)
    return row * _COLUMNS + int((lon + 180.0) * _COLUMNS_PER_DEGREE) % _COLUMNS


def _instant(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)
