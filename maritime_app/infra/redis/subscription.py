"""Messages of channels, with a heartbeat.

A line that only listens never finds out that its other end has vanished (a NAT table, a fail-over
of a virtual machine). So it asks every second, and what has said nothing for four is given up:
whoever stands on the messages learns within five seconds that it may have missed some.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from maritime_app.infra.redis.errors import RedisError
from maritime_app.infra.redis.line import Answer, Line
from maritime_app.infra.redis.multiplexed import MultiplexedRedis
from maritime_app.infra.redis.open_line import open_line

BEAT_SECONDS: Final = 1.0
DEAF_SECONDS: Final = 4.0
_MAX_UNREAD = 20_000

Message = tuple[str, bytes]  # channel, as Redis knows it, and what was said


@asynccontextmanager
async def subscribed(
    redis: MultiplexedRedis, channels: Sequence[str]
) -> "AsyncIterator[Subscription]":
    """Subscribe over a line of its own and yield the messages from now on.

    The channels get the client's prefix. Raise RedisError when Redis is away or refuses; so does
    the iterator when the line is lost or has been deaf for four seconds.
    """
    line = await open_line(redis.address, redis.database)
    inbox = Subscription(line, len(channels))
    try:
        line.post(("SUBSCRIBE", *(redis.name(channel) for channel in channels)))
        await inbox.confirmed()
        yield inbox
    finally:
        line.abort()


class Subscription(AsyncIterator[Message]):
    """Messages, for ever; raises RedisError when some may have been missed."""

    def __init__(self, line: Line, channels: int) -> None:
        self._line = line
        self._missing = channels
        self._unread: asyncio.Queue[Message] = asyncio.Queue(_MAX_UNREAD)
        self._overflowed = False
        self._refusal = ""
        self._heard = asyncio.Event()
        line.on_push = self._take

    async def confirmed(self) -> None:
        """Return when every channel is subscribed to."""
        while self._missing:
            await self._listen()

    async def __anext__(self) -> Message:
        while self._unread.empty():
            await self._listen()
        return self._unread.get_nowait()

    @property
    def is_deaf(self) -> bool:
        """Return whether nothing has been heard for so long that messages may be missing.

        This says at once what the iterator raises a moment later: of a process that was stopped
        and goes on, requests may be answered before anything else.
        """
        return self._line.silent_seconds > DEAF_SECONDS

    async def _listen(self) -> None:
        """Wait for a word, asking for one every second."""
        self._heard.clear()
        while not self._heard.is_set():
            if self._line.lost or self._refusal or self._overflowed:
                raise RedisError(self._refusal or "the subscription ended")
            if self._line.silent_seconds > DEAF_SECONDS - BEAT_SECONDS / 2:
                raise RedisError("the subscription is deaf")
            try:
                async with asyncio.timeout(BEAT_SECONDS):
                    await self._heard.wait()
            except TimeoutError:
                self._line.post(("PING",))

    def _take(self, push: Answer) -> None:
        self._heard.set()
        if isinstance(push, Exception):
            self._refusal = str(push)
        elif push[0] == b"subscribe":
            self._missing -= 1
        elif push[0] == b"message":
            try:
                self._unread.put_nowait((push[1].decode(), push[2]))
            except asyncio.QueueFull:
                self._overflowed = True
