"""Subscriber of the feed: detects what alerts are of, and stores it."""

import asyncio
from typing import Final

from maritime_app import clock
from maritime_app.infra.db import Conn, Database
from maritime_app.infra.telemetry.metrics import gauge
from maritime_app.vessels.events.model import ShipEvent, ShipEventKind
from maritime_app.vessels.events.write_behind import WriteBehind
from maritime_app.vessels.feed.events import (
    FeedEvent,
    FeedStateChanged,
    PositionReported,
    ShipExpired,
)
from maritime_app.vessels.live.packed_report import key_of
from maritime_app.vessels.port_calls import store as port_calls
from maritime_app.vessels.port_calls.harbours import Harbours
from maritime_app.vessels.ship_alerts import store
from maritime_app.vessels.ship_alerts.detection.closings import Closings
from maritime_app.vessels.ship_alerts.detection.crossings import Detector
from maritime_app.vessels.ship_alerts.detection.matching import EventWatches, alert_event
from maritime_app.vessels.ship_alerts.model import AlertEvent, Watch

_WATCHED = gauge("vessels_ship_alerts_watched", "Alerts of ships that this process watches for")
_WRITE_SECONDS: Final = 5.0
_MOST_WAITING: Final = 10_000
_MOST_WATCHES: Final = 5_000
_MOST_A_DAY: Final = 200  # events of one alert
_HARBOURS_MS: Final = 600_000  # how often lists of ports are looked at again
_CLOSINGS_MINUTES: Final = 20  # how long one that was told of is not told again
_PORT_CALLS: Final = frozenset({ShipEventKind.ARRIVE, ShipEventKind.DEPART})


class AlertRecorder:
    """Watches for all active alerts; looks for new ones and writes every five seconds.

    Crossings and closings are detected here; the recorders of port calls, gaps and encounters say
    what they have found to `happened`.
    """

    def __init__(self, db: Database, started_ms: int | None = None) -> None:
        self._db = db
        self.detector = Detector(clock.epoch_ms() if started_ms is None else started_ms)
        self.closings = Closings()
        self.events = EventWatches()
        self._version = ""
        self._harbours_ms = 0
        self.waiting = WriteBehind("alert_events", lambda one: one, _store, _MOST_WAITING)

    def handle(self, event: FeedEvent) -> None:
        """Take a position in; see Subscriber."""
        if type(event) is PositionReported:
            detector = self.detector
            if detector.watches.by_cell or detector.visits:
                for crossing in detector.take(event):
                    self.waiting.note(crossing.id, crossing)
            if self.closings.watches:
                for watch, closing in self.closings.take(event):
                    found = alert_event(watch, closing, closing.ships[0])
                    self.waiting.note(found.id, found)
        elif type(event) is ShipExpired:
            self.detector.forget(event.ship)
            self.closings.forget(event.ship.key)
        elif type(event) is FeedStateChanged:
            self.detector.turned(event)

    def happened(self, event: ShipEvent) -> None:
        """Note the event for each alert that is of it.

        A port call that may have begun or ended while the source was silent is told to nobody.
        """
        quiet = event.kind in _PORT_CALLS and self.detector.was_silent(
            event.source, event.not_before_ms, event.at_ms
        )
        for found in self.events.alerted(event, quiet=quiet):
            self.waiting.note(found.id, found)

    def watch(self, watches: list[Watch]) -> None:
        """Watch for these alerts from now on, and no others."""
        self.detector.watch(watches)
        self.events = EventWatches(watches)
        self.closings.watch(watches)

    async def run(self, over: asyncio.Event) -> None:
        """Load alerts that have changed and write, every five seconds until `over`; then the
        rest.
        """
        await self.waiting.follow(self._db, over, _WRITE_SECONDS, self.refresh)

    async def refresh(self) -> None:
        """Watch what is to be watched now, if that has changed."""
        self.closings.expire(clock.epoch_ms())
        async with self._db.acquire() as conn:
            version = await store.watch_version(conn)
            if version != self._version:
                await self._load(conn)
                self._version = version
            await self._load_harbours(conn)

    async def _load(self, conn: Conn) -> None:
        watches = await store.watches(conn, _MOST_WATCHES)
        if not self._version:
            self.detector.resume(await store.open_visits(conn))
            told = await store.told_closings(conn, _CLOSINGS_MINUTES)
            pairs = [
                (one.alert_id, key_of(one.mmsi, one.hypothesis), key_of(one.other_mmsi, 0))
                for one in told
            ]
            self.closings.resume(pairs, clock.epoch_ms())
        self.watch(watches)
        _WATCHED.set(len(watches))

    async def _load_harbours(self, conn: Conn) -> None:
        """Look at lists of ports again, while anybody is told of close ships."""
        now_ms = clock.epoch_ms()
        if self.closings.watches and now_ms - self._harbours_ms >= _HARBOURS_MS:
            self.closings.know(Harbours(await port_calls.harbours(conn)))
            self._harbours_ms = now_ms


async def _store(conn: Conn, events: list[AlertEvent]) -> None:
    await store.add_events(conn, events, _MOST_A_DAY)
