"""One consumer among all processes: a lease in Redis, renewed every second, with a fencing number.

AISStream counts connections per account and punishes the third. A leader that dies is replaced when
its lease ends (4 s). While Redis is away nobody else can take the lease, so the leader goes on; if
it was
flushed the leader takes the lease again, or finds that another was faster and steps down.
"""

import asyncio
import os
import secrets
import socket
from collections.abc import Callable

import hiredis

from maritime_app import clock
from maritime_app.errors import Unavailable
from maritime_app.infra import log
from maritime_app.infra.redis import FastRedis
from maritime_app.infra.waiting import until
from maritime_app.vessels.live_store import LEADER

logger = log.get(__name__)
LEASE_MS = 4_000
_RENEW_SECONDS = 1.0
_ASK_SECONDS = 1.0
# 1: still ours. 0: gone, and taken anew. -1: somebody else's.
_RENEW = """
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) return 1 end
if holder then return -1 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 0
"""
_RELEASE = (
    "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
)


class Lease:
    """The right to consume.

    `epoch` grows with every take-over: readers drop batches with a lower one.
    """

    def __init__(self, fast: FastRedis, key: str = LEADER) -> None:
        self.epoch = 0
        self._fast = fast
        self._key = key
        self._token = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"

    async def wait_for(self, stop: asyncio.Event) -> bool:
        """Ask every second until the lease is ours (True) or `stop` is set (False)."""
        while not stop.is_set():
            try:
                if await self._fast.command("SET", self._key, self._token, "NX", "PX", LEASE_MS):
                    self.epoch = clock.epoch_ms()
                    return True
            except (Unavailable, hiredis.HiredisError) as error:
                logger.warning("lease_not_asked", error=type(error).__name__)
            await until(stop, _ASK_SECONDS)
        return False

    async def keep(self, over: asyncio.Event, refilled: Callable[[], None]) -> None:
        """Renew until `over`; set `over` when another has it.

        `refilled` is called if Redis had lost it.
        """
        while not over.is_set():
            await until(over, _RENEW_SECONDS)
            try:
                answer = await self._fast.command(
                    "EVAL", _RENEW, 1, self._key, self._token, LEASE_MS
                )
            except (Unavailable, hiredis.HiredisError):
                continue
            if answer == 0:
                logger.warning("lease_was_lost_and_taken_again")
                refilled()
            elif answer == -1:
                logger.warning("lease_taken_by_another")
                over.set()

    async def give_up(self) -> None:
        """Let the next one in at once; after a failure it waits for the end of the lease."""
        try:
            await self._fast.command("EVAL", _RELEASE, 1, self._key, self._token)
        except (Unavailable, hiredis.HiredisError):
            logger.warning("lease_left_to_expire")
