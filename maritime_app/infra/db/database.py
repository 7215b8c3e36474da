"""One statement at a time, or a transaction; what runs after its commit.

What is reported as committed is there, and what was to happen after the commit happens only then.
A connection on which BEGIN, a statement or COMMIT was interrupted is closed: the server rolls back
what was not committed.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial

import asyncpg

from maritime_app.infra.database_hosts import Hosts
from maritime_app.infra.db.committed_jobs import CommittedJobs
from maritime_app.infra.db.connection import Conn, Pooler, connect
from maritime_app.infra.db.errors import (
    BROKEN,
    FAREWELLS,
    CommitUnknown,
    DatabaseAway,
    Shortage,
    short_of,
)
from maritime_app.infra.db.hooks import Hooks
from maritime_app.infra.db.pool import Pool
from maritime_app.infra.db.silence import Silence
from maritime_app.infra.telemetry import log

logger = log.get(__name__)
_ROLLBACK_SECONDS = 2.0


class RolledBack(Exception):
    """COMMIT was answered with ROLLBACK: a statement had failed and its error was swallowed."""


class Database:
    """PostgreSQL for this process.

    `acquire()` commits each statement, `transaction()` all of them or none.
    """

    def __init__(
        self,
        url: str,
        connections: int = 8,
        *,
        statement_seconds: float = 30.0,
        idle_transaction_seconds: float = 120.0,
        silent_seconds: float = 5.0,
        max_age_seconds: float = 1800.0,
        pooler: Pooler = Pooler.NONE,
    ) -> None:
        self.committed = CommittedJobs()
        self.hooks = Hooks()
        self.shortage: Shortage | None = None  # why it last refused what it can do otherwise
        hosts = Hosts(url)
        open_one = partial(
            connect,
            statement_seconds=statement_seconds,
            idle_transaction_seconds=idle_transaction_seconds,
            pooler=pooler,
        )
        self._open_one: Callable[[], Awaitable[Conn]] = lambda: hosts.connect(open_one)
        self._pool = Pool(self._connect, connections, max_age_seconds)
        self._silence = Silence(self._open_one, silent_seconds, self._pool.renew)

    @property
    def waiting(self) -> int:
        """Return how many callers stand in line for a connection."""
        return self._pool.waiting

    @property
    def waiting_seconds(self) -> float:
        """Return how long the first in line for a connection has waited."""
        return self._pool.waiting_seconds

    @property
    def in_use(self) -> int:
        """Return how many connections somebody has."""
        return self._pool.in_use

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Conn]:
        """Lend a connection in autocommit.

        Raise Unavailable after ten seconds in line or when the server is away or silent,
        DatabaseClosed after `close`. A statement that gets no answer may have been carried out.
        """
        conn = await self._take()
        try:
            with self._losing(conn):
                yield conn
        finally:
            self._give_back(conn)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Conn]:
        """Lend a connection in a transaction: committed at the end, rolled back by any exception.

        Raise Unavailable as `acquire` does, and CommitUnknown where COMMIT got no answer. What was
        put into `conn.after_commit` runs, and is awaited, once the commit has been answered; what
        stands in `conn.unless_rolled_back` also where it may have been carried out. Hooks run to
        their end, even where the caller is cancelled. Never await the network inside.
        """
        conn = await self._take()
        try:
            with self._losing(conn):
                await conn.execute("begin")
                try:
                    yield conn
                except BaseException:
                    await _roll_back(conn)
                    raise
                await self._commit(conn)
            hooks = [*conn.unless_rolled_back, *conn.after_commit]
            jobs = conn.enqueued
        finally:
            self._give_back(conn)
        for job in jobs:
            self.committed.put(job)
        await self.hooks.run(hooks)

    async def _connect(self) -> Conn:
        if self._silence.is_on:  # whoever stood in line need not try
            raise DatabaseAway
        return await self._open_one()

    async def _take(self) -> Conn:
        if self._silence.is_on:
            raise DatabaseAway
        conn = await self._pool.take()
        self._silence.lent(conn)
        return conn

    def _give_back(self, conn: Conn) -> None:
        conn.forget()
        self._silence.given_back(conn)
        self._pool.give_back(conn)

    async def _commit(self, conn: Conn) -> None:
        try:
            await _commit(conn)
        except (CommitUnknown, asyncio.CancelledError):
            self.hooks.run_twice(conn.unless_rolled_back)
            raise

    @contextmanager
    def _losing(self, conn: Conn) -> Iterator[None]:
        """Drop the connection of a server that goes away, and tell the caller to come again."""
        try:
            yield
        except (asyncpg.PostgresError, *BROKEN) as error:
            if lacking := short_of(error):
                self.shortage = Shortage(lacking, time.monotonic())
                log.sparingly(logger, "database_overloaded", error=type(error).__name__)
                raise DatabaseAway from error
            if not (conn.is_closed() or isinstance(error, FAREWELLS)):
                raise
            conn.terminate()
            log.sparingly(logger, "database_lost", error=type(error).__name__)
            raise DatabaseAway from error

    async def close(self) -> None:
        """Close every connection, those in use when they come back; nobody gets another one."""
        await self._silence.close()
        await self._pool.close()


async def _roll_back(conn: Conn) -> None:
    """Roll back, or give the connection up where the server is not known to listen."""
    if conn.unanswered or conn.is_closed():
        conn.terminate()
        return
    try:
        async with asyncio.timeout(_ROLLBACK_SECONDS):
            await conn.execute("rollback")
    except (asyncpg.PostgresError, *BROKEN, TimeoutError):
        conn.terminate()


async def _commit(conn: Conn) -> None:
    try:
        answer = await conn.execute("commit")
    except asyncpg.PostgresError as error:
        if isinstance(error, FAREWELLS) or conn.is_closed():
            raise CommitUnknown from error
        raise  # a deferred constraint, say: the server has rolled back
    except (*BROKEN, TimeoutError) as error:
        conn.terminate()
        log.sparingly(logger, "commit_unknown", error=type(error).__name__)
        raise CommitUnknown from error
    if answer != "COMMIT":
        raise RolledBack(f"the server answered {answer}")
