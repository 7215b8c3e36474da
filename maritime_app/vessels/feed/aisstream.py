"""The one file that speaks to AISStream: connect, subscribe, hand every frame on, and say why it
ended.

Facts behind the choices (AISStream's documentation and issue tracker): the subscription must arrive
within
3 s of opening; a client that does not ping is closed after 2 minutes, and pongs may lag by minutes,
so there
is no ping time-out but a silence watchdog; a connection that is not closed cleanly holds its slot
for long.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from maritime_app.settings_model import AisStream
from maritime_app.vessels.model import FeedState

_OPEN_SECONDS = 15.0
_PING_SECONDS = 50.0
_CLOSE_SECONDS = 1.0
_LONGEST_FRAME = 1 << 20
_BAD_KEY_PAUSE_SECONDS = 300.0
_REFUSED_PAUSE_SECONDS = 60.0

Take = Callable[[bytes], object]


class Ended(Exception):
    """Why a connection is over: the state to show, the reason, and how long the server wants us
    away.
    """

    def __init__(self, state: FeedState, reason: str, pause_seconds: float = 0.0) -> None:
        super().__init__(reason)
        self.state = state
        self.reason = reason
        self.pause_seconds = pause_seconds


def subscription(config: AisStream) -> str:
    """The message that AISStream wants first. It holds the key: never log it."""
    boxes = [[list(corner) for corner in box] for box in config.boxes]
    return msgspec.json.encode({"APIKey": config.api_key, "BoundingBoxes": boxes}).decode()


async def follow(
    config: AisStream,
    take: Take,
    opened: Callable[[], None],
    quiet: Callable[[], bool],
    over: asyncio.Event,
) -> None:
    """Give every frame to `take` until `over` is set (returns) or the connection ends (raises
    Ended).

    `opened` is called once the subscription has been sent; `quiet` is asked each second whether the
    feed has
    been silent too long, which ends the connection too.
    """
    try:
        async with asyncio.timeout(_OPEN_SECONDS):
            socket = await connect(
                config.url,
                ping_interval=_PING_SECONDS,
                ping_timeout=None,
                close_timeout=_CLOSE_SECONDS,
                max_size=_LONGEST_FRAME,
                max_queue=256,
            )
    except (OSError, TimeoutError, InvalidHandshake) as error:
        raise _refused(error) from error
    watching = asyncio.create_task(_watch(socket, quiet, over))
    try:
        await socket.send(subscription(config))
        opened()
        await _receive(socket, take)
    except ConnectionClosed as error:
        if not over.is_set() and not watching.done():
            code = error.rcvd.code if error.rcvd else 1006
            raise Ended(
                FeedState.CONNECTING, f"the server closed the connection (code {code})"
            ) from error
    finally:
        if not watching.done():
            watching.cancel()
        await socket.close(1000)
    if not over.is_set():
        raise Ended(FeedState.SILENT, "connected, but no messages arrived")


def server_error(text: str) -> Ended:
    """What a frame `{"error": ...}` means for us."""
    lowered = text.lower()
    if "key" in lowered:
        return Ended(
            FeedState.BAD_KEY, "the server does not accept the key", _BAD_KEY_PAUSE_SECONDS
        )
    if "concurrent" in lowered or "too many" in lowered:
        return Ended(
            FeedState.REFUSED, "too many connections of this account", _REFUSED_PAUSE_SECONDS
        )
    return Ended(
        FeedState.REFUSED,
        f"the server refuses the subscription: {text[:100]}",
        _REFUSED_PAUSE_SECONDS,
    )


async def _receive(socket: ClientConnection, take: Take) -> None:
    receive = socket.recv
    while True:
        take(await receive(decode=False))


async def _watch(socket: ClientConnection, quiet: Callable[[], bool], over: asyncio.Event) -> None:
    while not over.is_set() and not quiet():
        try:
            async with asyncio.timeout(1.0):
                await over.wait()
        except TimeoutError:
            continue
    await socket.close(1000)


def _refused(error: Exception) -> Ended:
    if not isinstance(error, InvalidStatus):
        return Ended(FeedState.CONNECTING, f"no connection ({type(error).__name__})")
    status = error.response.status_code
    if status in (401, 403):
        return Ended(
            FeedState.BAD_KEY, f"the server does not accept us ({status})", _BAD_KEY_PAUSE_SECONDS
        )
    if status == 429:
        return Ended(
            FeedState.REFUSED,
            "too many connections (429)",
            _retry_after_seconds(error.response.headers),
        )
    return Ended(FeedState.REFUSED, f"the server answered {status}")


def _retry_after_seconds(headers: Any) -> float:
    told = headers.get("Retry-After", "")
    return min(3600.0, max(1.0, float(told))) if told.isdigit() else _REFUSED_PAUSE_SECONDS
