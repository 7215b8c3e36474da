"""Reads that may be a few seconds old, from a hot standby when there is one that keeps up.

How far it is behind is measured against the primary itself: what the primary had written at an
instant (its LSN), and when the standby has replayed that. No clock of another machine has a say.
https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-RECOVERY-CONTROL
"""

import asyncio
import time
from collections.abc import AsyncIterator, Collection
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg

from maritime_app.errors import Unavailable
from maritime_app.infra.cache.recent_tags import RecentTags
from maritime_app.infra.db.connection import Conn
from maritime_app.infra.db.database import Database
from maritime_app.infra.db.errors import DatabaseAway
from maritime_app.infra.processes.waiting import until
from maritime_app.infra.telemetry import log
from maritime_app.infra.telemetry.metrics import gauge, tally

logger = log.get(__name__)
_LOOK_SECONDS = 1.0
_POLL_SECONDS = 0.05
_HAS_REPLAYED = "select not pg_is_in_recovery() or pg_last_wal_replay_lsn() >= $1"
_AWAY = (Unavailable, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)
LAG = gauge("replica_lag_seconds", "How old what the standby shows may be; -1: it is not read")


class Reads:
    """Where to read what may be a little old; without a standby, the primary.

    An answer that is kept for minutes must not begin with what was before: where one of its tags
    was bumped so lately that the standby may not know it yet, the primary is read.
    """

    def __init__(
        self,
        primary: Database,
        standby: Database | None,
        max_lag_seconds: float,
        recent: RecentTags,
    ) -> None:
        self._primary = primary
        self._standby = standby
        self._max_lag_seconds = max_lag_seconds
        self._recent = recent
        self._fresh_at = float("-inf")  # what the standby shows is as new as this

    @asynccontextmanager
    async def acquire(self, tags: Collection[str] = ()) -> AsyncIterator[Conn]:
        """Lend a connection for reading: to the standby, or to the primary where that is safer.

        Raise Unavailable as the primary does.
        """
        async with AsyncExitStack() as stack:
            conn = await self._from_standby(stack) if self._keeps_up(tags) else None
            if conn is None:
                conn = await stack.enter_async_context(self._primary.acquire())
            try:
                yield conn
            except asyncpg.SerializationError as error:
                # "conflict with recovery": the standby had to apply what this statement still read.
                raise DatabaseAway from error

    async def follow(self, stop: asyncio.Event) -> None:
        """Measure once a second how far the standby is behind, until `stop`."""
        while self._standby is not None and not stop.is_set():
            await self._look(self._standby)
            lag = time.monotonic() - self._fresh_at
            LAG.set(lag if lag < self._max_lag_seconds else -1)
            await until(stop, _LOOK_SECONDS)

    def _keeps_up(self, tags: Collection[str]) -> bool:
        if self._standby is None or not self._is_fresh():
            return False
        return not self._recent.any_of(tags, self._max_lag_seconds + _LOOK_SECONDS)

    def _is_fresh(self) -> bool:
        return time.monotonic() - self._fresh_at < self._max_lag_seconds

    async def _from_standby(self, stack: AsyncExitStack) -> Conn | None:
        assert self._standby is not None  # only asked for when it keeps up
        try:
            conn = await stack.enter_async_context(self._standby.acquire())
        except Unavailable:
            self._fresh_at = float("-inf")  # until the next look
            return None
        tally["replica_reads"] += 1
        return conn

    async def _look(self, standby: Database) -> None:
        began = time.monotonic()
        try:
            async with asyncio.timeout(_LOOK_SECONDS), self._primary.acquire() as conn:
                written = await conn.fetchval("select pg_current_wal_lsn()")
        except (TimeoutError, *_AWAY):
            if self._is_fresh():  # without a primary nothing new is written
                self._fresh_at = time.monotonic()
            return
        try:
            async with asyncio.timeout(_LOOK_SECONDS), standby.acquire() as conn:
                while not await conn.fetchval(_HAS_REPLAYED, written):
                    await asyncio.sleep(_POLL_SECONDS)
            self._fresh_at = began
        except TimeoutError:
            return  # it is behind: what it shows grows older
        except _AWAY as error:
            self._fresh_at = float("-inf")
            log.sparingly(logger, "replica_not_read", error=type(error).__name__)
