"""What a running process holds: opened once, closed in reverse, handed to every handler, task and
stream.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar, runtime_checkable

import aiohttp
import redis.asyncio as redis_py

from maritime_app.infra.cache import Cache
from maritime_app.infra.db import Database
from maritime_app.infra.redis import FastRedis
from maritime_app.infra.supervise import supervise
from maritime_app.jobs.outbox import Outbox
from maritime_app.settings import Settings

T = TypeVar("T")
CACHE_DB = 0
QUEUE_DB = 1


@runtime_checkable
class Closable(Protocol):
    """A part that holds something open."""

    async def close(self) -> None:
        """Close it."""


@dataclass(frozen=True, slots=True)
class Resources:
    """The open connections of one process and the settings it was started with."""

    settings: Settings
    db: Database
    redis: "redis_py.Redis"
    fast: FastRedis
    queue: FastRedis
    http: aiohttp.ClientSession
    cache: Cache
    outbox: Outbox
    parts: dict[type, Any] = field(default_factory=dict)

    def part(self, kind: type[T], make: "Callable[[Resources], T]") -> T:
        """A domain's own object that lives as long as this process (a batch gate, a catalogue):
        made once.
        """
        if kind not in self.parts:
            self.parts[kind] = make(self)
        found: T = self.parts[kind]
        return found


@asynccontextmanager
async def open_resources(settings: Settings) -> AsyncIterator[Resources]:
    """Open everything; nothing here waits for a server that is away (that is found out at first
    use).
    """
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        db = Database(settings.database.url, settings.database.connections)
        stack.push_async_callback(db.close)
        client = redis_client(settings.redis.url, CACHE_DB)
        stack.push_async_callback(client.aclose)
        fast, queue = (
            FastRedis(settings.redis.url, CACHE_DB),
            FastRedis(settings.redis.url, QUEUE_DB),
        )
        stack.push_async_callback(fast.close)
        stack.push_async_callback(queue.close)
        http = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
        )
        outbox = Outbox(queue)
        db.relay = outbox.hand_over_soon
        outbox.start()
        stack.push_async_callback(outbox.close)
        cache = Cache(fast, client, settings.search.local_entries)
        listening = asyncio.create_task(
            supervise(
                "cache.listen", cache.listen, stop, first_delay_seconds=0.2, max_delay_seconds=5
            )
        )
        stack.push_async_callback(_end, listening, stop)
        res = Resources(settings, db, client, fast, queue, http, cache, outbox)
        stack.push_async_callback(_close_parts, res)
        yield res


def redis_client(url: str, db: int) -> "redis_py.Redis":
    """A redis-py client for what is not hot: subscriptions, sessions, scripts."""
    client: redis_py.Redis = redis_py.Redis.from_url(
        url, db=db, socket_connect_timeout=2, socket_keepalive=True, health_check_interval=15
    )
    return client


async def _close_parts(res: Resources) -> None:
    """What a domain opened for itself is closed before the connections it stands on."""
    for part in res.parts.values():
        if isinstance(part, Closable):
            await part.close()


async def _end(task: "asyncio.Task[None]", stop: asyncio.Event) -> None:
    stop.set()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
