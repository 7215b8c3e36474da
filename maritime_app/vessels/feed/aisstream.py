"""The one file that speaks to AISStream: connect, subscribe, hand every frame on, say why it ended.

Facts behind the choices (AISStream's documentation and issue tracker): the subscription must arrive
within 3 s of opening; a client that does not ping is closed after 2 minutes, and pongs may lag by
minutes, so there is no ping time-out but a silence watchdog; a connection that is not closed
cleanly holds its slot for long.
"""

import asyncio
from collections.abc import Sequence
from typing import Final, Protocol
from urllib.parse import urlsplit

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.frames import Frame, Opcode
from websockets.protocol import Event

from maritime_app.infra.processes.waiting import until
from maritime_app.infra.upstreams import names
from maritime_app.infra.upstreams.http import parse_retry_after
from maritime_app.settings.outside import AisStream
from maritime_app.vessels.model import FeedState

_OPEN_SECONDS = 15.0
_PING_SECONDS = 50.0
_CLOSE_SECONDS = 1.0
_WATCH_SECONDS = 1.0
_MAX_FRAME_BYTES = 1 << 20
_MAX_QUEUED_FRAMES = 256
_MANY_FRAMES: Final = 64
_BAD_KEY_PAUSE_SECONDS: Final = 300.0
_REFUSED_PAUSE_SECONDS: Final = 60.0
_LONGEST_WORDS: Final = 100
_OF_LIMITS: Final = ("concurrent", "too many", "limit", "quota")
_OF_KEYS: Final = ("key", "token", "credential", "authori", "authenticat")
_REFUSES: Final = "the server refuses the subscription: "
_WHOLE: Final = (Opcode.TEXT, Opcode.BINARY)
_NORMAL_CLOSURE: Final = 1000  # RFC 6455, 7.4.1
_ABNORMAL_CLOSURE: Final = 1006
_POLICY_VIOLATION: Final = 1008
_TOO_BIG: Final = 1009


class FrameSink(Protocol):
    """Who takes the frames of a connection."""

    def take_all(self, frames: Sequence[bytes]) -> None:
        """Take frames in; raise Ended when the server says in one that something is wrong."""

    def opened(self) -> None:
        """Note that the subscription has been sent."""

    def closed(self) -> None:
        """Note that the connection is over."""

    def is_silent(self) -> bool:
        """Whether nothing has arrived for too long, which ends the connection."""


class Ended(Exception):
    """Why a connection is over: the feed's state, the reason, how long the server wants us away."""

    def __init__(self, state: FeedState, reason: str, pause_seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.state = state
        self.reason = reason
        self.pause_seconds = pause_seconds


class _Connection(ClientConnection):
    """Gives its sink the messages that one read of the socket completes, all at once.

    There is no queue between them, and no task: together they cost more than half of what decoding
    does. A message in fragments, and what arrives before there is a sink, is received as usual.
    """

    sink: FrameSink | None = None
    ended: Ended | None = None
    _frames: list[bytes]
    _closing: asyncio.Task[None]

    def data_received(self, data: bytes) -> None:
        """Read the messages of some bytes; see asyncio.Protocol."""
        self._frames = []
        super().data_received(data)
        if self._frames and self.sink is not None:
            try:
                self.sink.take_all(self._frames)
            except Ended as ended:
                self.sink, self.ended = None, ended
                self._closing = self.loop.create_task(self.close(_NORMAL_CLOSURE))
        if len(self._frames) >= _MANY_FRAMES:
            self.transport.pause_reading()
            self.loop.call_soon(self._read_on)

    def _read_on(self) -> None:
        """Go on reading after everybody else had a turn.

        A loop reads a socket that has more and more dozens of times in a row: that is a tenth of a
        second, and one who waits for three answers in that time has lost half of one.
        """
        if not self.transport.is_closing() and not self.recv_messages.paused:
            self.transport.resume_reading()

    def process_event(self, event: Event) -> None:
        """Keep a whole message for the sink; see ClientConnection."""
        has_sink = self.sink is not None
        if has_sink and type(event) is Frame and event.fin and event.opcode in _WHOLE:
            self._frames.append(bytes(event.data))
        else:
            super().process_event(event)


def subscription(config: AisStream) -> str:
    """Return the message that AISStream wants first. It holds the key: never log it."""
    boxes = [[list(corner) for corner in box] for box in config.boxes]
    return msgspec.json.encode({"APIKey": config.api_key, "BoundingBoxes": boxes}).decode()


async def follow(config: AisStream, sink: FrameSink, over: asyncio.Event) -> None:
    """Give every frame of one connection to `sink` until `over` is set.

    Raise Ended when the connection ends otherwise: refused, closed, silent for too long.
    """
    try:
        await _follow(config, sink, over)
    except Ended as ended:
        # A server may say our own words back; what it says is shown to everybody.
        words = ended.reason.replace(config.api_key, "***") if config.api_key else ended.reason
        ended.reason = words[: _LONGEST_WORDS + len(_REFUSES)]
        raise


async def _follow(config: AisStream, sink: FrameSink, over: asyncio.Event) -> None:
    socket = await _open(config)
    watching = asyncio.create_task(_close_when_silent(socket, sink, over))
    try:
        await socket.send(subscription(config))
        sink.opened()
        try:
            await _receive(socket, sink)
        finally:
            sink.closed()
    except ConnectionClosed as error:
        if not over.is_set() and not watching.done():
            raise _closed(error) from error
    finally:
        if not watching.done():
            watching.cancel()
        await socket.close(_NORMAL_CLOSURE)
    if not over.is_set():
        raise Ended(FeedState.SILENT, "connected, but no messages arrived")


def server_error(text: str) -> Ended:
    """Return what the text of a frame `{"error": ...}` means for us."""
    return _meaning(text) or Ended(FeedState.REFUSED, _REFUSES + text, _REFUSED_PAUSE_SECONDS)


def _meaning(text: str) -> Ended | None:
    """Return what a server means that speaks of limits (also those of a key) or of keys."""
    lowered = text.lower()
    if any(word in lowered for word in _OF_LIMITS):
        is_of_connections = "connection" in lowered
        reason = "too many connections of this account" if is_of_connections else _REFUSES + text
        return Ended(FeedState.REFUSED, reason, _REFUSED_PAUSE_SECONDS)
    if any(word in lowered for word in _OF_KEYS):
        reason = "the server does not accept the key"
        return Ended(FeedState.BAD_KEY, reason, _BAD_KEY_PAUSE_SECONDS)
    return None


def _closed(error: ConnectionClosed) -> Ended:
    """Return why a connection is closed, and by whom."""
    said, ours = error.rcvd, error.sent
    if ours is not None and not error.rcvd_then_sent:
        too_big = "a message of more than a megabyte"
        what = too_big if ours.code == _TOO_BIG else f"what is no WebSocket (code {ours.code})"
        return Ended(FeedState.CONNECTING, f"the server sent {what}")
    if said is None:
        code = f"code {_ABNORMAL_CLOSURE}"
    elif said.code == _POLICY_VIOLATION and (meant := _meaning(said.reason)) is not None:
        return meant
    else:
        code = f"code {said.code}" + (f": {said.reason}" if said.reason else "")
    return Ended(FeedState.CONNECTING, f"the server closed the connection ({code})")


async def _open(config: AisStream) -> _Connection:
    try:
        async with asyncio.timeout(_OPEN_SECONDS):
            await names.look_up(urlsplit(config.url).hostname or "")
            opened = await connect(
                config.url,
                create_connection=_Connection,
                ping_interval=_PING_SECONDS,
                ping_timeout=None,
                close_timeout=_CLOSE_SECONDS,
                max_size=_MAX_FRAME_BYTES,
                max_queue=_MAX_QUEUED_FRAMES,
            )
            assert isinstance(opened, _Connection)
            return opened
    except InvalidStatus as error:
        raise _refused(error) from error
    # ValueError: an address, ours or one that we are sent to, that is none.
    except (OSError, TimeoutError, WebSocketException, ValueError) as error:
        reason = f"no connection ({type(error).__name__})"
        raise Ended(FeedState.CONNECTING, reason) from error


async def _receive(socket: _Connection, sink: FrameSink) -> None:
    """Let the sink have every message; raise Ended or ConnectionClosed."""
    socket.sink = sink
    try:
        while socket.ended is None:
            sink.take_all([await socket.recv(decode=False)])
    except ConnectionClosed:
        if socket.ended is None:
            raise
    finally:
        socket.sink = None
    raise socket.ended


async def _close_when_silent(
    socket: ClientConnection, sink: FrameSink, over: asyncio.Event
) -> None:
    while not over.is_set() and not sink.is_silent():
        await until(over, _WATCH_SECONDS)
    await socket.close(_NORMAL_CLOSURE)


def _refused(error: InvalidStatus) -> Ended:
    status = error.response.status_code
    if status in (401, 403):
        reason = f"the server does not accept us ({status})"
        return Ended(FeedState.BAD_KEY, reason, _BAD_KEY_PAUSE_SECONDS)
    retry_after = parse_retry_after(error.response.headers.get("Retry-After"))
    if status == 429:
        pause_seconds = _REFUSED_PAUSE_SECONDS if retry_after is None else max(1.0, retry_after)
        return Ended(FeedState.REFUSED, "too many connections (429)", pause_seconds)
    return Ended(FeedState.REFUSED, f"the server answered {status}", retry_after or 0.0)
