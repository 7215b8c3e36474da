"""Token buckets per caller and purpose, in Redis so that all processes share them.

Where guessing must be slow (sign-in, look-up by reference) only failures are counted, so that nobody is kept
from his own booking; and when Redis is away those buckets go on in the process, while the others let pass.
"""

import time
from collections import OrderedDict

import hiredis

from maritime_app.errors import Unavailable
from maritime_app.infra.metrics import tally
from maritime_app.resources import Resources

_LOCAL_ENTRIES = 10_000
FAILURES_ONLY = frozenset(("sign_in", "look_up"))

# Tokens refill continuously; answers the milliseconds to wait, 0 when there was a token.
_TAKE = """
local capacity, per_second, now = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local state = redis.call('HMGET', KEYS[1], 't', 'at')
local tokens = math.min(capacity, (tonumber(state[1]) or capacity) + (now - (tonumber(state[2]) or now)) * per_second)
local wait = 0
if tokens < 1 then wait = (1 - tokens) / per_second else tokens = tokens - tonumber(ARGV[4]) end
redis.call('HSET', KEYS[1], 't', tostring(tokens), 'at', ARGV[3])
redis.call('EXPIRE', KEYS[1], math.ceil(capacity / per_second) + 1)
return tostring(wait)
"""


_local: OrderedDict[str, tuple[float, float]] = OrderedDict()


async def take(res: Resources, name: str, caller: str, cost: int = 1) -> float:
    """Take `cost` tokens (0 only looks); returns 0.0, or the seconds to wait before the next try."""
    capacity, per_minute = getattr(res.settings.limits, name)
    now = f"{time.time():.3f}"
    try:
        key = f"web:limit:{name}:{caller}"
        wait = float(await res.fast.command("EVAL", _TAKE, 1, key, capacity, per_minute / 60, now, cost))
    except (Unavailable, hiredis.HiredisError):
        wait = (
            _take_locally(capacity, per_minute / 60, f"{name}:{caller}", cost)
            if name in FAILURES_ONLY
            else 0.0
        )
    if wait:
        tally["limited_" + name] += 1
    return wait


def _take_locally(capacity: float, per_second: float, key: str, cost: int) -> float:
    now = time.monotonic()
    tokens, at = _local.pop(key, (float(capacity), now))
    tokens = min(capacity, tokens + (now - at) * per_second)
    wait = 0.0 if tokens >= 1 else (1 - tokens) / per_second
    _local[key] = (tokens if wait else tokens - cost, now)
    while len(_local) > _LOCAL_ENTRIES:
        _local.popitem(last=False)
    return wait
