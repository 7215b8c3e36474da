"""The lease of the one process that follows the feed, and the epoch of its leadership, in Redis.

Every function raises RedisError when Redis is away or refuses a command.
"""

from enum import IntEnum
from typing import Final

from maritime_app.infra.redis import MultiplexedRedis

LEADER: Final = "vessels:leader"
EPOCH: Final = "vessels:epoch"


class LeaseRenewal(IntEnum):
    """What came of renewing the lease; the numbers are those of the script below."""

    TAKEN_BY_ANOTHER = -1  # and perhaps given up by now
    TAKEN_AGAIN = 0  # it had ended: we were too late, and nobody else has led since
    RENEWED = 1
    FLUSHED = 2  # taken again in a Redis that has lost everything


# In one step each. The epoch grows whatever the clocks of two machines say, and tells a lease that
# has merely ended from a Redis that was flushed: it stays until then.
_CLAIM_LEASE = """
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 0 end
local epoch = math.max(tonumber(ARGV[3]), tonumber(redis.call('GET', KEYS[2]) or '0') + 1)
redis.call('SET', KEYS[2], string.format('%.0f', epoch))
return epoch
"""
# A holder that was too slow must not prolong somebody else's lease, nor go on after another leader.
_RENEW_LEASE = """
local holder = redis.call('GET', KEYS[1])
local epoch = redis.call('GET', KEYS[2])
if (holder and holder ~= ARGV[1]) or (epoch and epoch ~= ARGV[3]) then return -1 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
if not epoch then redis.call('SET', KEYS[2], ARGV[3]) return 2 end
return holder and 1 or 0
"""
_RELEASE_LEASE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""


async def claim_lease(
    redis: MultiplexedRedis, token: str, lease_ms: int, now_ms: int
) -> int | None:
    """Take the right to consume if nobody has it.

    Return the epoch of this leadership, later than any before it; None when another has the lease.
    """
    words = ("EVAL", _CLAIM_LEASE, 2, LEADER, EPOCH, token, lease_ms, now_ms)
    return await redis.command(*words) or None


async def renew_lease(
    redis: MultiplexedRedis, token: str, lease_ms: int, epoch: int
) -> LeaseRenewal:
    """Prolong the lease of `token`, or take it again if nobody has it or has had it since."""
    words = ("EVAL", _RENEW_LEASE, 2, LEADER, EPOCH, token, lease_ms, epoch)
    return LeaseRenewal(await redis.command(*words))


async def release_lease(redis: MultiplexedRedis, token: str) -> None:
    """Give the lease up, unless another has it by now."""
    await redis.command("EVAL", _RELEASE_LEASE, 1, LEADER, token)
