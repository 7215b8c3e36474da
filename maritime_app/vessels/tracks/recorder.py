"""Out of the fleet into PostgreSQL: thinned points by COPY, static data by upsert, a few seconds
behind.
"""

import asyncio
from datetime import UTC, date, datetime, timedelta

import asyncpg

from maritime_app import clock
from maritime_app.errors import Refusal
from maritime_app.infra import log
from maritime_app.infra.db import Database
from maritime_app.infra.metrics import tally
from maritime_app.vessels import store
from maritime_app.vessels.feed.fleet import Fleet, Ship
from maritime_app.vessels.model import Kept

logger = log.get(__name__)
_EVERY_SECONDS = 2.0
_ROWS_AT_ONCE = 5_000
_ROWS_WAITING_AT_MOST = (
    250_000  # about an hour of the world's feed while PostgreSQL is away; then the oldest go
)
_SHIPS_AT_ONCE = 1_000


class Recorder:
    """Writes the fleet's kept points and the ships in `unsaved`; keeps them, bounded, while it
    cannot.
    """

    def __init__(
        self, db: Database, fleet: Fleet, unsaved: dict[int, Ship], keep_days: int
    ) -> None:
        self.recorded = 0
        self._db = db
        self._fleet = fleet
        self._unsaved = unsaved
        self._keep_days = keep_days
        self._days: set[date] = set()

    async def run(self, over: asyncio.Event) -> None:
        """Write every two seconds, or sooner under load, until `over`, and then the rest."""
        while not over.is_set():
            await self._wait(over)
            await self._write()
        await self._write()

    async def _wait(self, over: asyncio.Event) -> None:
        for _ in range(10):
            if over.is_set() or len(self._fleet.kept) >= _ROWS_AT_ONCE:
                return
            await asyncio.sleep(_EVERY_SECONDS / 10)

    async def _write(self) -> None:
        fleet = self._fleet
        points, fleet.kept = fleet.kept, []
        try:
            while points:
                await self._copy(points[:_ROWS_AT_ONCE])
                del points[:_ROWS_AT_ONCE]
            await self._save_ships()
        except (
            OSError,
            TimeoutError,
            asyncpg.PostgresError,
            asyncpg.InterfaceError,
            Refusal,
        ) as error:
            logger.warning(
                "positions_wait_for_database", rows=len(points), error=type(error).__name__
            )
            fleet.kept = (points + fleet.kept)[-_ROWS_WAITING_AT_MOST:]
            tally["vessels_points_delayed"] += len(points)
            await asyncio.sleep(_EVERY_SECONDS)

    async def _copy(self, points: list[Kept]) -> None:
        days = {datetime.fromtimestamp(point.at_ms / 1000, UTC).date() for point in points}
        oldest = (clock.now() - timedelta(days=self._keep_days)).date()
        wanted = [
            point
            for point in points
            if datetime.fromtimestamp(point.at_ms / 1000, UTC).date() > oldest
        ]
        tally["vessels_points_too_old"] += len(points) - len(wanted)
        async with self._db.acquire() as conn:
            for day in sorted(days - self._days):
                if day > oldest:
                    await store.make_days(conn, day, day)
                    self._days.add(day)
            if wanted:
                await store.copy_points(conn, wanted)
        self.recorded += len(wanted)
        tally["vessels_points_recorded"] += len(wanted)

    async def _save_ships(self) -> None:
        while self._unsaved:
            ships = [
                ship for ship, _ in zip(self._unsaved.values(), range(_SHIPS_AT_ONCE), strict=False)
            ]
            told = [(ship.mmsi, ship.kind, ship.particulars, ship.seen_ms) for ship in ships]
            async with self._db.acquire() as conn:
                await store.upsert_vessels(conn, told)
            for ship in ships:
                self._unsaved.pop(ship.mmsi, None)
