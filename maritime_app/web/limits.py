"""Token buckets per caller and purpose, in Redis so that all processes share them.

Where guessing must be slow (sign-in, look-up by reference) only failures are counted, so that
nobody is kept
from his own booking; each one asks Redis first, and when Redis is away those buckets go on in the
process.
The others are counted in the process and told to Redis a tenth of a bucket at a time, off the
request's
path: a process may let a tenth too many pass, and no request waits for its own count.
"""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass

import hiredis

from maritime_app.errors import Unavailable
from maritime_app.infra.metrics import tally
from maritime_app.resources import Resources

_LOCAL_ENTRIES = 10_000
FAILURES_ONLY = frozenset(("sign_in", "look_up"))

# Tokens refill continuously; answers the seconds to wait (0 when there was a token) and what is
# left.
_TAKE = """
local capacity, per_second, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local state = redis.call('HMGET', KEYS[1], 't', 'at')
local tokens = math.min(capacity, (tonumber(state[1]) or capacity) + (now - (tonumber(state[2]) or now)) * per_second)
local wait = 0
if tokens < 1 then wait = (1 - tokens) / per_second else tokens = tokens - tonumber(ARGV[4]) end
redis.call('HSET', KEYS[1], 't', tostring(tokens), 'at', ARGV[3])
redis.call('EXPIRE', KEYS[1], math.ceil(capacity / per_second) + 1)
return {tostring(wait), tostring(tokens)}
"""


@dataclass(slots=True)
class _Bucket:
    """What a caller has left as far as this process knows, and what Redis has not been told yet."""

    tokens: float
    at: float
    untold: int = 0


class _Buckets(OrderedDict[str, _Bucket]):
    """The buckets of one process, oldest forgotten first."""

    def __init__(self, _res: Resources) -> None:
        super().__init__()
        self.telling: set[asyncio.Task[None]] = set()


async def take(res: Resources, name: str, caller: str, cost: int = 1) -> float:
    """Take `cost` tokens (0 only looks); returns 0.0, or the seconds to wait before the next try."""
    capacity, per_minute = getattr(res.settings.limits, name)
    buckets = res.part(_Buckets, _Buckets)
    key = f"web:limit:{name}:{caller}"
    if name in FAILURES_ONLY:
        try:
            wait = await _take_shared(res, key, capacity, per_minute / 60, cost)
        except (Unavailable, hiredis.HiredisError):
            wait = _take_here(buckets, key, capacity, per_minute / 60, cost)
    else:
        wait = _take_here(buckets, key, capacity, per_minute / 60, cost)
        bucket = buckets[key]
        if bucket.untold >= max(1.0, capacity / 10):
            told, bucket.untold = bucket.untold, 0
            task = asyncio.create_task(_tell(res, bucket, key, capacity, per_minute / 60, told))
            buckets.telling.add(task)
            task.add_done_callback(buckets.telling.discard)
    if wait:
        tally["limited_" + name] += 1
    return wait


async def _take_shared(
    res: Resources, key: str, capacity: float, per_second: float, cost: int
) -> float:
    now = f"{time.time():.3f}"
    wait, _tokens = await res.fast.command("EVAL", _TAKE, 1, key, capacity, per_second, now, cost)
    return float(wait)


async def _tell(
    res: Resources, bucket: _Bucket, key: str, capacity: float, per_second: float, cost: int
) -> None:
    """Take from the shared bucket what was taken here, and learn what the other processes have
    taken.
    """
    now = f"{time.time():.3f}"
    try:
        wait, tokens = await res.fast.command(
            "EVAL", _TAKE, 1, key, capacity, per_second, now, cost
        )
    except (Unavailable, hiredis.HiredisError):
        return  # these let pass while Redis is away; what is left here still counts
    bucket.tokens = min(bucket.tokens, float(tokens), 0.0 if float(wait) else capacity)


def _take_here(buckets: _Buckets, key: str, capacity: float, per_second: float, cost: int) -> float:
    now = time.monotonic()
    bucket = buckets.get(key)
    if bucket is None:
        bucket = buckets[key] = _Bucket(float(capacity), now)
        if len(buckets) > _LOCAL_ENTRIES:
            buckets.popitem(last=False)
    bucket.tokens = min(capacity, bucket.tokens + (now - bucket.at) * per_second)
    bucket.at = now
    if bucket.tokens < 1:
        return (1 - bucket.tokens) / per_second
    bucket.tokens -= cost
    bucket.untold += cost
    return 0.0
