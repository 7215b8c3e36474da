"""Subscriber of the feed: detects port calls, and stores what has changed."""

import asyncio
from typing import Final

from maritime_app import clock
from maritime_app.infra.db import Database
from maritime_app.vessels.codes.flags import DISTRUSTED
from maritime_app.vessels.events.write_behind import WriteBehind
from maritime_app.vessels.feed.events import FeedEvent, PositionReported, ShipExpired
from maritime_app.vessels.model import StationKind
from maritime_app.vessels.port_calls import store
from maritime_app.vessels.port_calls.detector import Stay, resumed
from maritime_app.vessels.port_calls.harbours import Harbours

_WRITE_SECONDS: Final = 5.0
_HARBOURS_MS: Final = 600_000  # how often lists of ports are looked at again
_TIMES_MS: Final = 600_000  # how often the times of a call that just goes on are stored
_MOST_WAITING: Final = 50_000
_SHIPS: Final = frozenset({StationKind.CLASS_A, StationKind.CLASS_B})


class PortCallRecorder:
    """Detects calls in memory; writes them every five seconds, bounded while it cannot."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._harbours = Harbours(())
        self._harbours_ms = 0
        self._stays: dict[int, Stay] = {}
        self.waiting = WriteBehind("port_calls", Stay.stored, store.upsert_calls, _MOST_WAITING)
        self._is_loaded = False
        self._written_ms: dict[int, int] = {}

    def handle(self, event: FeedEvent) -> None:
        """Take a position into the ship's call; see Subscriber."""
        if type(event) is PositionReported:
            self._take(event)
        elif type(event) is ShipExpired:
            stay = self._stays.pop(event.ship.key, None)
            if stay is not None and stay.is_call:
                stay.leave(stay.last_ms, unseen=True)
                self._note(stay)

    def _take(self, event: PositionReported) -> None:
        ship, at_ms, motion = event.ship, event.report.at_ms, event.motion
        if event.kind not in _SHIPS or event.flags & DISTRUSTED:
            return
        stay = self._stays.get(ship.key)
        if stay is None:
            harbour = self._harbours.at(motion.lat, motion.lon)
            if harbour is None:
                return
            stay = Stay((ship.mmsi, ship.hypothesis), event.source, harbour, at_ms)
            self._stays[ship.key] = stay
        has_changed = stay.take(at_ms, motion)
        if stay.left_ms is not None:
            del self._stays[ship.key]
        if stay.is_call and (has_changed or self._is_due(stay)):
            self._note(stay)

    def _is_due(self, stay: Stay) -> bool:
        return stay.last_ms - self._written_ms.get(stay.id.int, 0) >= _TIMES_MS

    def _note(self, stay: Stay) -> None:
        if not self.waiting.note(stay.id, stay):
            return
        self._written_ms[stay.id.int] = stay.last_ms
        if stay.left_ms is not None:
            self._written_ms.pop(stay.id.int, None)

    async def run(self, over: asyncio.Event) -> None:
        """Load harbours and open calls, then write every five seconds until `over`; then the
        rest.
        """
        await self.waiting.follow(self._db, over, _WRITE_SECONDS, self._refresh)

    async def _refresh(self) -> None:
        if not self._is_loaded:
            await self._resume()
        await self._load_harbours()

    async def _resume(self) -> None:
        """Take up the calls that were open when the last leader ended.

        Nothing is detected before: a ship at the quay would begin a second call.
        """
        async with self._db.acquire() as conn:
            harbours = Harbours(await store.harbours(conn))
            calls = await store.open_calls(conn)
        for key, call in calls:
            harbour = harbours.by_id.get(call.port_id)
            if harbour is not None:
                self._stays[key] = resumed(call, harbour)
        self._harbours, self._harbours_ms = harbours, clock.epoch_ms()
        self._is_loaded = True

    async def _load_harbours(self) -> None:
        now_ms = clock.epoch_ms()
        # A new copy starts before its ports have come.
        if not self._harbours.by_id or now_ms - self._harbours_ms >= _HARBOURS_MS:
            async with self._db.acquire() as conn:
                self._harbours = Harbours(await store.harbours(conn))
            self._harbours_ms = now_ms
