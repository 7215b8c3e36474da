"""A consumer at work in a test: the sandbox's feed or a small server of the test's own, followed by
the real stream.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace as with_values
from typing import Any

from websockets.asyncio.server import ServerConnection, serve

from maritime_app.cli.processes.start import supervise_stream
from maritime_app.resources import Resources
from maritime_app.settings.file import replace
from maritime_app.vessels import consumer
from maritime_app.vessels.live import live_store
from maritime_app.vessels.model import FeedHealth, FeedState

PATIENCE_SECONDS = 60.0


def listening_to(res: Resources, url: str, **vessels: Any) -> Resources:
    """The same connections, another feed."""
    settings = replace(res.settings, aisstream={"url": url, "api_key": "test"}, vessels=vessels)
    return with_values(res, settings=settings)


@asynccontextmanager
async def following(res: Resources) -> AsyncIterator[asyncio.Event]:
    """The consumer runs inside the block; setting the event stops it early."""
    stop = asyncio.Event()
    task = asyncio.create_task(supervise_stream(consumer.follow_sources, res, stop))
    try:
        yield stop
    finally:
        stop.set()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await task


@asynccontextmanager
async def feed(talk: Callable[[ServerConnection], Awaitable[None]]) -> AsyncIterator[str]:
    """A feed of the test's own: `talk` gets each connection after its subscription."""

    async def handle(connection: ServerConnection) -> None:
        await connection.recv()
        with suppress(Exception):
            await talk(connection)
        await connection.wait_closed()

    async with serve(handle, "127.0.0.1", 0) as server:
        yield f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/"


async def until(probe: Callable[[], Awaitable[Any]]) -> Any:
    """Probe until the answer is true, and return it; fail after 15 seconds."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            answer = await probe()
            if answer:
                return answer
            await asyncio.sleep(0.02)


async def feed_is(res: Resources, state: FeedState) -> FeedHealth:
    """Wait until the feed is in that state."""

    async def probe() -> FeedHealth | None:
        health = await live_store.health(res.redis_cache)
        return health if health.state is state else None

    health: FeedHealth = await until(probe)
    return health
