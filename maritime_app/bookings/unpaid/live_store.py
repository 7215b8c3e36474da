"""Unpaid places in Redis: a sorted set per budget, a member per booking, scored by its end.

What was not given back (a process killed, Redis away) comes back by itself when the hold ends.
"""

import msgspec

from maritime_app.bookings.unpaid.model import Budget, Shortage
from maritime_app.infra.redis import MultiplexedRedis

_PAID_FROM_SECONDS = 90 * 86_400

# KEYS: the budgets, then the record of the booking. ARGV: seconds, booking, what the record says,
# then places and most of each budget. Members are "<places>:<booking>".
# Returns which budget does not suffice and the seconds until something comes back, else 0 and 0.
_TAKE = """
local now = tonumber(redis.call('TIME')[1])
local seconds, booking, record = tonumber(ARGV[1]), ARGV[2], ARGV[3]
for i = 1, #KEYS - 1 do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now)
  local held = 0
  for _, member in ipairs(redis.call('ZRANGE', KEYS[i], 0, -1)) do
    held = held + tonumber(string.match(member, '^%d+'))
  end
  if held + tonumber(ARGV[2 + 2 * i]) > tonumber(ARGV[3 + 2 * i]) then
    local first = redis.call('ZRANGE', KEYS[i], 0, 0, 'WITHSCORES')
    return {i, math.max(1, math.ceil((tonumber(first[2]) or now + seconds) - now))}
  end
end
for i = 1, #KEYS - 1 do
  redis.call('ZADD', KEYS[i], now + seconds, ARGV[2 + 2 * i] .. ':' .. booking)
  redis.call('EXPIRE', KEYS[i], seconds + 1)
end
redis.call('SET', KEYS[#KEYS], record, 'EX', seconds + 1)
return {0, 0}
"""

# KEYS: the record of a booking, its budgets. ARGV: the member in each of them.
_GIVE_BACK = """
for i = 2, #KEYS do redis.call('ZREM', KEYS[i], ARGV[i - 1]) end
return redis.call('DEL', KEYS[1])
"""


class _Record(msgspec.Struct, frozen=True):
    """From what a booking took, so that it can be given back where only the booking is known."""

    whose: str
    taken: list[tuple[str, int]]


async def take(
    redis: MultiplexedRedis, reference: str, whose: str, budgets: list[Budget], seconds: int
) -> Shortage | None:
    """Take from all budgets or from none; return the one that does not suffice."""
    record = msgspec.json.encode(_Record(whose, [(one.key, one.places) for one in budgets]))
    keys = [*(one.key for one in budgets), _record_key(reference)]
    sizes = [number for one in budgets for number in (one.places, one.most)]
    number, wait_seconds = await redis.command(
        "EVAL", _TAKE, len(keys), *keys, seconds, reference, record, *sizes
    )
    return Shortage(budgets[number - 1], wait_seconds) if number else None


async def give_back(redis: MultiplexedRedis, reference: str) -> str | None:
    """Give back what the booking took; return whose it was, None when it was given back before."""
    stored = await redis.command("GET", _record_key(reference))
    if stored is None:
        return None
    record = msgspec.json.decode(stored, type=_Record)
    keys = [_record_key(reference), *(key for key, _places in record.taken)]
    members = [f"{places}:{reference}" for _key, places in record.taken]
    deleted = await redis.command("EVAL", _GIVE_BACK, len(keys), *keys, *members)
    return record.whose if deleted else None


async def note_payment(redis: MultiplexedRedis, whose: str) -> None:
    """Count a paid booking for a caller."""
    key = _paid_key(whose)
    await redis.command("INCR", key)
    await redis.command("EXPIRE", key, _PAID_FROM_SECONDS)


async def payments_of(redis: MultiplexedRedis, whose: str) -> int:
    """Return how many bookings the caller has paid in the last ninety days."""
    return int(await redis.command("GET", _paid_key(whose)) or 0)


def budget_key(kind: str, whose: str) -> str:
    """Return the key of what is held by a caller or contact, or of a sailing."""
    return f"bookings:unpaid:{kind}:{whose}"


def _record_key(reference: str) -> str:
    return f"bookings:unpaid:booking:{reference}"


def _paid_key(whose: str) -> str:
    return f"bookings:paid-by:{whose}"
