"""The figures of this process: the dashboard is renewed every few seconds, they need not be."""

import asyncio
from datetime import timedelta

from maritime_app import clock, ids
from maritime_app.jobs.model import Queue
from maritime_app.ops.trends import store
from maritime_app.ops.trends.model import Trends
from maritime_app.resources import Part, Resources

WAIT_HOURS = 3
DAYS = 14
_MOST_JOBS = 20_000  # of a queue: as many as are read in well under 100 ms
_GOOD_FOR = timedelta(seconds=30)


class TrendReader:
    """Reads at most once in half a minute, whoever looks."""

    def __init__(self, res: Resources) -> None:
        self._res = res
        self._latest: Trends | None = None
        self._reading = asyncio.Lock()

    async def now(self) -> Trends:
        """Return figures that are no older than half a minute."""
        async with self._reading:
            if self._latest is None or clock.now() - self._latest.read_at > _GOOD_FOR:
                self._latest = await self._read()
            return self._latest

    async def _read(self) -> Trends:
        read_at = clock.now()
        since = ids.first_uuid7(read_at - timedelta(days=DAYS))
        async with self._res.db.acquire() as conn:
            return Trends(
                read_at,
                await store.waits(conn, list(Queue), WAIT_HOURS, _MOST_JOBS),
                await store.booked_by_day(conn, since),
                await store.sold_by_day(conn, DAYS),
            )


TRENDS = Part("ops.trends", TrendReader)
