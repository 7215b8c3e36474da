"""Subscriber of the feed: detects crossings, and stores them."""

import asyncio
from typing import Final

from maritime_app import clock
from maritime_app.infra.db import Conn, Database
from maritime_app.infra.telemetry.metrics import tally
from maritime_app.vessels.events.write_behind import WriteBehind
from maritime_app.vessels.feed.events import (
    FeedEvent,
    FeedStateChanged,
    PositionReported,
    ShipExpired,
)
from maritime_app.vessels.ship_alerts import store
from maritime_app.vessels.ship_alerts.detector import Detector
from maritime_app.vessels.ship_alerts.model import Crossing

_WRITE_SECONDS: Final = 5.0
_MOST_WAITING: Final = 10_000
_MOST_WATCHES: Final = 5_000
_MOST_A_DAY: Final = 200  # crossings of one alert


class CrossingRecorder:
    """Watches the areas of all active alerts; looks for new ones and writes every five seconds."""

    def __init__(self, db: Database, started_ms: int | None = None) -> None:
        self._db = db
        self.detector = Detector(clock.epoch_ms() if started_ms is None else started_ms)
        self._version = ""
        self.waiting = WriteBehind("crossings", lambda one: one, _store, _MOST_WAITING)

    def handle(self, event: FeedEvent) -> None:
        """Take a position in; see Subscriber."""
        if type(event) is PositionReported:
            if not self.detector.watches.by_cell and not self.detector.visits:
                return
            for crossing in self.detector.take(event):
                self.waiting.note(crossing.id, crossing)
        elif type(event) is ShipExpired:
            self.detector.forget(event.ship)
        elif type(event) is FeedStateChanged:
            self.detector.turned(event)

    async def run(self, over: asyncio.Event) -> None:
        """Load alerts that have changed and write, every five seconds until `over`; then the
        rest.
        """
        await self.waiting.follow(self._db, over, _WRITE_SECONDS, self.refresh)

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


async def _store(conn: Conn, crossings: list[Crossing]) -> None:
    await store.add_crossings(conn, crossings, _MOST_A_DAY)
