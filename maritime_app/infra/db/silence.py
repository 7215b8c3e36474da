"""Tells a server that says nothing from a statement that takes long.

A frozen server keeps its lines open, so a statement would wait for its whole time limit. Where one
waits and no line of this process has had an answer for a while, a new connection is tried: a server
that is only busy with something long takes it, and says which of our statements it is busy with. A
line of which it says twice that it is not has gone half-open: both ends hold it, nothing passes.
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
# Of ours, those in which this very server is carrying something out.
_AT_WORK = (
    "select pg_postmaster_start_time(), array(select pid from pg_stat_activity"
    " where pid = any($1::int[]) and backend_start = any($2::timestamptz[])"
    " and coalesce(state, '') not like 'idle%')"
)


class Silence:
    """Watches the connections that are lent; `is_on` while the server says nothing.

    Statements that wait for it then end as those of a lost server do. Of a line that has gone
    half-open `half_open` is told, with the time of its statement by the monotonic clock.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[Conn]],
        seconds: float,
        half_open: Callable[[float], None],
    ) -> None:
        self.is_on = False
        self._half_open = half_open
        self.answers = Answers()
        self._connect = connect
        self._seconds = seconds
        self._lent: set[Conn] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._awake_since = 0.0
        self._probed_at = 0.0
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
        waiting = self._waiting()
        if waiting:
            since = min(conn.asked_at for conn in waiting)
            quiet = now - max(since, self.answers.last_at, self._awake_since)
            if quiet >= self._seconds:
                self._fall_silent(waiting)
            elif quiet >= self._seconds * _PROBE_AFTER or self._is_time_to_ask(now):
                self._probe()
        if self._lent and not self._closed:
            self._again()

    def _waiting(self) -> list[Conn]:
        return [conn for conn in self._lent if conn.unanswered and not conn.is_closed()]

    def _is_time_to_ask(self, now: float) -> bool:
        is_time = now - self._probed_at >= self._seconds * _PROBE_AFTER
        return is_time and bool(self._overdue(now))

    def _overdue(self, now: float) -> list[Conn]:
        """Those that have waited for as long as a server may be silent, for whatever reason."""
        late = now - self._seconds
        return [conn for conn in self._waiting() if max(conn.asked_at, self._awake_since) <= late]

    def _fall_silent(self, waiting: list[Conn]) -> None:
        if not self.is_on:
            logger.error("database_silent", waiting=len(waiting))
        self.is_on = True
        self._probe()
        for conn in waiting:
            conn.terminate()

    def _probe(self) -> None:
        if self._probing is None or self._probing.done():
            self._probed_at = time.monotonic()
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
                    await self._ask_after_the_overdue(conn)
                finally:
                    conn.terminate()
        except asyncpg.PostgresError as error:
            if isinstance(error, FAREWELLS):
                raise
            # Any other refusal is an answer: it has no room for one more, say.

    async def _ask_after_the_overdue(self, probe: Conn) -> None:
        """Give up the lines of statements of which the server knows nothing, now and at the look
        before; their callers are told. An answer may be on its way the first time.
        """
        asked = {
            conn.session: (conn, conn.asked_at)
            for conn in self._overdue(time.monotonic())
            if conn.session is not None
        }
        if not asked:
            return
        row = await probe.fetchrow(
            _AT_WORK, [one.pid for one in asked], [one.started_at for one in asked]
        )
        if row is None:
            return
        server_started_at, at_work = row
        for session, (conn, asked_at) in asked.items():
            is_ours = session.server_started_at == server_started_at
            if not is_ours or session.pid in at_work or not conn.unanswered:
                continue
            if conn.asked_at == asked_at == conn.missed_at:
                logger.warning(
                    "database_line_half_open", seconds=round(time.monotonic() - asked_at)
                )
                conn.terminate()
                self._half_open(asked_at)
            conn.missed_at = asked_at
