"""A connection that knows whether its last statement was answered."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from enum import StrEnum
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import asyncpg
import msgspec

from maritime_app.infra.db.committed_jobs import CommittedJob
from maritime_app.infra.migrate.files import APPLICATION_NAME

if TYPE_CHECKING:
    _Connection = asyncpg.Connection[asyncpg.Record]
else:
    _Connection = asyncpg.Connection

T = TypeVar("T")
Hook = Callable[[], Awaitable[None] | None]
_MAX_DESCRIBED = 200
_CONNECT_SECONDS = 5
# From the function under pg_stat_activity: that view joins what is not asked for, which takes a
# third of the server's work for a new session.
_SESSION = (
    "select pg_postmaster_start_time(), pid, backend_start"
    " from pg_stat_get_activity(pg_backend_pid())"
)


class Pooler(StrEnum):
    """What stands between us and PostgreSQL."""

    NONE = "none"
    PREPARED = "prepared"  # transactions are pooled, and named statements follow them
    PLAIN = "plain"  # transactions are pooled


class Answers:
    """When the server answered a statement of this process last, by the monotonic clock."""

    __slots__ = ("last_at",)

    def __init__(self) -> None:
        self.last_at = 0.0


class Session(NamedTuple):
    """One of one run of one server: process numbers come again, starts do not."""

    server_started_at: datetime
    pid: int
    started_at: datetime


class Conn(_Connection):
    """A PostgreSQL connection; `after_commit`, `unless_rolled_back` and `enqueued` are what a
    transaction leaves behind.

    `after_commit` runs after a commit that was answered; `unless_rolled_back` also where COMMIT got
    no answer: what is harmless when nothing was committed (dropping cached answers) stands there.

    `unanswered` is true from the moment a statement is sent until the server has answered it, be
    it with an error. A caller that is cancelled or times out in between leaves it true: what the
    server made of the statement is then not known, and the connection is not used again. It was
    sent at `asked_at`; `answers` is where answers are noted. `session` is what the server calls it,
    by which another line can ask after it; None behind a pooler, where that changes.
    `missed_at` is the `asked_at` of a statement of which the server knew nothing any more.
    """

    __slots__ = (
        "after_commit",
        "answers",
        "asked_at",
        "enqueued",
        "missed_at",
        "opened_at",
        "session",
        "unanswered",
        "unless_rolled_back",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.after_commit: list[Hook] = []
        self.unless_rolled_back: list[Hook] = []
        self.enqueued: list[CommittedJob] = []
        self.opened_at = time.monotonic()
        self.unanswered = False
        self.asked_at = 0.0
        self.missed_at = 0.0
        self.session: Session | None = None
        self.answers = Answers()

    def forget(self) -> None:
        """Drop what was to be done after a commit that did not come."""
        self.after_commit = []
        self.unless_rolled_back = []
        self.enqueued = []

    @property
    def is_reusable(self) -> bool:
        """Return whether the server is known to be idle and outside every transaction."""
        return not (self.unanswered or self.is_closed() or self.is_in_transaction())

    async def fetch(  # type: ignore[override]  # nobody here asks for another class of rows
        self, *args: Any, **kwargs: Any
    ) -> list[asyncpg.Record]:
        """Run a statement and return its rows."""
        return await self._answered(super().fetch(*args, **kwargs))

    async def fetchrow(  # type: ignore[override]
        self, *args: Any, **kwargs: Any
    ) -> asyncpg.Record | None:
        """Run a statement and return its first row, or None."""
        return await self._answered(super().fetchrow(*args, **kwargs))

    async def fetchval(self, *args: Any, **kwargs: Any) -> Any:
        """Run a statement and return the first column of its first row, or None."""
        return await self._answered(super().fetchval(*args, **kwargs))

    async def execute(self, *args: Any, **kwargs: Any) -> str:
        """Run a statement and return the server's word for what it did."""
        return await self._answered(super().execute(*args, **kwargs))

    async def executemany(self, *args: Any, **kwargs: Any) -> None:
        """Run a statement for each set of arguments."""
        await self._answered(super().executemany(*args, **kwargs))

    async def copy_records_to_table(self, *args: Any, **kwargs: Any) -> str:
        """Copy rows into a table and return the server's word for it."""
        return await self._answered(super().copy_records_to_table(*args, **kwargs))

    async def _answered(self, statement: Coroutine[Any, Any, T]) -> T:
        """Wait for the statement. An error of the server is an answer; anything else is none."""
        self.asked_at = time.monotonic()
        self.unanswered = True
        try:
            result = await statement
        except asyncpg.PostgresError:
            self.unanswered = False
            raise
        self.unanswered = False
        self.answers.last_at = time.monotonic()
        return result


class PooledConn(Conn):
    """A connection of which each transaction may run in another session.

    Statements are not named, so none can be missing in the next session. What a statement takes and
    returns is kept here all the same: it is parsed and run in one round trip, not described first.
    A description that has grown old (a column more) breaks the connection, and a new one learns it.
    """

    __slots__ = ("_described",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._described: OrderedDict[tuple[Any, ...], Any] = OrderedDict()

    async def _get_statement(
        self,
        query: str,
        timeout: float | None,  # noqa: ASYNC109  # asyncpg's own
        **kwargs: Any,
    ) -> Any:
        key = (query, *sorted(kwargs.items(), key=itemgetter(0)))
        statement = self._described.get(key)
        if statement is not None:
            self._described.move_to_end(key)
            statement.mark_unprepared()  # so that it is parsed where it runs
            return statement
        statement = await super()._get_statement(query, timeout, **kwargs)  # type: ignore[misc]
        if not statement.name:
            self._described[key] = statement
            if len(self._described) > _MAX_DESCRIBED:
                self._described.popitem(last=False)
        return statement


async def connect(
    url: str, *, statement_seconds: float, idle_transaction_seconds: float, pooler: Pooler
) -> Conn:
    """Return a new connection; raise what asyncpg raises.

    Behind a pooler in transaction mode nothing is said at the start of a session: the next
    transaction may run in another one.
    """
    session = {
        # What contracts the schema waits until nobody is connected who knows less (infra/migrate).
        "application_name": APPLICATION_NAME,
        "timezone": "UTC",
        "jit": "off",  # compiling costs more than our short statements take
        "statement_timeout": f"{round(statement_seconds * 1000)}",
        "idle_in_transaction_session_timeout": f"{round(idle_transaction_seconds * 1000)}",
    }
    conn: Conn = await asyncpg.connect(
        url,
        connection_class=PooledConn if pooler is Pooler.PLAIN else Conn,
        statement_cache_size=0 if pooler is Pooler.PLAIN else 100,
        timeout=_CONNECT_SECONDS,
        # A second later than the server's own limit, whose answer says more.
        command_timeout=statement_seconds + 1,
        # A pooler takes the name from every client; the rest belongs to a session.
        server_settings=session
        if pooler is Pooler.NONE
        else {"application_name": APPLICATION_NAME},
    )
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            await _teach_types(conn)
            if pooler is Pooler.NONE and (session_row := await conn.fetchrow(_SESSION)):
                conn.session = Session(*session_row)
    except BaseException:
        conn.terminate()
        raise
    return conn


async def _teach_types(conn: Conn) -> None:
    """Let jsonb columns travel as Python values."""
    await conn.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: msgspec.json.encode(value).decode(),
        decoder=msgspec.json.decode,
    )
