"""Kills the only worker of a copy with -9, again and again, by how much it has worked."""

import asyncio
import random
from datetime import datetime

from bench.chaos.world import World
from maritime_app.resources import Resources

_MOST_SECONDS = 600.0  # a worker that does not work by then never will
# An attempt is written when it ends.
_HAS_WORKED = """
select exists (select from job_attempt where started_at > $1 and outcome <> 'lost')
"""


class Killer:
    """Kills the only worker with -9 at random points of its work, again and again."""

    def __init__(
        self, here: World, res: Resources, every_seconds: float, dice: random.Random
    ) -> None:
        self.here, self.res, self.every_seconds, self.dice = here, res, every_seconds, dice
        self.kills = 0
        self.running = True
        self._worker = here.workers[0]
        self._before_seconds = 0.0  # of workers that were killed
        self._started_at: float | None = self._worker.cpu_seconds

    @property
    def worked_seconds(self) -> float:
        """Return how long workers have computed; starting up is no work."""
        started_at = self._started_at
        if started_at is None:
            return self._before_seconds
        return self._before_seconds + self._worker.cpu_seconds - started_at

    async def kill_all_the_time(self) -> None:
        """Go on until told to stop; a worker runs then. Without a pause nobody is killed."""
        while self.running and self.every_seconds:
            due_seconds = self.worked_seconds + self.dice.uniform(0, 2 * self.every_seconds)
            while self.running and self.worked_seconds < due_seconds:
                await asyncio.sleep(0.01)
            await self._kill()

    async def _kill(self) -> None:
        self._before_seconds, self._started_at = self.worked_seconds, None
        await self._worker.end()
        self.kills += 1
        async with self.res.db.acquire() as conn:
            killed_at = await conn.fetchval("select now()")
        await self._worker.start()
        await self._until_working(killed_at)
        self._started_at = self._worker.cpu_seconds

    async def _until_working(self, since: datetime) -> None:
        async with asyncio.timeout(_MOST_SECONDS):
            while True:
                async with self.res.db.acquire() as conn:
                    if await conn.fetchval(_HAS_WORKED, since):
                        return
                await asyncio.sleep(0.05)
