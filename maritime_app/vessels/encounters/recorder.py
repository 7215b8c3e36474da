"""Subscriber of the feed: detects encounters, and stores what has changed."""

import asyncio
from typing import Final

from maritime_app import clock
from maritime_app.infra.db import Database
from maritime_app.vessels.codes.flags import DISTRUSTED
from maritime_app.vessels.encounters import store
from maritime_app.vessels.encounters.meetings import Meeting, Meetings
from maritime_app.vessels.encounters.model import FROM_HARBOUR_M, SLOW_KNOTS
from maritime_app.vessels.events.model import (
    Announce,
    EventShip,
    ShipEvent,
    ShipEventKind,
    event_ship,
    nobody,
)
from maritime_app.vessels.events.write_behind import WriteBehind
from maritime_app.vessels.feed.events import FeedEvent, PositionReported, ShipExpired
from maritime_app.vessels.feed.ship import Ship
from maritime_app.vessels.live.packed_report import hypothesis_of, key_of, mmsi_of
from maritime_app.vessels.model import StationKind
from maritime_app.vessels.port_calls import store as port_calls
from maritime_app.vessels.port_calls.harbours import Harbours

_WRITE_SECONDS: Final = 10.0
_HARBOURS_MS: Final = 600_000  # how often lists of ports are looked at again
_EACH_MS: Final = 60_000  # a ship's position counts once a minute: an encounter takes hours
_STORE_MS: Final = 600_000  # how often the time of an encounter that just goes on is stored
_MOST_WAITING: Final = 10_000
_SHIPS: Final = frozenset({StationKind.CLASS_A, StationKind.CLASS_B})


class EncounterRecorder:
    """Detects encounters in memory; writes them every ten seconds, bounded while it cannot.

    `announce` is called once for each.
    """

    def __init__(self, db: Database, announce: Announce = nobody) -> None:
        self._db = db
        self._announce = announce
        self._slow: dict[int, Ship] = {}
        self.meetings = Meetings()
        self._harbours: Harbours | None = None  # nothing is detected before they are known
        self._harbours_ms = 0
        self._due_ms: dict[int, int] = {}
        self.waiting = WriteBehind(
            "encounters", Meeting.stored, store.upsert_encounters, _MOST_WAITING
        )
        self._is_loaded = False
        self._stored_ms: dict[int, int] = {}

    def handle(self, event: FeedEvent) -> None:
        """Take a position in; see Subscriber. Ships under way cost one comparison."""
        if type(event) is PositionReported:
            knots = event.motion.sog_knots
            if knots is None or knots >= SLOW_KNOTS:
                return
            key, at_ms = event.ship.key, event.report.at_ms
            # Due later than a report makes it: by a clock that has gone back since.
            if not 0 < self._due_ms.get(key, 0) - at_ms <= _EACH_MS:
                self._due_ms[key] = at_ms + _EACH_MS
                self._take(event)
        elif type(event) is ShipExpired:
            self.meetings.forget(event.ship.key)
            self._due_ms.pop(event.ship.key, None)
            self._slow.pop(event.ship.key, None)

    def know(self, harbours: Harbours) -> None:
        """Take these harbours for all there are, with a reach of 10 km."""
        self._harbours, self._harbours_ms = harbours, clock.epoch_ms()

    async def run(self, over: asyncio.Event) -> None:
        """Load harbours and open encounters, then write every ten seconds until `over`; then the
        rest.
        """
        await self.waiting.follow(self._db, over, _WRITE_SECONDS, self._refresh)

    async def _refresh(self) -> None:
        if not self._is_loaded:
            await self.load()
        await self._load_harbours()
        for meeting in self.meetings.expire(clock.epoch_ms()):
            self._note(meeting)

    async def load(self) -> None:
        """Take up the encounters that were open when the last leader ended."""
        async with self._db.acquire() as conn:
            for each in await store.open_encounters(conn):
                first = key_of(each.mmsi, each.hypothesis)
                second = key_of(each.other_mmsi, each.other_hypothesis)
                self.meetings.resume((first, second), each)
                self._stored_ms.setdefault(each.id.int, 0)  # it was announced
        self._is_loaded = True

    def _take(self, event: PositionReported) -> None:
        ship, motion = event.ship, event.motion
        if self._harbours is None or event.kind not in _SHIPS:
            return
        if event.flags & DISTRUSTED or ship.shared:
            self.meetings.forget(ship.key)
            return
        if self._harbours.at(motion.lat, motion.lon) is not None:
            self.meetings.forget(ship.key)
            return
        self._slow[ship.key] = ship
        for meeting in self.meetings.take(ship.key, motion, event.report.at_ms, event.source):
            if meeting.is_encounter and self._is_due(meeting):
                self._note(meeting)

    def _is_due(self, meeting: Meeting) -> bool:
        stored_ms = self._stored_ms.get(meeting.id.int, 0)
        return meeting.ended_ms is not None or meeting.last_ms - stored_ms >= _STORE_MS

    def _note(self, meeting: Meeting) -> None:
        if meeting.id.int not in self._stored_ms and meeting.ended_ms is None:
            self._tell(meeting)
        if not self.waiting.note(meeting.id, meeting):
            return
        self._stored_ms[meeting.id.int] = meeting.last_ms
        if meeting.ended_ms is not None:
            del self._stored_ms[meeting.id.int]

    def _tell(self, meeting: Meeting) -> None:
        place = meeting.place
        self._announce(
            ShipEvent(
                kind=ShipEventKind.ENCOUNTER,
                id=meeting.id,
                ships=tuple(map(self._event_ship, meeting.keys)),
                source=place.source,
                at_ms=meeting.last_ms,
                not_before_ms=meeting.began_ms,
                lat=place.lat,
                lon=place.lon,
                knots=meeting.median_knots,
                metres=meeting.closest_m,
            )
        )

    def _event_ship(self, key: int) -> EventShip:
        ship = self._slow.get(key)
        return EventShip(mmsi_of(key), hypothesis_of(key)) if ship is None else event_ship(ship)

    async def _load_harbours(self) -> None:
        now_ms = clock.epoch_ms()
        # A new copy starts before its ports have come.
        if not (self._harbours and self._harbours.by_id) or (
            now_ms - self._harbours_ms >= _HARBOURS_MS
        ):
            async with self._db.acquire() as conn:
                self.know(Harbours(await port_calls.harbours(conn), FROM_HARBOUR_M))
