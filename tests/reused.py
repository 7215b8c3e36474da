"""A database that one test after another uses, and the lines to it, which stay open in between.

A fresh copy costs a test less than its sessions do: each of ten loads the catalogue and plans every
statement anew. So what a test wrote is taken back instead (tests/reset.sql), its pools find lines
that have done all that before, and a copy is given up where that cannot be done: its schema was
changed, or it has served for long.
"""

import contextlib
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from typing import Any

import asyncpg
import pytest

from maritime_app.infra.db import connection
from maritime_app.infra.db.connection import Answers, Conn, Pooler
from tests.servers import BARE, DEMO, DatabaseServer

USES = 40  # each leaves dead rows behind


class Reused:
    """The database of a template that this worker's tests use in turn."""

    def __init__(self, fresh: Callable[[], AbstractAsyncContextManager[str]]) -> None:
        self._fresh = fresh
        self._stack = AsyncExitStack()
        self._uses = 0
        self._free: defaultdict[tuple[object, ...], list[Conn]] = defaultdict(list)
        self._asked: dict[Conn, tuple[object, ...]] = {}
        self.url = ""

    @contextlib.asynccontextmanager
    async def lent(self) -> AsyncIterator[str]:
        """The address of a database as the template is; what is written there is taken back."""
        if not self.url:
            self.url = await self._stack.enter_async_context(self._fresh())
            self._resetting = await asyncpg.connect(self.url)
            await self._resetting.execute("set session_replication_role = replica")
        try:
            yield self.url
        finally:
            if not await self._reset():
                await self.give_up()

    def borrow(self, asked: tuple[object, ...]) -> Conn | None:
        """A line that is open, if one is free that was opened for the same."""
        while lines := self._free[asked]:
            conn = lines.pop()
            if not conn.is_closed():
                conn.opened_at = time.monotonic()
                conn.answers = Answers()
                conn.missed_at = 0.0
                return conn
        return None

    def opened(self, conn: Conn, asked: tuple[object, ...]) -> None:
        """Know a line that was opened; it is kept when it is closed."""
        self._asked[conn] = asked

    async def keep(self, conn: Conn) -> bool:
        """Keep the line that its pool has closed; false for one that is another's or not idle."""
        if conn not in self._asked or not conn.is_reusable:
            return False
        await conn.reset()
        self._free[self._asked[conn]].append(conn)
        return True

    async def give_up(self) -> None:
        """Close the lines and give the database back."""
        for conn in self._asked:
            conn.terminate()
        self._asked.clear()
        self._free.clear()
        if self.url:
            self.url = ""
            self._uses = 0
            self._resetting.terminate()
        await self._stack.aclose()

    async def _reset(self) -> bool:
        self._uses += 1
        if self._uses == USES:
            return False
        free = [conn for lines in self._free.values() for conn in lines if not conn.is_closed()]
        self._asked = {conn: self._asked[conn] for conn in free}
        pids = [conn.get_server_pid() for conn in free]
        try:
            done: bool = await self._resetting.fetchval("select suite.reset($1)", pids)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            # It was made to take no writes, say, or this session was ended with all others.
            return False
        return done


class Shelf:
    """The databases of one worker, a template each."""

    def __init__(self, server: DatabaseServer) -> None:
        self._reused = {name: Reused(partial(server.clone, name)) for name in (BARE, DEMO)}

    def lent(self, template: str) -> AbstractAsyncContextManager[str]:
        """The address of a database as the template is, until the block ends."""
        return self._reused[template].lent()

    @contextlib.contextmanager
    def lines_kept(self) -> Iterator[None]:
        """Pools find the lines open that others have closed."""
        really_connect, really_close = connection.connect, Conn.close

        async def connect(url: str, **options: Any) -> Conn:
            one = next((one for one in self._reused.values() if one.url == url), None)
            asked = tuple(options.values())
            if one is None or Pooler.NONE not in asked:
                return await really_connect(url, **options)
            conn = one.borrow(asked)
            if conn is None:
                conn = await really_connect(url, **options)
                one.opened(conn, asked)
            return conn

        async def close(conn: Conn, **options: Any) -> None:
            for one in self._reused.values():
                if await one.keep(conn):
                    return
            await really_close(conn, **options)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("maritime_app.infra.db.database.connect", connect)
            patch.setattr(Conn, "close", close)
            yield

    async def give_up(self) -> None:
        """Give every database back."""
        for one in self._reused.values():
            await one.give_up()
