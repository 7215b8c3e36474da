"""Subscriber of the feed: detects crossings, and stores them."""

import asyncio
from typing import Final

import asyncpg

from maritime_app import clock
from maritime_app.errors import Refusal
from maritime_app.infra.db import Database
from maritime_app.infra.processes.waiting import until
from maritime_app.infra.telemetry import log
from maritime_app.infra.telemetry.metrics import tally
from maritime_app.vessels.feed.events import (
    FeedEvent,
    FeedStateChanged,
    PositionReported,
    ShipExpired,
)
from maritime_app.vessels.ship_alerts import store
from maritime_app.vessels.ship_alerts.detector import Detector
from maritime_app.vessels.ship_alerts.model import Crossing

logger = log.get(__name__)
_WRITE_SECONDS: Final = 5.0
_MOST_WAITING: Final = 10_000
_MOST_WATCHES: Final = 5_000
_MOST_A_DAY: Final = 200  # crossings of one alert
_DATABASE_AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, Refusal)


class CrossingRecorder:
    """Watches the areas of all active alerts; looks for new ones and writes every five seconds."""

    def __init__(self, db: Database, started_ms: int | None = None) -> None:
        self._db = db
        self.detector = Detector(clock.epoch_ms() if started_ms is None else started_ms)
        self._version = ""
        self._waiting: list[Crossing] = []

    def handle(self, event: FeedEvent) -> None:
        """Take a position in; see Subscriber."""
        if type(event) is PositionReported:
            if not self.detector.watches.by_cell and not self.detector.visits:
                return
            for crossing in self.detector.take(event):
                self._note(crossing)
        elif type(event) is ShipExpired:
            self.detector.forget(event.ship)
        elif type(event) is FeedStateChanged:
            self.detector.turned(event)

    async def run(self, over: asyncio.Event) -> None:
        """Load alerts that have changed and write, every five seconds until `over`; then the
        rest.
        """
        while not over.is_set():
            try:
                await self.refresh()
                await self.write()
            except _DATABASE_AWAY as error:
                logger.warning("ship_alerts_wait_for_database", error=type(error).__name__)
            await until(over, _WRITE_SECONDS)
        await self.write()

    async def refresh(self) -> None:
        """Watch what is to be watched now, if that has changed."""
        async with self._db.acquire() as conn:
            version = await store.watch_version(conn)
            if version == self._version:
                return
            is_first = not self._version
            watches = await store.watches(conn, _MOST_WATCHES)
            visits = await store.open_visits(conn) if is_first else []
        self.detector.resume(visits)
        self.detector.watch(watches)
        self._version = version
        tally["vessels_ship_alerts_watched"] = len(watches)

    async def write(self) -> None:
        """Store what has happened; what could not be stored waits."""
        waiting = list(self._waiting)
        if not waiting:
            return
        async with self._db.acquire() as conn:
            await store.add_crossings(conn, waiting, _MOST_A_DAY)
        tally["vessels_crossings_written"] += len(waiting)
        del self._waiting[: len(waiting)]

    def _note(self, crossing: Crossing) -> None:
        if len(self._waiting) >= _MOST_WAITING:
            tally["vessels_crossings_lost"] += 1
            return
        self._waiting.append(crossing)
