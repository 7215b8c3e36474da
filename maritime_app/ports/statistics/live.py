"""What Redis holds of statistics: whose turn it is to ask UNCTAD's query API.

ports:unctad_turn  string  there for a second after each question, whichever process asked
"""

import asyncio
from functools import partial

import redis.asyncio as redis_py
from redis.exceptions import RedisError

from maritime_app.ports.statistics.facts import Turn

TURN_SECONDS = 1.0
_TURN = "ports:unctad_turn"


def turns(redis: "redis_py.Redis") -> Turn:
    """Waits until nobody has asked for a second, then takes the next one. Without Redis it just waits a second."""
    return partial(_take, redis)


async def _take(redis: "redis_py.Redis") -> None:
    lasts_ms = max(1, round(TURN_SECONDS * 1000))
    try:
        while not await redis.set(_TURN, 1, nx=True, px=lasts_ms):
            await asyncio.sleep(TURN_SECONDS / 4)
    except (RedisError, OSError):
        await asyncio.sleep(TURN_SECONDS)
