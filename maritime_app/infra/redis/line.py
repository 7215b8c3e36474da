"""One connection: commands go out once per loop tick, answers come in order, silence is noticed."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Final, cast

import hiredis

from maritime_app.infra.redis.errors import LineLost, RedisError

ANSWER_SECONDS: Final = 5.0
_IDLE_SECONDS = 2.0
_MAX_IN_FLIGHT = 50_000
_LOOK_SECONDS = 1.0

Argument = str | bytes | int | float
Answer = Any  # bytes, int, None or nested lists of these: what the command documents


class Line(asyncio.Protocol):
    """A connection to Redis (RESP2: https://redis.io/docs/latest/develop/reference/protocol-spec).

    Whatever gets no answer for five seconds cuts it. An idle line is asked every two seconds
    whether it is still there, so that one whose other end has vanished is not found by a caller.
    Time in which this process itself stood still is not the other end's silence: what came
    meanwhile is read first.
    """

    def __init__(self) -> None:
        self.lost = False
        self.on_push: Callable[[Answer], None] | None = None  # of a subscription: takes everything
        self._reader = hiredis.Reader()
        self._waiting: deque[asyncio.Future[Answer]] = deque()
        self._out: list[bytes] = []
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._progress = self._heard_at = self._loop.time()
        self._silenced = False
        self._look_later()

    @property
    def silent_seconds(self) -> float:
        """Return since when nothing has come."""
        return self._loop.time() - self._heard_at

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        # uvloop's transports are no subclasses of asyncio.Transport, they only behave like it.
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Hand each answer to the one who waits for it."""
        reader, waiting = self._reader, self._waiting
        self._progress = self._heard_at = self._loop.time()
        reader.feed(data)
        answer = reader.gets()
        while answer is not False:
            if self.on_push is not None:
                self.on_push(answer)
            else:
                future = waiting.popleft()
                if not future.done():
                    future.set_result(answer)
            answer = reader.gets()

    def connection_lost(self, _exc: Exception | None) -> None:
        """Tell everybody who waits: LineLost, or RedisError where their five seconds are over."""
        self.lost = True
        self._watch.cancel()
        while self._waiting:
            future = self._waiting.popleft()
            if not future.done():
                future.set_exception(RedisError() if self._silenced else LineLost())

    def send(self, args: Sequence[Argument]) -> "asyncio.Future[Answer]":
        """Send one command; the future is its answer, or hiredis's error as a value.

        Raise LineLost on a line that has ended, RedisError when too much waits on it.
        """
        if self.lost:
            raise LineLost(sent=False)
        if len(self._waiting) >= _MAX_IN_FLIGHT:
            raise RedisError
        future: asyncio.Future[Answer] = self._loop.create_future()
        if not self._waiting:
            self._progress = self._loop.time()
        self._waiting.append(future)
        self._write(args)
        return future

    def post(self, args: Sequence[Argument]) -> None:
        """Send a command whose answer comes as a push; raise LineLost on a line that has ended."""
        if self.lost:
            raise LineLost(sent=False)
        self._write(args)

    def close(self) -> None:
        """Send what stands in line, and close."""
        if self._transport:
            self._flush()
            self._transport.close()

    def abort(self) -> None:
        """Cut the line; nothing more is sent."""
        if self._transport:
            self._transport.abort()

    def abandon(self) -> None:
        """End a line that nobody got: its opener was cancelled, and the loop has closed the
        transport without a word to us.
        """
        self.connection_lost(None)
        self.abort()

    def _write(self, args: Sequence[Argument]) -> None:
        if not self._out:
            self._loop.call_soon(self._flush)
        self._out.append(hiredis.pack_command(tuple(args)))  # type: ignore[arg-type]  # stub: one-tuples only

    def _look(self) -> None:
        """One timer per connection instead of one per command."""
        now = self._loop.time()
        late = now - self._look_at
        if late > _LOOK_SECONDS:
            self._progress += late
        silent = now - self._progress
        if self._waiting and silent > ANSWER_SECONDS:
            self._silenced = True
            self.abort()
            return
        if not self._waiting and silent > _IDLE_SECONDS and self.on_push is None:
            self.send(("PING",)).add_done_callback(_ignore)
        self._look_later()

    def _look_later(self) -> None:
        self._look_at = self._loop.time() + _LOOK_SECONDS
        self._watch = self._loop.call_at(self._look_at, self._look)

    def _flush(self) -> None:
        if self._out and self._transport and not self.lost:
            self._transport.write(b"".join(self._out))
        self._out.clear()


def _ignore(answer: "asyncio.Future[Answer]") -> None:
    if not answer.cancelled():
        answer.exception()
