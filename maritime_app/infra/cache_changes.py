"""What has changed what is cached, in the transaction that changed it, and whoever makes it known.

The process that commits says so in Redis at once. One that is killed between its COMMIT and that
word, or cannot reach Redis, leaves a committed change of which nobody has heard: searches would
show places that are gone until their answers grow old. So each change is a row beside what it
changes, every process looks once a second which rows are new, and publishes those of which it has
not heard by its next look. Redis itself keeps the last snapshot of which it has carried out all: a
process that begins looks from there. A Redis that comes back may have lost what it had carried out
and has another run id: then all rows that are kept are published again.

A row is new when the last look's snapshot did not see its transaction: neither clocks nor the order
of commits have a say. https://www.postgresql.org/docs/current/functions-info.html (Transaction ID
and Snapshot Information Functions)
"""

import asyncio
import re
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Final
from uuid import UUID

import asyncpg
import msgspec

from maritime_app.errors import Unavailable
from maritime_app.ids import uuid7
from maritime_app.infra import queries
from maritime_app.infra.cache.two_level import Cache
from maritime_app.infra.db import Conn, Database
from maritime_app.infra.processes.waiting import until
from maritime_app.infra.redis import MultiplexedRedis, RedisError
from maritime_app.infra.telemetry import log
from maritime_app.infra.telemetry.metrics import tally

logger = log.get(__name__)
SQL = queries.load("infra")
_LOOK_SECONDS: Final = 1.0
_LOOK_PATIENCE_SECONDS: Final = 8.0
# Longer than answers live that tell of places.
_KEPT_SECONDS: Final = 600.0
_TIDY_SECONDS: Final = 60.0
_TAGS_AT_ONCE: Final = 500
_BEFORE_ALL: Final = "1:1:"  # a snapshot that sees nothing
_CARRIED_OUT: Final = "cache:carried_out"  # "run id of that Redis, snapshot"
_RUN_ID: Final = re.compile(rb"run_id:(\w+)")
_AWAY = (Unavailable, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


class Seen(msgspec.Struct, frozen=True):
    """A change, or none, and the snapshot by which it was looked for."""

    snapshot: str
    id: UUID | None
    tags: list[str] | None


async def drop_cached(conn: Conn, cache: Cache, tags: Iterable[str]) -> None:
    """Drop what is cached under the tags once the caller's transaction has been committed.

    This process does it at once; should it come to nothing, any other one does within seconds.
    """
    change, dropped = uuid7(), list(dict.fromkeys(tags))
    if not dropped:
        return
    await SQL.add_cache_change.execute(conn, change, dropped)
    conn.unless_rolled_back.append(lambda: cache.bump(dropped, [change]))


class CacheChanges:
    """Looks for the changes that nobody has made known."""

    def __init__(self, db: Database, cache: Cache, redis: MultiplexedRedis) -> None:
        self._db = db
        self._cache = cache
        self._redis = redis
        self._snapshot = _BEFORE_ALL
        self._run_id: str | None = None  # of the Redis that this process listens to
        self._subscriptions = 0  # the first look begins where Redis says
        self._looked_at = self._tidied_at = time.monotonic()
        self._unheard: dict[UUID, list[str]] = {}

    async def follow(self, stop: asyncio.Event) -> None:
        """Look once a second, until `stop`."""
        while not stop.is_set():
            await until(stop, _LOOK_SECONDS)
            try:
                async with asyncio.timeout(_LOOK_PATIENCE_SECONDS):
                    await self.catch_up()
                    await self.tidy()
            except _AWAY as error:
                log.sparingly(logger, "cache_changes_not_read", error=type(error).__name__)

    async def catch_up(self) -> None:
        """Publish what was new at the last look and is unheard of still; find what is new now.

        Raise what a statement raises. A process that does not hear others uses no copies of its
        own, and begins from the start once it does.
        """
        if not self._cache.listening:
            return
        await self._begin_again_where_missed()
        before, late = self._snapshot, self._left(self._unheard)
        new = self._left(await self._new())
        self._unheard = late | new
        self._cache.drop(sorted({tag for tags in new.values() for tag in tags}))
        await self._publish(late)
        if not self._left(late):
            await self._mark(before)
        self._unheard = new

    async def _begin_again_where_missed(self) -> None:
        """Redis may have lost what was said before, and we what was deleted meanwhile."""
        now = time.monotonic()
        missed = now - self._looked_at > _KEPT_SECONDS - _TIDY_SECONDS
        if missed or self._subscriptions != self._cache.subscriptions:
            self._snapshot = await self._marked() or _BEFORE_ALL
        self._looked_at, self._subscriptions = now, self._cache.subscriptions

    async def _marked(self) -> str | None:
        """Return the last snapshot of which this Redis, in this run, has carried out all."""
        self._run_id = None
        try:
            found = _RUN_ID.search(await self._redis.command("INFO", "server"))
            marked = await self._redis.command("GET", _CARRIED_OUT)
        except RedisError:
            return None
        self._run_id = found[1].decode() if found else None
        run_id, _, snapshot = (marked or b"").decode().partition(" ")
        return snapshot if run_id == self._run_id else None

    async def _mark(self, snapshot: str) -> None:
        """Say in Redis that it has carried out all that this snapshot saw."""
        if self._run_id is not None:
            words = f"{self._run_id} {snapshot}"
            with suppress(RedisError):
                await self._redis.command("SET", _CARRIED_OUT, words, "EX", int(_KEPT_SECONDS))

    async def _new(self) -> dict[UUID, list[str]]:
        async with self._db.acquire() as conn:
            seen = await SQL.cache_changes.fetch_all(conn, Seen, self._snapshot)
        self._snapshot = seen[0].snapshot
        return {one.id: one.tags for one in seen if one.id is not None and one.tags}

    def _left(self, changes: dict[UUID, list[str]]) -> dict[UUID, list[str]]:
        heard = self._cache.heard
        return {change: tags for change, tags in changes.items() if change not in heard}

    async def _publish(self, changes: dict[UUID, list[str]]) -> None:
        if changes:
            tally["cache_changes_published_late"] += len(changes)
        tags: set[str] = set()
        about: list[UUID] = []
        for change, its_tags in changes.items():
            tags.update(its_tags)
            about.append(change)
            if len(tags) >= _TAGS_AT_ONCE:
                await self._cache.bump(tags, about)
                tags, about = set(), []
        await self._cache.bump(tags, about)

    async def tidy(self) -> None:
        """Delete once a minute what is older than any answer; raise what a statement raises."""
        if time.monotonic() - self._tidied_at < _TIDY_SECONDS:
            return
        self._tidied_at = time.monotonic()
        async with self._db.acquire() as conn:
            await SQL.drop_cache_changes.execute(conn, _KEPT_SECONDS)
