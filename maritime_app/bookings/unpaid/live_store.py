"""Unpaid places in Redis: a sorted set per budget, a member per booking, scored by its end.

What was not given back (a process killed, Redis away) comes back by itself when the hold ends.
"""

from collections.abc import Sequence

import msgspec

from maritime_app.bookings.unpaid.model import BudgetRequest, Shortage
from maritime_app.infra.redis import MultiplexedRedis, RedisError

_PAID_FROM_SECONDS = 90 * 86_400

# For several bookings, one after the other. KEYS of each: its budgets, then its record. ARGV of
# each: seconds, booking, what the record says, how many budgets, then places and most of each
# budget. Members are "<places>:<booking>".
# Returns for each which budget does not suffice and the seconds until something comes back, else 0
# and 0. A booking whose keys hold something else (WRONGTYPE) gets -1 and does not stop the others;
# what is wrong with Redis itself is the answer to all.
_TAKE = """
local now = tonumber(redis.call('TIME')[1])
local key, arg, answers = 0, 0, {}
local function take(first, last, seconds, booking, record)
  for i = 1, last - first do
    local budget, held = KEYS[first + i - 1], 0
    local members, over = redis.call('ZRANGE', budget, 0, -1, 'WITHSCORES'), false
    for m = 1, #members, 2 do
      if tonumber(members[m + 1]) <= now then
        over = true
      else
        held = held + tonumber(string.match(members[m], '^%d+'))
      end
    end
    if over then redis.call('ZREMRANGEBYSCORE', budget, '-inf', now) end
    if held + tonumber(ARGV[arg + 3 + 2 * i]) > tonumber(ARGV[arg + 4 + 2 * i]) then
      local soonest = redis.call('ZRANGE', budget, 0, 0, 'WITHSCORES')
      return i, math.max(1, math.ceil((tonumber(soonest[2]) or now + seconds) - now))
    end
  end
  for i = 1, last - first do
    local budget = KEYS[first + i - 1]
    redis.call('ZADD', budget, now + seconds, ARGV[arg + 3 + 2 * i] .. ':' .. booking)
    redis.call('EXPIRE', budget, seconds + 1)
  end
  redis.call('SET', KEYS[last], record, 'EX', seconds + 1)
  return 0, 0
end
while arg < #ARGV do
  local count = tonumber(ARGV[arg + 4])
  local well, short, wait = pcall(
    take, key + 1, key + count + 1, tonumber(ARGV[arg + 1]), ARGV[arg + 2], ARGV[arg + 3])
  if not well then
    local words = type(short) == 'table' and short.err or tostring(short)
    if not string.find(words, 'WRONGTYPE', 1, true) then return redis.error_reply(words) end
    short, wait = -1, 0
  end
  answers[#answers + 1], answers[#answers + 2] = short, wait
  key, arg = key + count + 1, arg + 4 + 2 * count
end
return answers
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
    redis: MultiplexedRedis, requests: Sequence[BudgetRequest]
) -> list[Shortage | Exception | None]:
    """Take for each booking from all of its budgets or from none, one booking after the other.

    Return for each the budget that does not suffice, None where all do, a RedisError where nothing
    could be counted.
    """
    keys: list[str] = []
    sizes: list[str | bytes | int] = []
    for one in requests:
        keys += [*(budget.key for budget in one.budgets), _record_key(one.reference)]
        record = _Record(one.whose, [(budget.key, budget.places) for budget in one.budgets])
        sizes += (one.seconds, one.reference, msgspec.json.encode(record), len(one.budgets))
        sizes += [number for budget in one.budgets for number in (budget.places, budget.most)]
    answer = await redis.command("EVAL", _TAKE, len(keys), *keys, *sizes)
    found = zip(requests, answer[::2], answer[1::2], strict=True)
    return [_outcome(one, number, wait_seconds) for one, number, wait_seconds in found]


def _outcome(one: BudgetRequest, number: int, wait_seconds: int) -> Shortage | Exception | None:
    if number < 0:
        return RedisError("WRONGTYPE")
    return Shortage(one.budgets[number - 1], wait_seconds) if number else None


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
