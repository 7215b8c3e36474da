"""Subscriber of the feed: detects gaps, and stores what has changed."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Final

from msgspec.structs import replace

from maritime_app import clock
from maritime_app.ids import uuid7
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
from maritime_app.vessels.feed.events import (
    FeedEvent,
    FeedStateChanged,
    PositionReported,
    ShipExpired,
)
from maritime_app.vessels.feed.ship import Ship
from maritime_app.vessels.gaps import store
from maritime_app.vessels.gaps.model import GAP_MS, HEARD_SHARE, UNDER_WAY_KNOTS, Gap
from maritime_app.vessels.gaps.silence import Silence
from maritime_app.vessels.live.packed_report import hypothesis_of, key_of, mmsi_of
from maritime_app.vessels.model import Motion, Source, StationKind

_WRITE_SECONDS: Final = 10.0
_MOST_WAITING: Final = 10_000
_HEARD_EACH: Final = 7  # one report in eight says where somebody is heard: a bit mask
_LOOK_MS: Final = 60_000
_SHIPS: Final = frozenset({StationKind.CLASS_A, StationKind.CLASS_B})


class GapRecorder:
    """Detects gaps as soon as they are ones, among the `ships` by key, or when a ship is heard
    again; writes each ten seconds.

    Never a gap for a time in which the feed was silent, or by a position that is not believed.
    `announce` is called once for each.
    """

    def __init__(
        self,
        db: Database,
        started_ms: int,
        announce: Announce = nobody,
        ships: Mapping[int, Ship] = MappingProxyType({}),
    ) -> None:
        self._db = db
        self._announce = announce
        self._ships = ships
        self._looked_ms = 0
        self._silence = Silence(started_ms)
        self._count = 0
        self._open: dict[int, Gap] = {}  # by ship's key: those that go on
        self.waiting = WriteBehind("gaps", lambda gap: gap, store.upsert_gaps, _MOST_WAITING)
        self._is_loaded = False

    def handle(self, event: FeedEvent) -> None:
        """Measure the time since the ship's last report; see Subscriber."""
        if type(event) is PositionReported:
            # The hot road: nearly every report follows its ship's last one within minutes.
            if event.previous is not None and event.report.at_ms - event.previous_ms < GAP_MS:
                self._count += 1
                if self._count & _HEARD_EACH:
                    return
            self._take(event)
        elif type(event) is ShipExpired:
            self._miss(event.ship, clock.epoch_ms())
        elif type(event) is FeedStateChanged:
            self._silence.turned(event.source, event.state, event.at_ms)

    def _take(self, event: PositionReported) -> None:
        ship, report, motion = event.ship, event.report, event.motion
        if event.kind not in _SHIPS or event.flags & DISTRUSTED:
            return
        known = self._open.pop(ship.key, None)
        if known is not None:
            self.waiting.note(known.id, _ended(known, motion, report.at_ms))
        elif event.previous is not None and report.at_ms - event.previous_ms >= GAP_MS:
            found = self._gap(
                ship.key, event.source, event.previous, event.previous_ms, report.at_ms
            )
            if found is not None:
                self.waiting.note(found.id, _ended(found, motion, report.at_ms))
                self._tell(ship, found, report.at_ms)
        self._silence.heard(motion.lat, motion.lon, report.at_ms)

    def find_missing(self, now_ms: int) -> None:
        """Note ships that have not been heard for so long that it is a gap, once a minute."""
        if now_ms - self._looked_ms < _LOOK_MS:
            return
        self._looked_ms = now_ms
        for ship in [ship for ship in self._ships.values() if now_ms - ship.at_ms >= GAP_MS]:
            self._miss(ship, now_ms)

    def _miss(self, ship: Ship, now_ms: int) -> None:
        """Note the gap of a ship that has not been heard since, if it is one and is not known."""
        if ship.key in self._open or ship.motion is None or ship.kind not in _SHIPS:
            return
        if ship.flags & DISTRUSTED:
            return
        found = self._gap(ship.key, ship.source, ship.motion, ship.at_ms, now_ms)
        if found is not None:
            self._open[ship.key] = found
            self.waiting.note(found.id, found)
            self._tell(ship, found, now_ms)

    def _gap(self, key: int, source: Source, last: Motion, last_ms: int, now_ms: int) -> Gap | None:
        """Return the gap that began with that report, None where it is none."""
        knots = last.sog_knots or 0.0
        if knots < UNDER_WAY_KNOTS:
            return None
        if self._silence.listened_ms(source, last_ms, now_ms) < GAP_MS:
            return None
        return Gap(
            id=uuid7(),
            mmsi=mmsi_of(key),
            hypothesis=hypothesis_of(key),
            source=int(source),
            began_at=_instant(last_ms),
            lat=last.lat,
            lon=last.lon,
            knots=knots,
            heard_share=round(self._silence.heard_share(last.lat, last.lon, last_ms, now_ms), 3),
        )

    def _tell(self, ship: Ship, gap: Gap, at_ms: int) -> None:
        """Announce a gap; not sure where nobody else was heard there, either."""
        self._announce(
            ShipEvent(
                kind=ShipEventKind.GAP,
                id=gap.id,
                ships=(event_ship(ship),),
                source=Source(gap.source),
                at_ms=at_ms,
                not_before_ms=round(gap.began_at.timestamp() * 1000),
                lat=gap.lat,
                lon=gap.lon,
                knots=gap.knots,
                is_sure=gap.heard_share >= HEARD_SHARE,
            )
        )

    async def run(self, over: asyncio.Event) -> None:
        """Load the gaps that go on, then write every ten seconds until `over`; then the rest."""
        await self.waiting.follow(self._db, over, _WRITE_SECONDS, self.refresh)

    async def refresh(self) -> None:
        """Load, once, the gaps that go on; forget who was heard where days ago; look for ships
        that are missed.
        """
        now_ms = clock.epoch_ms()
        self._silence.forget(now_ms)
        if not self._is_loaded:
            async with self._db.acquire() as conn:
                for gap in await store.open_gaps(conn):
                    self._open.setdefault(key_of(gap.mmsi, gap.hypothesis), gap)
            self._is_loaded = True
        self.find_missing(now_ms)


def _ended(gap: Gap, motion: Motion, at_ms: int) -> Gap:
    """Return the gap with its end."""
    return replace(gap, ended_at=_instant(at_ms), end_lat=motion.lat, end_lon=motion.lon)


def _instant(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)
