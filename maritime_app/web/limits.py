"""Token buckets per caller and purpose, in Redis so that all processes share them.

Where guessing must be slow (sign-in, look-up by reference) only failures are counted, so that
nobody is kept from their own booking; each one asks Redis first, and when Redis is away those
buckets go on in the process. The others are counted in the process and reported to Redis a tenth of
a bucket at a time, off the request's path: a process may let a tenth too many pass, and no request
waits for its own count.
"""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass

from maritime_app.infra.metrics import tally
from maritime_app.infra.redis import MultiplexedRedis, RedisError
from maritime_app.resources import Part, Resources

_LOCAL_ENTRIES = 10_000
FAILURES_ONLY = frozenset(("sign_in", "look_up"))

# Tokens refill continuously; answers the seconds to wait (0 when there was a token) and what is
# left.
_TAKE = """
local capacity, per_second = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME') -- of all processes the same
local now = time[1] + time[2] / 1000000
local state = redis.call('HMGET', KEYS[1], 't', 'at')
local tokens = tonumber(state[1]) or capacity
tokens = math.min(capacity, tokens + (now - (tonumber(state[2]) or now)) * per_second)
local wait = 0
if tokens < 1 then wait = (1 - tokens) / per_second else tokens = tokens - tonumber(ARGV[3]) end
redis.call('HSET', KEYS[1], 't', tostring(tokens), 'at', string.format('%.3f', now))
redis.call('EXPIRE', KEYS[1], math.ceil(capacity / per_second) + 1)
return {tostring(wait), tostring(tokens)}
"""


@dataclass(frozen=True, slots=True)
class _Limit:
    """The bucket of one caller: its key in Redis, its size, how many tokens come back a second."""

    key: str
    capacity: float
    per_second: float


@dataclass(slots=True)
class _Bucket:
    """What a caller has left as far as this process knows, and what Redis does not know of yet."""

    tokens: float
    at: float
    unreported: int = 0


class Buckets:
    """The buckets of one process, the oldest dropped first."""

    def __init__(self, redis: MultiplexedRedis) -> None:
        self._redis = redis
        self._local: OrderedDict[str, _Bucket] = OrderedDict()
        self._reporting: set[asyncio.Task[None]] = set()

    async def take_shared(self, limit: _Limit, cost: int) -> float:
        """Take from the bucket that all processes share, from this process's own without Redis."""
        try:
            wait, _tokens = await self._count_in_redis(limit, cost)
        except RedisError:
            return self._take_here(limit, cost)
        return wait

    def take_local(self, limit: _Limit, cost: int) -> float:
        """Take from this process's bucket, and report to Redis a tenth of it at a time."""
        wait = self._take_here(limit, cost)
        bucket = self._local[limit.key]
        if bucket.unreported >= max(1.0, limit.capacity / 10):
            count, bucket.unreported = bucket.unreported, 0
            task = asyncio.create_task(self._report(limit, bucket, count))
            self._reporting.add(task)
            task.add_done_callback(self._reporting.discard)
        return wait

    async def close(self) -> None:
        """Break off the reports that are under way: what they say is worth a tenth of a bucket."""
        for task in self._reporting:
            task.cancel()
        await asyncio.gather(*self._reporting, return_exceptions=True)

    def _take_here(self, limit: _Limit, cost: int) -> float:
        now = time.monotonic()
        bucket = self._local.get(limit.key)
        if bucket is None:
            bucket = self._local[limit.key] = _Bucket(float(limit.capacity), now)
            if len(self._local) > _LOCAL_ENTRIES:
                self._local.popitem(last=False)
        refilled = bucket.tokens + (now - bucket.at) * limit.per_second
        bucket.tokens = min(limit.capacity, refilled)
        bucket.at = now
        if bucket.tokens < 1:
            return (1 - bucket.tokens) / limit.per_second
        bucket.tokens -= cost
        bucket.unreported += cost
        return 0.0

    async def _report(self, limit: _Limit, bucket: _Bucket, count: int) -> None:
        """Take from the shared bucket what was taken here, and learn what other processes took."""
        try:
            wait, tokens = await self._count_in_redis(limit, count)
        except RedisError:
            return  # these pass while Redis is away; what is left here still counts
        bucket.tokens = min(bucket.tokens, tokens, 0.0 if wait else limit.capacity)

    async def _count_in_redis(self, limit: _Limit, cost: int) -> tuple[float, float]:
        wait, tokens = await self._redis.command(
            "EVAL",
            _TAKE,
            1,
            limit.key,
            limit.capacity,
            limit.per_second,
            cost,
        )
        return float(wait), float(tokens)


BUCKETS = Part("web.limits", lambda res: Buckets(res.redis_cache))


async def take(res: Resources, name: str, caller: str, cost: int = 1) -> float:
    """Take `cost` tokens (0 only looks) of the limit that `settings.limits` has under that name.

    Return 0.0, or the seconds to wait before the next try.
    """
    capacity, per_minute = getattr(res.settings.limits, name)
    limit = _Limit(f"web:limit:{name}:{caller}", capacity, per_minute / 60)
    buckets = res[BUCKETS]
    if name in FAILURES_ONLY:
        wait = await buckets.take_shared(limit, cost)
    else:
        wait = buckets.take_local(limit, cost)
    if wait:
        tally["limited_" + name] += 1
    return wait
