"""Out of the feed into PostgreSQL: thinned points by COPY, particulars by upsert."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import asyncpg

from maritime_app import clock
from maritime_app.errors import Refusal
from maritime_app.infra.db import Database
from maritime_app.infra.processes.waiting import until
from maritime_app.infra.telemetry import log
from maritime_app.infra.telemetry.metrics import tally
from maritime_app.vessels import store
from maritime_app.vessels.codes.flags import DISTRUSTED
from maritime_app.vessels.events.refused_rows import store_rows
from maritime_app.vessels.feed.events import (
    FeedEvent,
    PositionReported,
    SafetyTextHeard,
    ShipExpired,
    VoyageChanged,
)
from maritime_app.vessels.feed.ship import Ship
from maritime_app.vessels.model import HeardText, Known, StationKind, TrackPoint, Vessel
from maritime_app.vessels.tracks.thinning import Thinner

logger = log.get(__name__)
_WRITE_SECONDS = 2.0
_POLL_SECONDS = 0.2  # how soon a full batch is noticed
_POINTS_PER_COPY = 5_000
# About an hour of the world's feed while PostgreSQL is away; then the oldest points go.
_MAX_WAITING_POINTS = 250_000
_SHIPS_PER_UPSERT = 1_000
_MAX_WAITING_TEXTS = 10_000
_WITHOUT_TRACK = frozenset({StationKind.BASE_STATION, StationKind.AID})
_DATABASE_AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    Refusal,
)


class TrackRecorder:
    """Subscriber that stores tracks and particulars; gathers them, bounded, while it cannot.

    `thin_metres`: how far a ship may be off its expected line before a point is stored.
    """

    def __init__(self, db: Database, thin_metres: float, keep_days: int) -> None:
        self.recorded = 0
        self._db = db
        self._thin_metres = thin_metres
        self._keep_days = keep_days
        self._thinners: dict[int, Thinner] = {}
        self._points: list[TrackPoint] = []
        self._changed: dict[int, Ship] = {}
        self._texts: list[HeardText] = []
        self._partitions: set[date] = set()  # days known to have one

    def handle(self, event: FeedEvent) -> None:
        """Gather points and changed ships; see Subscriber."""
        if type(event) is PositionReported:
            ship = event.ship
            if event.kind not in _WITHOUT_TRACK:
                thinner = self._thinners.get(ship.key)
                if thinner is None:
                    thinner = self._thinners[ship.key] = Thinner(ship.mmsi, ship.hypothesis)
                thinner.offer(
                    event.report.at_ms,
                    event.motion,
                    event.source,
                    self._thin_metres,
                    self._points,
                    event.flags & DISTRUSTED != 0,
                )
        elif isinstance(event, VoyageChanged):
            self._changed[event.ship.mmsi] = event.ship
        elif isinstance(event, ShipExpired):
            self._thinners.pop(event.ship.key, None)
        elif isinstance(event, SafetyTextHeard) and len(self._texts) < _MAX_WAITING_TEXTS:
            self._texts.append(_heard(event))

    async def run(self, over: asyncio.Event) -> None:
        """Write every two seconds, or sooner under load, until `over`; then what is left."""
        while not over.is_set():
            await self._wait_for_batch(over)
            await self._write()
        await self._write()

    async def _wait_for_batch(self, over: asyncio.Event) -> None:
        for _ in range(round(_WRITE_SECONDS / _POLL_SECONDS)):
            if len(self._points) >= _POINTS_PER_COPY or await until(over, _POLL_SECONDS):
                return

    async def _write(self) -> None:
        points, self._points = self._points, []
        try:
            while points:
                await self._copy(points[:_POINTS_PER_COPY])
                del points[:_POINTS_PER_COPY]
            await self._upsert_changed()
            await self._insert_texts()
        except _DATABASE_AWAY as error:
            logger.warning(
                "positions_wait_for_database", rows=len(points), error=type(error).__name__
            )
            self._points = (points + self._points)[-_MAX_WAITING_POINTS:]
            tally["vessels_points_delayed"] += len(points)
            await asyncio.sleep(_WRITE_SECONDS)

    async def _copy(self, points: list[TrackPoint]) -> None:
        """Append points whose day is still kept; their days' partitions are made if need be."""
        oldest = (clock.now() - timedelta(days=self._keep_days)).date()
        recent = [point for point in points if point.at.date() > oldest]
        tally["vessels_points_too_old"] += len(points) - len(recent)
        async with self._db.acquire() as conn:
            for day in sorted({point.at.date() for point in recent} - self._partitions):
                await store.make_days(conn, day, day)
                self._partitions.add(day)
        await store_rows(self._db, store.copy_points, recent)
        self.recorded += len(recent)
        tally["vessels_points_recorded"] += len(recent)

    async def _upsert_changed(self) -> None:
        while self._changed:
            ships = [
                ship
                for ship, _ in zip(self._changed.values(), range(_SHIPS_PER_UPSERT), strict=False)
            ]
            known = [ship.known for ship in ships]
            vessels = [_vessel(ship, ship.known) for ship in ships if ship.known is not None]
            await store_rows(self._db, store.upsert_vessels, vessels)
            for ship, written in zip(ships, known, strict=True):
                # Changed again while it was written: it stays for the next time.
                if ship.known is written:
                    self._changed.pop(ship.mmsi, None)

    async def _insert_texts(self) -> None:
        if self._texts:
            texts = list(self._texts)
            await store_rows(self._db, store.insert_safety_texts, texts)
            del self._texts[: len(texts)]


def _vessel(ship: Ship, known: Known) -> Vessel:
    return Vessel(
        mmsi=ship.mmsi,
        kind=ship.kind,
        particulars=known.particulars,
        seen_at=_instant(ship.seen_ms),
        source=known.source,
        static_at=_instant(known.static_ms or ship.seen_ms),
        voyage_at=_instant(known.voyage_ms) if known.voyage_ms else None,
    )


def _heard(event: SafetyTextHeard) -> HeardText:
    text = event.text
    return HeardText(text.mmsi, _instant(text.at_ms), text.to_mmsi, text.text, event.source)


def _instant(at_ms: int) -> datetime:
    return datetime.fromtimestamp(at_ms / 1000, UTC)
