"""One call at a time to an outside service, and none while it wants to be left alone: whichever
process makes it.

Redis holds two strings by key: `<key>_turn` is there for a while after each call, `<key>_rest`
until the time that a Retry-After named.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from maritime_app.infra.redis import MultiplexedRedis, RedisError

Turn = Callable[[], Awaitable[None]]


def paced(redis: MultiplexedRedis, key: str, pause_seconds: float) -> Turn:
    """Return a wait that ends when no process has made a call for `pause_seconds`.

    Without Redis it just waits that long.
    """
    return partial(_take_turn, redis, f"{key}_turn", pause_seconds)


async def leave_alone(redis: MultiplexedRedis, key: str, seconds: int) -> None:
    """Note that the service wants no calls for so many seconds."""
    with suppress(RedisError):  # then every process learns it by its own call
        await redis.command("SET", f"{key}_rest", 1, "EX", max(1, seconds))


async def rest_seconds(redis: MultiplexedRedis, key: str) -> int:
    """Return for how many seconds the service wants to be left alone; 0: it may be called."""
    try:
        return max(0, int(await redis.command("TTL", f"{key}_rest")))
    except RedisError:
        return 0


async def _take_turn(redis: MultiplexedRedis, key: str, pause_seconds: float) -> None:
    ttl_ms = max(1, round(pause_seconds * 1000))
    try:
        while not await redis.command("SET", key, 1, "NX", "PX", ttl_ms):
            await asyncio.sleep(pause_seconds / 4)
    except RedisError:
        await asyncio.sleep(pause_seconds)
