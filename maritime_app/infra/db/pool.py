"""Connections kept, and handed straight to whoever waited longest.

asyncpg's own pool resets a connection with a round trip at every release and lets newcomers
overtake. The price of ours: nobody may leave session state behind (use `set local`).
"""

import asyncio
import random
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import asyncpg

from maritime_app.errors import Unavailable
from maritime_app.infra.db.connection import Conn
from maritime_app.infra.db.errors import RETRY_SECONDS, UNREACHABLE, DatabaseAway, DatabaseClosed
from maritime_app.infra.telemetry import log
from maritime_app.infra.telemetry.metrics import tally

logger = log.get(__name__)
_WAIT_SECONDS = 10.0
_CLOSE_SECONDS = 2.0
# Connections that were opened together are not all renewed together.
_AGE_JITTER = (0.8, 1.0)


class Pool:
    """At most `size` connections, each given up some time before it is `max_age_seconds` old."""

    def __init__(
        self, connect: Callable[[], Awaitable[Conn]], size: int, max_age_seconds: float
    ) -> None:
        self._connect_one = connect
        self._size = size
        self._max_age_seconds = max_age_seconds * random.uniform(*_AGE_JITTER)  # noqa: S311
        self._opened_after = float("-inf")
        self._open = 0
        self._free: list[Conn] = []
        self._line: OrderedDict[asyncio.Future[Conn | None], float] = OrderedDict()  # since when
        self._closed = False

    @property
    def waiting(self) -> int:
        """Return how many callers stand in line for a connection."""
        return len(self._line)

    @property
    def waiting_seconds(self) -> float:
        """Return how long the first in line has waited; 0 where nobody does."""
        since = next(iter(self._line.values()), None)
        return 0.0 if since is None else time.monotonic() - since

    @property
    def in_use(self) -> int:
        """Return how many connections somebody has."""
        return self._open - len(self._free)

    async def take(self) -> Conn:
        """Return a connection.

        Raise Unavailable after ten seconds in line or when the server is away, DatabaseClosed
        after `close`.
        """
        if self._closed:
            raise DatabaseClosed
        while self._free:
            conn = self._free.pop()
            if not conn.is_closed():
                return conn
            self._open -= 1
        if self._open < self._size:
            return await self._connect()
        return await self._wait_in_line()

    def give_back(self, conn: Conn) -> None:
        """Take a connection back; one whose state is not known, or that is old, is closed."""
        if self._closed or not conn.is_reusable or self._is_old(conn):
            conn.terminate()
            self._open -= 1
            self._wake_one(None)
        elif not self._wake_one(conn):
            self._free.append(conn)

    def renew(self, opened_before: float) -> None:
        """Use none any more that is so old, by the monotonic clock; those in use are closed when
        they come back.
        """
        self._opened_after = max(self._opened_after, opened_before)
        free, self._free = self._free, []
        for conn in free:
            if self._is_old(conn):
                conn.terminate()
                self._open -= 1
            else:
                self._free.append(conn)

    async def close(self) -> None:
        """Close every connection, those in use when they come back; nobody gets another one."""
        self._closed = True
        while self._wake_one(None):  # whoever waits is told
            pass
        while self._free:
            conn = self._free.pop()
            self._open -= 1
            try:
                await conn.close(timeout=_CLOSE_SECONDS)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                conn.terminate()

    def _is_old(self, conn: Conn) -> bool:
        is_aged = time.monotonic() - conn.opened_at > self._max_age_seconds
        return is_aged or conn.opened_at <= self._opened_after

    async def _wait_in_line(self) -> Conn:
        place: asyncio.Future[Conn | None] = asyncio.get_running_loop().create_future()
        self._line[place] = time.monotonic()
        tally["db_waits"] += 1
        try:
            async with asyncio.timeout(_WAIT_SECONDS):
                conn = await place
        except BaseException as error:
            self._leave_line(place)
            if isinstance(error, TimeoutError):
                raise Unavailable(
                    "We are very busy right now.", retry_after_seconds=RETRY_SECONDS
                ) from error
            raise
        return conn if conn is not None and not conn.is_closed() else await self._again(conn)

    async def _again(self, conn: Conn | None) -> Conn:
        if conn is not None:  # it died between the hand-over and now
            self._open -= 1
        return await self.take()

    def _leave_line(self, place: "asyncio.Future[Conn | None]") -> None:
        if place.done() and not place.cancelled():
            conn = place.result()  # handed over in the very moment of giving up
            if conn is not None:
                self.give_back(conn)
            else:
                self._wake_one(None)  # the word that there is room was for somebody who waits
        else:
            self._line.pop(place, None)

    async def _connect(self) -> Conn:
        self._open += 1
        try:
            conn = await self._connect_one()
        except UNREACHABLE as error:
            self._open -= 1
            self._wake_one(None)
            log.sparingly(logger, "database_unreachable", error=type(error).__name__)
            raise DatabaseAway from error
        except BaseException:
            self._open -= 1
            self._wake_one(None)
            raise
        if self._closed:  # while we knocked
            self._open -= 1
            conn.terminate()
            raise DatabaseClosed
        return conn

    def _wake_one(self, conn: Conn | None) -> bool:
        while self._line:
            place, _since = self._line.popitem(last=False)
            if not place.done():
                place.set_result(conn)
                return True
        return False
