"""One query at a time to UNCTAD's query API, whichever process makes it.

Redis holds `ports:unctad_turn`, a string that is there for a while after each query.
"""

import asyncio
from functools import partial

from maritime_app.infra.redis import MultiplexedRedis, RedisError
from maritime_app.ports.statistics.unctad.query_api import Turn

_TURN_KEY = "ports:unctad_turn"


def paced(redis: MultiplexedRedis, pause_seconds: float) -> Turn:
    """Return a wait that ends when no process has made a query for `pause_seconds`.

    Without Redis it just waits that long.
    """
    return partial(_take_turn, redis, pause_seconds)


async def _take_turn(redis: MultiplexedRedis, pause_seconds: float) -> None:
    ttl_ms = max(1, round(pause_seconds * 1000))
    try:
        while not await redis.command("SET", _TURN_KEY, 1, "NX", "PX", ttl_ms):
            await asyncio.sleep(pause_seconds / 4)
    except RedisError:
        await asyncio.sleep(pause_seconds)
