"""Subscriber of the feed: detects gaps, and stores what has changed."""

import asyncio
from datetime import UTC, datetime
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
_SHIPS: Final = frozenset({StationKind.CLASS_A, StationKind.CLASS_B})


class GapRecorder:
    """Detects gaps when a ship is heard again, or is dropped after a day; writes each ten seconds.

    Never a gap for a time in which the feed was silent, or by a position that is not believed.
    `announce` is called once for each.
    """

    def __init__(self, db: Database, started_ms: int, announce: Announce = nobody) -> None:
        self._db = db
        self._announce = announce
        self._silence = Silence(started_ms)
        self._count = 0
        self._open: dict[int, Gap] = {}  # by ship's key: those that were dropped
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
            ship = event.ship
            if ship.motion is not None and ship.kind in _SHIPS and not ship.flags & DISTRUSTED:
                found = self._gap(event.ship.key, ship.source, ship.motion, ship.at_ms, None)
                if found is not None:
                    self._open[ship.key] = found
                    self.waiting.note(found.id, found)
                    self._tell(ship, found, clock.epoch_ms())
        elif type(event) is FeedStateChanged:
            self._silence.turned(event.source, event.state, event.at_ms)

    def _take(self, event: PositionReported) -> None:
        ship, report, motion = event.ship, event.report, event.motion
        if event.kind not in _SHIPS or event.flags & DISTRUSTED:
            return
        if event.previous is None:
            dropped = self._open.pop(ship.key, None)
            if dropped is not None:
                self.waiting.note(dropped.id, _ended(dropped, motion, report.at_ms))
        elif report.at_ms - event.previous_ms >= GAP_MS:
            found = self._gap(
                ship.key, event.source, event.previous, event.previous_ms, report.at_ms
            )
            if found is not None:
                self.waiting.note(found.id, _ended(found, motion, report.at_ms))
                self._tell(ship, found, report.at_ms)
        self._silence.heard(motion.lat, motion.lon, report.at_ms)

    def _gap(
        self, key: int, source: Source, last: Motion, last_ms: int, until_ms: int | None
    ) -> Gap | None:
        """Return the gap that began with that report, None where it is none."""
        now_ms = clock.epoch_ms() if until_ms is None else until_ms
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
        """Load, once, the gaps that go on; forget who was heard where days ago."""
        self._silence.forget(clock.epoch_ms())
        if self._is_loaded:
            return
        async with self._db.acquire() as conn:
            for gap in await store.open_gaps(conn):
                self._open.setdefault(key_of(gap.mmsi, gap.hypothesis), gap)
        self._is_loaded = True


def _ended(gap: Gap, motion: Motion, at_ms: int) -> Gap:
    """Return the gap with its end."""
    return replace(gap, ended_at=_instant(at_ms), end_lat=motion.lat, end_lon=motion.lon)


def _instant(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)
