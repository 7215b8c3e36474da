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

from maritime_app.infra.cache import Cache
from maritime_app.infra.db import Database, Pooler
from maritime_app.infra.redis import MultiplexedRedis, RedisAddress
from maritime_app.infra.supervise import supervise
from maritime_app.settings import Settings

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
    redis_cache: MultiplexedRedis  # the hot commands on cached values
    redis_jobs: MultiplexedRedis  # the same on arq's queues
    http: aiohttp.ClientSession
    cache: Cache
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
        db = Database(
            settings.database.url,
            settings.database.connections,
            statement_seconds=settings.database.statement_seconds,
            idle_transaction_seconds=settings.database.idle_transaction_seconds,
            max_age_seconds=settings.database.max_age_seconds,
            pooler=Pooler(settings.database.pooler),
        )
        stack.push_async_callback(db.close)
        address, prefix = RedisAddress.parse(settings.redis.url), settings.redis.prefix
        cached = MultiplexedRedis(address, prefix=prefix)
        stack.push_async_callback(cached.close)
        jobs = MultiplexedRedis(address, jobs_database(settings), prefix=prefix)
        stack.push_async_callback(jobs.close)
        http = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_HTTP_SECONDS))
        )
        cache = Cache(cached, settings.search.local_entries)
        listening = asyncio.create_task(
            supervise(
                "cache.listen", cache.listen, stop, first_delay_seconds=0.2, max_delay_seconds=5
            )
        )
        stack.push_async_callback(_end, listening, stop)
        res = Resources(settings, db, cached, jobs, http, cache)
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


async def _end(task: "asyncio.Task[None]", stop: asyncio.Event) -> None:
    stop.set()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
