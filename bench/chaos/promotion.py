"""The primary is killed and its standby promoted; then the old primary comes back as it was.

What was answered as committed is there (the verdict looks at every promise), bookings are written
again within a bound, and nothing is written to the old primary, though it would take it.
"""

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from bench.chaos.pair import Pair
from bench.chaos.world import World

_PATIENCE_SECONDS = 45.0
# Bookings come every second or two; a pool notices at the next statement, a breaker within seconds.
MOST_AWAY_SECONDS = 15.0
_BESIDE_SECONDS = 8.0  # both take writes
# On a busy machine the kill comes before the first booking.
_LAST_AT = "select coalesce(max(created_at), '-infinity') from booking"
_BOOKED = "select exists (select from booking where created_at > $1)"
# The clock writes jobs every second, whoever books.
_WRITTEN = """
select (select count(*) from job where created_at > $1)
     + (select count(*) from booking where created_at > $1)
"""
_NOW = "select clock_timestamp()"


@dataclass
class Promotions:
    """What came of each promotion."""

    here: World
    away_seconds: list[float] = field(default_factory=list)  # from promoted to booked
    broken: list[str] = field(default_factory=list)

    async def kill_and_promote(self) -> None:
        """Play one; afterwards the old primary is the standby."""
        pair = self.here.postgres
        assert isinstance(pair, Pair)
        killed_at = time.monotonic()
        await pair.kill()
        await pair.promote()
        # The promotion is PostgreSQL's: on a busy machine its recovery alone may take a minute, and
        # until it is over nobody can write.
        await self._until_booked(pair, time.monotonic() - killed_at)
        await pair.come_back()
        returned_at = await _ask(pair.follower.url, _NOW)
        # Processes that begin now have not seen the new primary before.
        for one in (self.here.webs[0], self.here.workers[0], self.here.streams[0]):
            await one.end()
            await one.start()
        await asyncio.sleep(_BESIDE_SECONDS)
        if written := await _ask(pair.follower.url, _WRITTEN, returned_at):
            self.broken.append(f"{written} rows were written to the old primary")
        await pair.follow()

    def judged(self) -> list[str]:
        """Return what took too long, or was written where nobody will see it."""
        slow = [away for away in self.away_seconds if away > MOST_AWAY_SECONDS]
        return self.broken + [f"no booking was written for {away:.1f} s" for away in slow]

    async def _until_booked(self, pair: Pair, promoting_seconds: float) -> None:
        began = time.monotonic()
        last_at = await _ask(pair.leader.url, _LAST_AT)
        while time.monotonic() - began < _PATIENCE_SECONDS:
            with contextlib.suppress(OSError, asyncpg.PostgresError):
                if await _ask(pair.leader.url, _BOOKED, last_at):
                    self.away_seconds.append(time.monotonic() - began)
                    return
            await asyncio.sleep(0.1)
        self.broken.append(
            f"nobody could book within {_PATIENCE_SECONDS:.0f} s of a promotion"
            f" (which took {promoting_seconds:.1f} s itself)"
        )


async def _ask(url: str, query: str, *values: Any) -> Any:
    conn = await asyncpg.connect(url, timeout=10)
    try:
        return await conn.fetchval(query, *values)
    finally:
        await conn.close()
