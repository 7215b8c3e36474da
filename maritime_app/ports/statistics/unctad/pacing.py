"""What Redis holds of statistics: whose turn it is to ask UNCTAD's query API.

ports:unctad_turn  string  there for a while after each question, whichever process asked
"""

import asyncio
from functools import partial

import redis.asyncio as redis_py
from redis.exceptions import RedisError

from maritime_app.ports.statistics.unctad.query_api import Turn

_TURN = "ports:unctad_turn"


def turns(redis: "redis_py.Redis", pause_seconds: float) -> Turn:
    """Waits until nobody has asked for that long, then takes the next turn.

    Without Redis it just waits.
    """
    return partial(_take, redis, pause_seconds)


async def _take(redis: "redis_py.Redis", pause_seconds: float) -> None:
    lasts_ms = max(1, round(pause_seconds * 1000))
    try:
        while not await redis.set(_TURN, 1, nx=True, px=lasts_ms):
            await asyncio.sleep(pause_seconds / 4)
    except (RedisError, OSError):
        await asyncio.sleep(pause_seconds)
