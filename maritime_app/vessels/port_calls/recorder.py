"""Subscriber of the feed: detects port calls, and stores what has changed."""

import asyncio
from typing import Final

from maritime_app import clock
from maritime_app.geo import distance_m
from maritime_app.infra.db import Database
from maritime_app.vessels.codes.flags import DISTRUSTED
from maritime_app.vessels.events.model import (
    Announce,
    ShipEvent,
    ShipEventKind,
    event_ship,
    nobody,
)
from maritime_app.vessels.events.write_behind import WriteBehind
from maritime_app.vessels.feed.events import FeedEvent, PositionReported, ShipExpired
from maritime_app.vessels.model import StationKind
from maritime_app.vessels.port_calls import store
from maritime_app.vessels.port_calls.detector import Stay, resumed
from maritime_app.vessels.port_calls.harbours import Harbours
from maritime_app.vessels.port_calls.model import ENTER_M, Harbour

_WRITE_SECONDS: Final = 5.0
_HARBOURS_MS: Final = 600_000  # how often lists of ports are looked at again
_TIMES_MS: Final = 600_000  # how often the times of a call that just goes on are stored
_MOST_WAITING: Final = 50_000
_SHIPS: Final = frozenset({StationKind.CLASS_A, StationKind.CLASS_B})


class PortCallRecorder:
    """Detects calls in memory; writes them every five seconds, bounded while it cannot.

    `announce` is called for each that begins, with its first stop, and for each that ends.
    """

    def __init__(self, db: Database, announce: Announce = nobody) -> None:
        self._db = db
        self._announce = announce
        self._untrusted: set[int] = set()  # whose position before this one was not believed
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
            self._untrusted.discard(event.ship.key)
            stay = self._stays.pop(event.ship.key, None)
            if stay is not None and self._is_stored(stay):
                stay.leave(stay.last_ms, unseen=True)
                self._note(stay)

    def _take(self, event: PositionReported) -> None:
        ship, at_ms, motion = event.ship, event.report.at_ms, event.motion
        if event.kind not in _SHIPS:
            return
        if event.flags & DISTRUSTED:
            self._untrusted.add(ship.key)
            return
        stay = self._stays.get(ship.key)
        if stay is None:
            harbour = self._harbours.at(motion.lat, motion.lon)
            if harbour is None:
                if self._untrusted:
                    self._untrusted.discard(ship.key)
                return
            stay = Stay((ship.mmsi, ship.hypothesis), event.source, harbour, at_ms)
            stay.came = self._came(event, harbour)
            self._stays[ship.key] = stay
        self._untrusted.discard(ship.key)
        was_call, before_ms = stay.is_call, stay.last_ms
        has_changed = stay.take(at_ms, motion)
        if stay.left_ms is not None:
            del self._stays[ship.key]
        if stay.is_call and not was_call:
            self._tell(ShipEventKind.ARRIVE, stay, event, event.previous_ms)
        elif stay.is_call and stay.left_ms is not None:
            self._tell(ShipEventKind.DEPART, stay, event, before_ms)
        if self._is_stored(stay) and (has_changed or self._is_due(stay)):
            self._note(stay)

    def _came(self, event: PositionReported, harbour: Harbour) -> bool:
        """Whether it was seen outside before: who lies there when first heard has not arrived."""
        before = event.previous
        if before is None or event.ship.key in self._untrusted:
            return False
        return distance_m(before.lat, before.lon, harbour.lat, harbour.lon) > ENTER_M

    def _tell(
        self, kind: ShipEventKind, stay: Stay, event: PositionReported, before_ms: int
    ) -> None:
        self._announce(
            ShipEvent(
                kind=kind,
                id=stay.id,
                ships=(event_ship(event.ship),),
                source=event.source,
                at_ms=event.report.at_ms,
                not_before_ms=min(before_ms, event.report.at_ms),
                lat=event.motion.lat,
                lon=event.motion.lon,
                knots=event.motion.sog_knots,
                is_sure=stay.came or kind is ShipEventKind.DEPART,
                port=stay.harbour.code,
            )
        )

    def _is_stored(self, stay: Stay) -> bool:
        """Whether it is a call, or approaches: who was not seen coming may sail by all the time."""
        return stay.is_call or stay.came

    def _is_due(self, stay: Stay) -> bool:
        return stay.last_ms - self._written_ms.get(stay.id.int, 0) >= _TIMES_MS

    def _note(self, stay: Stay) -> None:
        if not self.waiting.note(stay.id, stay):
            return
        self._written_ms[stay.id.int] = stay.last_ms
        if stay.left_ms is not None:
            self._written_ms.pop(stay.id.int, None)

    def know(self, harbours: Harbours) -> None:
        """Take these harbours for all there are."""
        self._harbours, self._harbours_ms = harbours, clock.epoch_ms()

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
        self.know(harbours)
        self._is_loaded = True

    async def _load_harbours(self) -> None:
        now_ms = clock.epoch_ms()
        # A new copy starts before its ports have come.
        if not self._harbours.by_id or now_ms - self._harbours_ms >= _HARBOURS_MS:
            async with self._db.acquire() as conn:
                self.know(Harbours(await store.harbours(conn)))
