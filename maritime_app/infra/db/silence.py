"""Tells a server that says nothing from a statement that takes long.

A frozen server keeps its lines open, so a statement would wait for its whole time limit. Where one
waits and no line of this process has had an answer for a while, a new connection is tried: a server
that is only busy with something long takes it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

import asyncpg

from maritime_app.infra.db.connection import Answers, Conn
from maritime_app.infra.db.errors import FAREWELLS, UNREACHABLE
from maritime_app.infra.processes.waiting import end
from maritime_app.infra.telemetry import log

logger = log.get(__name__)
_LOOK_SECONDS = 0.5
_LATE_SECONDS = 0.5  # this process was held up itself: what has arrived is not read yet
_PROBE_SECONDS = 5.0
_PROBE_AFTER = 0.4  # of the time after which a server is silent


class Silence:
    """Watches the connections that are lent; `is_on` while the server says nothing.

    Statements that wait for it then end as those of a lost server do.
    """

    def __init__(self, connect: Callable[[], Awaitable[Conn]], seconds: float) -> None:
        self.is_on = False
        self.answers = Answers()
        self._connect = connect
        self._seconds = seconds
        self._lent: set[Conn] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._awake_since = 0.0
        self._probing: asyncio.Task[None] | None = None
        self._closed = False

    def lent(self, conn: Conn) -> None:
        """Watch a connection that somebody has got."""
        conn.answers = self.answers
        self._lent.add(conn)
        if self._timer is None:
            self._again()

    def given_back(self, conn: Conn) -> None:
        """Watch it no more."""
        self._lent.discard(conn)

    async def close(self) -> None:
        """Watch nothing any more."""
        self._closed = True
        if self._timer is not None:
            self._timer.cancel()
        if self._probing is not None:
            await end(self._probing)

    def _again(self) -> None:
        self._due = time.monotonic() + _LOOK_SECONDS
        self._timer = asyncio.get_running_loop().call_later(_LOOK_SECONDS, self._check)

    def _check(self) -> None:
        now, self._timer = time.monotonic(), None
        if now - self._due > _LATE_SECONDS:
            self._awake_since = now
        waiting = [conn for conn in self._lent if conn.unanswered and not conn.is_closed()]
        if waiting:
            since = min(conn.asked_at for conn in waiting)
            quiet = now - max(since, self.answers.last_at, self._awake_since)
            if quiet >= self._seconds:
                self._fall_silent(waiting)
            elif quiet >= self._seconds * _PROBE_AFTER:
                self._probe()
        if self._lent and not self._closed:
            self._again()

    def _fall_silent(self, waiting: list[Conn]) -> None:
        if not self.is_on:
            logger.error("database_silent", waiting=len(waiting))
        self.is_on = True
        self._probe()
        for conn in waiting:
            conn.terminate()

    def _probe(self) -> None:
        if self._probing is None or self._probing.done():
            self._probing = asyncio.create_task(self._until_heard(), name="db.probe")

    async def _until_heard(self) -> None:
        """Try a connection, again and again while the server is silent."""
        while True:
            with suppress(*UNREACHABLE):
                await self._heard()
                if self.is_on:
                    logger.info("database_heard_again")
                self.is_on = False
                self.answers.last_at = time.monotonic()
            if not self.is_on:
                return
            await asyncio.sleep(_LOOK_SECONDS)

    async def _heard(self) -> None:
        try:
            async with asyncio.timeout(_PROBE_SECONDS):
                conn = await self._connect()
                try:
                    await conn.fetchval("select 1")  # a pooler lets in before it asks the server
                finally:
                    conn.terminate()
        except asyncpg.PostgresError as error:
            if isinstance(error, FAREWELLS):
                raise
            # Any other refusal is an answer: it has no room for one more, say.
