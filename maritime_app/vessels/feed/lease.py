"""One consumer among all processes: a lease in Redis, renewed every second, with a fencing number.

AISStream counts connections per account and punishes the third. A leader that dies is replaced when
its lease ends (3 s). While Redis is away nobody else can take the lease, so the leader goes on. One
that was too late for its lease takes it again where nobody else has led since, and steps down where
somebody has; that Redis was flushed, so that everything is to be written again, is told by the
epoch that it has lost.
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
from maritime_app.vessels.live import leader_lease
from maritime_app.vessels.live.leader_lease import LeaseRenewal

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
                epoch = await leader_lease.claim_lease(
                    self._redis, self._token, LEASE_MS, clock.epoch_ms()
                )
                if epoch is not None:
                    self.epoch = epoch
                    return True
            except Unavailable as error:
                logger.warning("lease_not_claimed", error=error.message)
            await until(stop, _CLAIM_SECONDS)
        return False

    async def renew(self, over: asyncio.Event, on_flushed: Callable[[], None]) -> None:
        """Renew until `over`; set `over` when another has the lease, or has had it since.

        `on_flushed` is called when Redis has lost everything.
        """
        while not over.is_set():
            await until(over, _RENEW_SECONDS)
            try:
                renewal = await leader_lease.renew_lease(
                    self._redis, self._token, LEASE_MS, self.epoch
                )
            except Unavailable:
                continue
            if renewal is LeaseRenewal.FLUSHED:
                logger.warning("redis_was_flushed")
                on_flushed()
            elif renewal is LeaseRenewal.TAKEN_AGAIN:
                logger.warning("lease_was_lost_and_taken_again")
            elif renewal is LeaseRenewal.TAKEN_BY_ANOTHER:
                logger.warning("lease_taken_by_another")
                over.set()

    async def release(self) -> None:
        """Let the next one in at once; after a failure it waits for the end of the lease."""
        try:
            await leader_lease.release_lease(self._redis, self._token)
        except Unavailable:
            logger.warning("lease_left_to_expire")
