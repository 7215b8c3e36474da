"""Token buckets per caller and purpose, in Redis so that all processes share them.

Reads fail open when Redis is away; sign-in and look-up by reference fail over to buckets in the process.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass

import hiredis

from maritime_app.errors import Unavailable
from maritime_app.infra.metrics import tally
from maritime_app.resources import Resources

_LOCAL_ENTRIES = 10_000

# Tokens refill continuously; answers the milliseconds to wait, 0 when there was a token.
_TAKE = """
local capacity, per_second, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local state = redis.call('HMGET', KEYS[1], 't', 'at')
local tokens = math.min(capacity, (tonumber(state[1]) or capacity) + (now - (tonumber(state[2]) or now)) * per_second)
local wait = 0
if tokens < 1 then wait = (1 - tokens) / per_second else tokens = tokens - 1 end
redis.call('HSET', KEYS[1], 't', tostring(tokens), 'at', ARGV[3])
redis.call('EXPIRE', KEYS[1], math.ceil(capacity / per_second) + 1)
return tostring(wait)
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `capacity` at once, refilled at `per_minute`."""

    capacity: int
    per_minute: float
    strict: bool = False


LIMITS = {
    "sign_in": Limit(8, 6, strict=True),
    "look_up": Limit(20, 20, strict=True),
    "book": Limit(60, 120),
    "search": Limit(300, 1200),
    # Far above what Stripe sends to one endpoint: Stripe itself must never be refused.
    "webhook": Limit(20_000, 600_000),
}
_local: OrderedDict[str, tuple[float, float]] = OrderedDict()


async def take(res: Resources, name: str, caller: str) -> float:
    """Take a token; returns 0.0, or the seconds to wait before the next try."""
    limit = LIMITS[name]
    try:
        answer = await res.fast.command(
            "EVAL", _TAKE, 1, f"web:limit:{name}:{caller}", limit.capacity, limit.per_minute / 60, f"{time.time():.3f}"
        )
        wait = float(answer)
    except (Unavailable, hiredis.HiredisError):
        wait = _take_locally(limit, f"{name}:{caller}") if limit.strict else 0.0
    if wait:
        tally["limited_" + name] += 1
    return wait


def _take_locally(limit: Limit, key: str) -> float:
    now, per_second = time.monotonic(), limit.per_minute / 60
    tokens, at = _local.pop(key, (float(limit.capacity), now))
    tokens = min(limit.capacity, tokens + (now - at) * per_second)
    wait = 0.0 if tokens >= 1 else (1 - tokens) / per_second
    _local[key] = (tokens - 1 if not wait else tokens, now)
    while len(_local) > _LOCAL_ENTRIES:
        _local.popitem(last=False)
    return wait
