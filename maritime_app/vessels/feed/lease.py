"""One consumer among all processes: a lease in Redis, renewed every second, with a fencing number.

AISStream counts connections per account and punishes the third. A leader that dies is replaced when
its lease ends (3 s). While Redis is away nobody else can take the lease, so the leader goes on; if
Redis was flushed the leader takes the lease again, or finds that another was faster and steps down.
"""

import asyncio
import os
import secrets
import socket
from collections.abc import Callable

from maritime_app import clock
from maritime_app.errors import Unavailable
from maritime_app.infra.processes.waiting import until
from maritime_app.infra.redis import MultiplexedRedis
from maritime_app.infra.telemetry import log
from maritime_app.vessels.live import live_store
from maritime_app.vessels.live.live_store import LeaseRenewal

logger = log.get(__name__)
LEASE_MS = 3_000  # two renewals may fail before another takes over
_RENEW_SECONDS = 1.0
_CLAIM_SECONDS = 0.5


class Lease:
    """The right to consume.

    `epoch` grows with every take-over: readers drop batches with a lower one.
    """

    def __init__(self, redis: MultiplexedRedis) -> None:
        self.epoch = 0
        self._redis = redis
        self._token = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"

    async def wait_for(self, stop: asyncio.Event) -> bool:
        """Claim the lease every second until it is ours (True) or `stop` is set (False)."""
        while not stop.is_set():
            try:
                if await live_store.claim_lease(self._redis, self._token, LEASE_MS):
                    self.epoch = clock.epoch_ms()
                    return True
            except Unavailable as error:
                logger.warning("lease_not_claimed", error=error.message)
            await until(stop, _CLAIM_SECONDS)
        return False

    async def renew(self, over: asyncio.Event, on_flushed: Callable[[], None]) -> None:
        """Renew until `over`; set `over` when another has the lease.

        `on_flushed` is called when Redis had lost the lease, and so everything else, too.
        """
        while not over.is_set():
            await until(over, _RENEW_SECONDS)
            try:
                renewal = await live_store.renew_lease(self._redis, self._token, LEASE_MS)
            except Unavailable:
                continue
            if renewal is LeaseRenewal.TAKEN_AGAIN:
                logger.warning("lease_was_lost_and_taken_again")
                on_flushed()
            elif renewal is LeaseRenewal.TAKEN_BY_ANOTHER:
                logger.warning("lease_taken_by_another")
                over.set()

    async def release(self) -> None:
        """Let the next one in at once; after a failure it waits for the end of the lease."""
        try:
            await live_store.release_lease(self._redis, self._token)
        except Unavailable:
            logger.warning("lease_left_to_expire")
