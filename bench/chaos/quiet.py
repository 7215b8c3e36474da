"""Waiting until nothing is under way any more."""

import asyncio
import contextlib
import math
import time
from typing import Any

import aiohttp
import asyncpg

from bench.chaos.world import World

# In a row: between two jobs of one story nothing may be in a table for a moment.
_CALM_LOOKS = 3
_AWAY = (
    OSError, TimeoutError, aiohttp.ClientError,
    asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError,
)  # fmt: skip
_UNDER_WAY = """
select 'jobs due or running' as what, count(*) from job
 where state = 'running' or (state = 'queued' and run_at < now() + interval '20 seconds')
union all
select 'bookings paid, not confirmed', count(*) from booking where status in ('paid', 'confirming')
union all
select 'holds that ran out', count(*) from booking where status = 'held' and expires_at < now()
union all
select 'holds still running', count(*) from booking where status = 'held' and expires_at >= now()
union all
-- What is held for parties of a cancelled sailing waits for their choice, for days.
select 'changes under way', count(*) from booking_change
 where status = 'accepted' or status = 'held' and expires_at < now() + interval '1 hour'
union all
select 'refunds pending', count(*) from refund where status in ('pending', 'requested')
union all
select 'events not worked through', count(*) from stripe_event where processed_at is null
union all
select 'mails not sent', count(*) from mail where sent_at is null
"""


async def until_quiet(here: World, stuck_seconds: float) -> tuple[float, dict[str, int]]:
    """Wait until everything has come to rest; return how long it took and what is left at the end:
    something only where the work has not become less for so long.
    """
    started = shrunk_at = time.monotonic()
    left: dict[str, int] = {"not looked": 1}
    fewest, calm = math.inf, 0
    while calm < _CALM_LOOKS and time.monotonic() - shrunk_at < stuck_seconds:
        with contextlib.suppress(*_AWAY):
            left = await _left(here)
            calm = calm + 1 if not any(left.values()) else 0
            if sum(left.values()) < fewest:
                fewest, shrunk_at = sum(left.values()), time.monotonic()
        await asyncio.sleep(0.5)
    return time.monotonic() - started, {what: count for what, count in left.items() if count}


async def _left(here: World) -> dict[str, int]:
    conn: Any = await asyncpg.connect(here.postgres.url, timeout=5)
    try:
        left = {row["what"]: row["count"] for row in await conn.fetch(_UNDER_WAY, timeout=10)}
    finally:
        await conn.close()
    async with here.http.get(f"{here.sandbox_url}/control/state.json") as answer:
        left["webhooks on their way"] = (await answer.json())["deliveries_waiting"]
    return left
