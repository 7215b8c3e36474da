"""Where the tokens are: in Redis, which all processes share, and in this process without it.

Where every single one counts (guesses, exports) Redis is asked before the work. The others
(searches) are counted in the process and reported a tenth of a bucket at a time, off the
request's path: a process may let a tenth too many pass, and no request waits for its own count.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence

from msgspec import Struct

from maritime_app.infra.processes.waiting import end
from maritime_app.infra.redis import MultiplexedRedis, RedisError
from maritime_app.resources import Part
from maritime_app.web.limits import scripts
from maritime_app.web.limits.model import Limit, Taken

_LOCAL_ENTRIES = 10_000


class _Bucket(Struct):
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

    async def take_shared(self, limits: Sequence[Limit]) -> list[Taken]:
        """Take a token from each of the shared buckets, or from none when one has none."""
        try:
            return await self._take_in_redis(limits, 1)
        except RedisError:
            return self._take_here(limits)

    async def give_back(self, limits: Sequence[Limit]) -> None:
        """Put the tokens back: the work has shown that none was due."""
        for limit in limits:
            bucket = self._local.get(limit.key)
            if bucket is not None:
                bucket.tokens = min(limit.capacity, bucket.tokens + 1)
        keys, capacities = [one.key for one in limits], [one.capacity for one in limits]
        try:
            await self._redis.command("EVAL", scripts.GIVE_BACK, len(keys), *keys, *capacities)
        except RedisError:
            return  # they come back by themselves, a little later

    def take_local(self, limit: Limit) -> Taken:
        """Take from this process's bucket, and report to Redis a tenth of it at a time."""
        bucket = self._refilled(limit, time.monotonic())
        taken = _take(limit, bucket, refused=bucket.tokens < 1)
        if bucket.unreported >= max(1.0, limit.capacity / 10):
            count, bucket.unreported = bucket.unreported, 0
            task = asyncio.create_task(self._report(limit, bucket, count))
            self._reporting.add(task)
            task.add_done_callback(self._reporting.discard)
        return taken

    async def close(self) -> None:
        """Break off the reports that are under way: what they say is worth a tenth of a bucket."""
        await end(*self._reporting)

    def _take_here(self, limits: Sequence[Limit]) -> list[Taken]:
        now = time.monotonic()
        buckets = [self._refilled(limit, now) for limit in limits]
        refused = any(bucket.tokens < 1 for bucket in buckets)
        return [
            _take(limit, bucket, refused=refused)
            for limit, bucket in zip(limits, buckets, strict=True)
        ]

    def _refilled(self, limit: Limit, now: float) -> _Bucket:
        key = limit.key
        bucket = self._local.get(key)
        if bucket is None:
            bucket = self._local[key] = _Bucket(float(limit.capacity), now)
            if len(self._local) > _LOCAL_ENTRIES:
                self._local.popitem(last=False)
        come_back = (now - bucket.at) * limit.per_second
        bucket.tokens, bucket.at = min(limit.capacity, bucket.tokens + come_back), now
        return bucket

    async def _report(self, limit: Limit, bucket: _Bucket, count: int) -> None:
        """Take from the shared bucket what was taken here, and learn what other processes took."""
        try:
            (taken,) = await self._take_in_redis([limit], count)
        except RedisError:
            return  # these pass while Redis is away; what is left here still counts
        most = 0.0 if taken.wait_seconds else float(limit.capacity)
        bucket.tokens = min(bucket.tokens, taken.tokens, most)

    async def _take_in_redis(self, limits: Sequence[Limit], cost: int) -> list[Taken]:
        keys = [limit.key for limit in limits]
        sizes = [number for limit in limits for number in (limit.capacity, limit.per_second)]
        answer = await self._redis.command("EVAL", scripts.TAKE, len(keys), *keys, cost, *sizes)
        numbers = [float(number) for number in answer]
        return [
            Taken(limit, wait, tokens)
            for limit, wait, tokens in zip(limits, numbers[::2], numbers[1::2], strict=True)
        ]


def _take(limit: Limit, bucket: _Bucket, *, refused: bool) -> Taken:
    wait_seconds = max(0.0, (1 - bucket.tokens) / limit.per_second)
    if not refused:
        bucket.tokens -= 1
        bucket.unreported += 1
    return Taken(limit, wait_seconds, bucket.tokens)


BUCKETS = Part("web.limits", lambda res: Buckets(res.redis_cache))
