"""How many maps one address has open at all processes together.

Each process says how many it has, with a lease: those of a process that died are nobody's after
thirty seconds. Without Redis each process counts for itself.
"""

import asyncio
import os
import secrets
import socket
from collections import Counter
from collections.abc import Mapping
from typing import Final

from maritime_app.infra.processes.waiting import until
from maritime_app.infra.redis import MultiplexedRedis, RedisError
from maritime_app.infra.telemetry import log

logger = log.get(__name__)
_LEASE_SECONDS: Final = 30
_REPORT_SECONDS: Final = 5.0
_REPORTED_AT_ONCE: Final = 500

# KEYS: the address. ARGV: process, its maps with the new one, lease, most. By Redis's own clock.
_TAKE: Final = """
local now, others = tonumber(redis.call('TIME')[1]), 0
local said = redis.call('HGETALL', KEYS[1])
for i = 1, #said, 2 do
  local count, ends = string.match(said[i + 1], '^(%d+):(%d+)$')
  if tonumber(ends) <= now then redis.call('HDEL', KEYS[1], said[i])
  elseif said[i] ~= ARGV[1] then others = others + tonumber(count) end
end
if others + tonumber(ARGV[2]) > tonumber(ARGV[4]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ':' .. (now + ARGV[3]))
redis.call('EXPIRE', KEYS[1], ARGV[3])
return 1
"""
# KEYS: addresses. ARGV: process, lease, its maps at each of them.
_REPORT: Final = """
local now = tonumber(redis.call('TIME')[1])
for i, key in ipairs(KEYS) do
  if ARGV[i + 2] == '0' then redis.call('HDEL', key, ARGV[1])
  else
    redis.call('HSET', key, ARGV[1], ARGV[i + 2] .. ':' .. (now + ARGV[2]))
    redis.call('EXPIRE', key, ARGV[2])
  end
end
return 0
"""


class Shares:
    """The maps of this process by address, as the other processes know them.

    `here` is how many are open at this process; whoever opens and closes them counts there.
    """

    def __init__(
        self, redis: MultiplexedRedis, here: Mapping[str, int], lease_seconds: int = _LEASE_SECONDS
    ) -> None:
        self._redis = redis
        self._here = here
        self._lease_seconds = lease_seconds
        self._process = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        self._opening: Counter[str] = Counter()
        self._reported: set[str] = set()

    async def take(self, address: str, most: int) -> bool:
        """Return whether the address may open one more."""
        self._opening[address] += 1
        try:
            count = self._here.get(address, 0) + self._opening[address]
            if count > most:
                return False
            self._reported.add(address)
            args = self._process, count, self._lease_seconds, most
            return bool(await self._redis.command("EVAL", _TAKE, 1, _key(address), *args))
        except RedisError as error:
            log.sparingly(logger, "map_shares_counted_here", error=error.reply)
            return True
        finally:
            self._opening[address] -= 1
            if not self._opening[address]:
                del self._opening[address]

    async def keep_reporting(self, stop: asyncio.Event) -> None:
        """Renew what this process has every five seconds, until `stop`; then it has none."""
        while not await until(stop, _REPORT_SECONDS):
            await self.report(self._here)
        await self.report({})

    async def report(self, counts: Mapping[str, int]) -> None:
        """Say how many maps each address has at this process."""
        known = list(self._reported | counts.keys())
        for first in range(0, len(known), _REPORTED_AT_ONCE):
            part = known[first : first + _REPORTED_AT_ONCE]
            keys, numbers = [_key(one) for one in part], [counts.get(one, 0) for one in part]
            args = self._process, self._lease_seconds
            try:
                await self._redis.command("EVAL", _REPORT, len(part), *keys, *args, *numbers)
            except RedisError:
                return  # the lease lasts for some reports, and then nobody is refused
        self._reported = set(counts)


def _key(address: str) -> str:
    return f"vessels:map_sockets:{address}"
