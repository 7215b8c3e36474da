"""Subscriber of the feed: detects port calls, and stores what has changed."""

import asyncio
from typing import Final

import asyncpg

from maritime_app import clock
from maritime_app.errors import Refusal
from maritime_app.infra.db import Database
from maritime_app.infra.processes.waiting import until
from maritime_app.infra.telemetry import log
from maritime_app.infra.telemetry.metrics import tally
from maritime_app.vessels.codes.flags import DISTRUSTED
from maritime_app.vessels.feed.events import FeedEvent, PositionReported, ShipExpired
from maritime_app.vessels.model import StationKind
from maritime_app.vessels.port_calls import store
from maritime_app.vessels.port_calls.detector import Stay, resumed
from maritime_app.vessels.port_calls.harbours import Harbours

logger = log.get(__name__)
_WRITE_SECONDS: Final = 5.0
_HARBOURS_MS: Final = 600_000  # how often lists of ports are looked at again
_TIMES_MS: Final = 600_000  # how often the times of a call that just goes on are stored
_MOST_WAITING: Final = 50_000
_SHIPS: Final = frozenset({StationKind.CLASS_A, StationKind.CLASS_B})
_DATABASE_AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, Refusal)


class PortCallRecorder:
    """Detects calls in memory; writes them every five seconds, bounded while it cannot."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._harbours = Harbours(())
        self._harbours_ms = 0
        self._stays: dict[int, Stay] = {}
        self._changed: dict[int, Stay] = {}  # by what no two calls have in common: their id
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
        ship, report = event.ship, event.report
        motion = report.motion
        if motion is None or ship.kind not in _SHIPS or ship.flags & DISTRUSTED:
            return
        stay = self._stays.get(ship.key)
        if stay is None:
            harbour = self._harbours.at(motion.lat, motion.lon)
            if harbour is None:
                return
            stay = Stay((ship.mmsi, ship.hypothesis), ship.source, harbour, report.at_ms)
            self._stays[ship.key] = stay
        has_changed = stay.take(report.at_ms, motion)
        if stay.left_ms is not None:
            del self._stays[ship.key]
        if stay.is_call and (has_changed or self._is_due(stay)):
            self._note(stay)

    def _is_due(self, stay: Stay) -> bool:
        return stay.last_ms - self._written_ms.get(stay.id.int, 0) >= _TIMES_MS

    def _note(self, stay: Stay) -> None:
        if len(self._changed) >= _MOST_WAITING:
            tally["vessels_port_calls_lost"] += 1
            return
        self._changed[stay.id.int] = stay
        self._written_ms[stay.id.int] = stay.last_ms
        if stay.left_ms is not None:
            self._written_ms.pop(stay.id.int, None)

    async def run(self, over: asyncio.Event) -> None:
        """Load harbours and open calls, then write every five seconds until `over`; then the
        rest.
        """
        is_loaded = False
        while not over.is_set():
            try:
                is_loaded = is_loaded or await self._resume()
                await self._load_harbours()
                await self._write()
            except _DATABASE_AWAY as error:
                logger.warning("port_calls_wait_for_database", error=type(error).__name__)
            await until(over, _WRITE_SECONDS)
        await self._write()

    async def _resume(self) -> bool:
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
        return True

    async def _load_harbours(self) -> None:
        now_ms = clock.epoch_ms()
        # A new copy starts before its ports have come.
        if not self._harbours.by_id or now_ms - self._harbours_ms >= _HARBOURS_MS:
            async with self._db.acquire() as conn:
                self._harbours = Harbours(await store.harbours(conn))
            self._harbours_ms = now_ms

    async def _write(self) -> None:
        if not self._changed:
            return
        changed = dict(self._changed)
        calls = [stay.stored() for stay in changed.values()]
        async with self._db.acquire() as conn:
            await store.upsert_calls(conn, calls)
        tally["vessels_port_calls_written"] += len(calls)
        for key, call in zip(changed, calls, strict=True):
            # Changed again while it was written: it stays for the next time.
            if self._changed[key].stored() == call:
                del self._changed[key]
