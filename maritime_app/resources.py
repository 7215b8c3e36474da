"""What a running process holds: opened once, closed in reverse, handed to every handler, task and
stream.

Connections are fields of Resources. What a domain keeps open beside them is a Part: declared where
it is defined, listed in `domains.PARTS`, made here when the process starts.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar, cast, runtime_checkable

import aiohttp

from maritime_app.infra.cache.two_level import Cache
from maritime_app.infra.cache_changes import CacheChanges
from maritime_app.infra.db import Database, Pooler, Reads, server_clock
from maritime_app.infra.processes import loop_lag
from maritime_app.infra.processes.lifecycle import Lifecycle
from maritime_app.infra.processes.supervise import supervise
from maritime_app.infra.processes.waiting import end
from maritime_app.infra.redis import MultiplexedRedis, RedisAddress
from maritime_app.infra.telemetry import tracing
from maritime_app.infra.upstreams import names
from maritime_app.settings.model import Settings

T = TypeVar("T")
_HTTP_SECONDS = 30


@runtime_checkable
class Closable(Protocol):
    """A part that holds something open."""

    async def close(self) -> None:
        """Close it."""


class Part(Generic[T]):
    """The key of an object that lives as long as the process: `res[HOLDS]` is a HoldBatcher.

    `make(res)` builds it at the start, with the parts that are listed before it; if it has an async
    `close`, that is awaited at the end.
    """

    def __init__(self, name: str, make: "Callable[[Resources], T]") -> None:
        self.name = name
        self.make = make

    def __repr__(self) -> str:
        return f"Part({self.name!r})"


@dataclass(frozen=True, slots=True)
class Resources:
    """The open connections of one process, the settings it was started with, and its parts."""

    settings: Settings
    db: Database
    reads: Reads  # for what may be a few seconds old
    redis_cache: MultiplexedRedis  # the hot commands on cached values
    redis_jobs: MultiplexedRedis  # the same on arq's queues
    http: aiohttp.ClientSession
    cache: Cache
    lifecycle: Lifecycle = field(default_factory=Lifecycle)
    parts: dict[Part[Any], Any] = field(default_factory=dict)

    def __getitem__(self, key: Part[T]) -> T:
        """Return the part; raise LookupError for one that the process was not started with."""
        try:
            return cast(T, self.parts[key])
        except KeyError:
            raise LookupError(
                f"{key} is not among the parts this process was opened with"
            ) from None


@asynccontextmanager
async def open_resources(
    settings: Settings, parts: Iterable[Part[Any]]
) -> AsyncIterator[Resources]:
    """Open everything; no server is waited for (one that is away is noticed at first use)."""
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(tracing.exporting(settings.tracing))
        db = _database(settings, settings.database.url)
        stack.push_async_callback(db.close)
        replica_url = settings.database.replica_url
        standby = _database(settings, replica_url) if replica_url else None
        if standby:
            stack.push_async_callback(standby.close)
        address, prefix = RedisAddress.parse(settings.redis.url), settings.redis.prefix
        cached = MultiplexedRedis(address, prefix=prefix)
        stack.push_async_callback(cached.close)
        jobs = MultiplexedRedis(address, jobs_database(settings), prefix=prefix)
        stack.push_async_callback(jobs.close)
        http = await stack.enter_async_context(_session())
        cache = Cache(cached, settings.search.local_entries)
        listening = asyncio.create_task(
            supervise(
                "cache.listen", cache.listen, stop, first_delay_seconds=0.2, max_delay_seconds=5
            )
        )
        reads = Reads(db, standby, settings.database.replica_lag_seconds, cache.recent)
        loops = [
            listening,
            asyncio.create_task(CacheChanges(db, cache, cached).follow(stop)),
            asyncio.create_task(server_clock.follow(db, stop)),
            asyncio.create_task(reads.follow(stop)),
            asyncio.create_task(loop_lag.measure(stop)),
        ]
        stack.push_async_callback(_end, loops, stop)
        # While Redis is still there: a change that was committed is made known to the others.
        stack.push_async_callback(db.hooks.finished)
        res = Resources(settings, db, reads, cached, jobs, http, cache)
        for part in parts:
            built = res.parts[part] = part.make(res)
            if isinstance(built, Closable):
                stack.push_async_callback(built.close)
        yield res


def jobs_database(settings: Settings) -> int:
    """Return the number of the Redis database that holds the queues: the one after the cache's.

    With a prefix it is the same one: installations may share a server that has only one.
    """
    database = RedisAddress.parse(settings.redis.url).database
    return database if settings.redis.prefix else database + 1


def _database(settings: Settings, url: str) -> Database:
    chosen = settings.database
    return Database(
        url,
        chosen.connections,
        statement_seconds=chosen.statement_seconds,
        idle_transaction_seconds=chosen.idle_transaction_seconds,
        silent_seconds=chosen.silent_seconds,
        max_age_seconds=chosen.max_age_seconds,
        pooler=Pooler(chosen.pooler),
    )


def _session() -> aiohttp.ClientSession:
    timeout = aiohttp.ClientTimeout(total=_HTTP_SECONDS)
    return aiohttp.ClientSession(connector=names.connector(), timeout=timeout)


async def _end(tasks: "Iterable[asyncio.Task[None]]", stop: asyncio.Event) -> None:
    stop.set()
    await end(*tasks)
