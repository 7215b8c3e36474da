"""The one file that speaks to AISStream: connect, subscribe, hand every frame on, say why it ended.

Facts behind the choices (AISStream's documentation and issue tracker): the subscription must arrive
within 3 s of opening; a client that does not ping is closed after 2 minutes, and pongs may lag by
minutes, so there is no ping time-out but a silence watchdog; a connection that is not closed
cleanly holds its slot for long. aiohttp's reader takes a quarter of the time of the websockets
package's for a frame.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol

import aiohttp
import msgspec
from aiohttp import ClientWebSocketResponse, WSMsgType

from maritime_app.infra.processes.waiting import until
from maritime_app.infra.upstreams.http import parse_retry_after
from maritime_app.settings_outside import AisStream
from maritime_app.vessels.model import FeedState

_OPEN_SECONDS = 15.0
_PING_SECONDS = 50.0
_CLOSE_SECONDS = 1.0
_WATCH_SECONDS = 1.0
_MAX_FRAME_BYTES = 1 << 20
_MAX_WINDOW_BITS = 15  # of permessage-deflate (RFC 7692), which the server may decline
_BAD_KEY_PAUSE_SECONDS: Final = 300.0
_REFUSED_PAUSE_SECONDS: Final = 60.0
_NORMAL_CLOSURE: Final = 1000  # RFC 6455, 7.4.1
_ABNORMAL_CLOSURE: Final = 1006

Socket = ClientWebSocketResponse[bool]


class FrameSink(Protocol):
    """Who takes the frames of a connection."""

    def take(self, frame: bytes) -> None:
        """Take one frame in; raise Ended when the server says in it that something is wrong."""

    def opened(self) -> None:
        """Note that the subscription has been sent."""

    def is_silent(self) -> bool:
        """Whether nothing has arrived for too long, which ends the connection."""


class Ended(Exception):
    """Why a connection is over: the feed's state, the reason, how long the server wants us away."""

    def __init__(self, state: FeedState, reason: str, pause_seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.state = state
        self.reason = reason
        self.pause_seconds = pause_seconds


def subscription(config: AisStream) -> str:
    """Return the message that AISStream wants first. It holds the key: never log it."""
    boxes = [[list(corner) for corner in box] for box in config.boxes]
    return msgspec.json.encode({"APIKey": config.api_key, "BoundingBoxes": boxes}).decode()


async def follow(config: AisStream, sink: FrameSink, over: asyncio.Event) -> None:
    """Give every frame of one connection to `sink` until `over` is set.

    Raise Ended when the connection ends otherwise: refused, closed, silent for too long.
    """
    async with aiohttp.ClientSession(trust_env=True) as http:
        socket = await _open(http, config)
        ending = asyncio.Event()  # we close it, and not the server
        watching = asyncio.create_task(_close_when_silent(socket, sink, over, ending))
        try:
            with suppress(ConnectionError):  # its server has gone before the subscription
                await socket.send_str(subscription(config))
                sink.opened()
                await _receive(socket, sink.take)
        finally:
            if ending.is_set():
                await watching
            else:
                watching.cancel()
                await _close(socket)
    if over.is_set():
        return
    if ending.is_set():
        raise Ended(FeedState.SILENT, "connected, but no messages arrived")
    code = socket.close_code or _ABNORMAL_CLOSURE
    raise Ended(FeedState.CONNECTING, f"the server closed the connection (code {code})")


def server_error(text: str) -> Ended:
    """Return what the text of a frame `{"error": ...}` means for us."""
    lowered = text.lower()
    if "key" in lowered:
        reason = "the server does not accept the key"
        return Ended(FeedState.BAD_KEY, reason, _BAD_KEY_PAUSE_SECONDS)
    if "concurrent" in lowered or "too many" in lowered:
        reason = "too many connections of this account"
    else:
        reason = f"the server refuses the subscription: {text[:100]}"
    return Ended(FeedState.REFUSED, reason, _REFUSED_PAUSE_SECONDS)


async def _open(http: aiohttp.ClientSession, config: AisStream) -> Socket:
    try:
        async with asyncio.timeout(_OPEN_SECONDS):
            return await http.ws_connect(
                config.url,
                compress=_MAX_WINDOW_BITS,
                max_msg_size=_MAX_FRAME_BYTES,
                decode_text=False,  # a frame that is no UTF-8 costs itself, not the connection
            )
    except aiohttp.WSServerHandshakeError as error:
        raise _refused(error) from error
    except (OSError, TimeoutError, aiohttp.ClientError) as error:
        reason = f"no connection ({type(error).__name__})"
        raise Ended(FeedState.CONNECTING, reason) from error


async def _receive(socket: Socket, take: Callable[[bytes], None]) -> None:
    receive = socket.receive
    while True:
        message = await receive()
        if message.type is not WSMsgType.BINARY and message.type is not WSMsgType.TEXT:
            return
        take(message.data)


async def _close_when_silent(
    socket: Socket, sink: FrameSink, over: asyncio.Event, ending: asyncio.Event
) -> None:
    """Close the connection when it is silent, or on `over`; ping it until then."""
    loop = asyncio.get_running_loop()
    ping_at = loop.time() + _PING_SECONDS
    while not over.is_set() and not sink.is_silent():
        if loop.time() >= ping_at:
            ping_at += _PING_SECONDS
            with suppress(ConnectionError):  # the receiver finds out
                await socket.ping()
        await until(over, _WATCH_SECONDS)
    ending.set()
    await _close(socket)


async def _close(socket: Socket) -> None:
    """Say that we go, and wait for the answer, but no longer than a second."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_CLOSE_SECONDS):
            await socket.close(code=_NORMAL_CLOSURE)


def _refused(error: aiohttp.WSServerHandshakeError) -> Ended:
    status = error.status
    if status in (401, 403):
        reason = f"the server does not accept us ({status})"
        return Ended(FeedState.BAD_KEY, reason, _BAD_KEY_PAUSE_SECONDS)
    if status == 429:
        headers = error.headers
        retry_after = parse_retry_after(headers.get("Retry-After") if headers else None)
        pause_seconds = _REFUSED_PAUSE_SECONDS if retry_after is None else max(1.0, retry_after)
        return Ended(FeedState.REFUSED, "too many connections (429)", pause_seconds)
    return Ended(FeedState.REFUSED, f"the server answered {status}")
