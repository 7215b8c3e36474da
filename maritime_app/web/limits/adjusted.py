"""Limits that staff have set to other numbers than the settings, without a restart.

Read from PostgreSQL in the background, at most every five seconds while requests come: a request
never waits for it, and with the database away the numbers that were read last go on.
"""

import asyncio
import time

import asyncpg
import msgspec

from maritime_app.errors import Refusal
from maritime_app.infra import queries
from maritime_app.infra.db import Conn, Database
from maritime_app.infra.processes.waiting import end
from maritime_app.infra.telemetry import log
from maritime_app.resources import Part

_SQL = queries.load("web")
_GOOD_FOR_SECONDS = 5.0
logger = log.get(__name__)


class AdjustedLimit(msgspec.Struct, frozen=True):
    """A limit as staff have set it: how many at once, and how many come back a minute; None for a
    budget, to which nothing comes back by the minute.
    """

    name: str
    at_once: int
    per_minute: float | None


class AdjustedLimits:
    """What this process knows of them."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._known: dict[str, AdjustedLimit] = {}
        self._read_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    def of(self, name: str) -> AdjustedLimit | None:
        """Return the limit where it is another than in the settings, as far as is known here."""
        is_old = time.monotonic() - self._read_at > _GOOD_FOR_SECONDS
        if is_old and (self._reading is None or self._reading.done()):
            self._reading = asyncio.create_task(self.read())
        return self._known.get(name)

    async def read(self) -> None:
        """Learn what staff have set; what was known stays when that fails."""
        self._read_at = time.monotonic()
        try:
            async with self._db.acquire() as conn:
                self._known = await adjusted(conn)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, Refusal) as error:
            logger.warning("limits_not_read", error=type(error).__name__)

    async def close(self) -> None:
        """Break off what is being read."""
        await end(*filter(None, [self._reading]))


ADJUSTED = Part("web.adjusted_limits", lambda res: AdjustedLimits(res.db))


async def adjusted(conn: Conn) -> dict[str, AdjustedLimit]:
    """Return what staff have set, by name."""
    return {one.name: one for one in await _SQL.adjusted_limits.fetch_all(conn, AdjustedLimit)}


async def adjust(conn: Conn, limit: AdjustedLimit) -> None:
    """Let these numbers count instead of those of the settings."""
    await _SQL.adjust_limit.execute(conn, limit.name, limit.at_once, limit.per_minute)


async def reset(conn: Conn, name: str) -> None:
    """Let the numbers of the settings count again."""
    await _SQL.reset_limit.execute(conn, name)
