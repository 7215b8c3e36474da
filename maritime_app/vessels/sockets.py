"""The live map's socket: what a client may say, how often, and how many may come."""

import asyncio
import time
from collections.abc import AsyncIterator

import msgspec
from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from maritime_app.errors import Unavailable
from maritime_app.geo import Box
from maritime_app.infra import log
from maritime_app.infra.supervise import supervise
from maritime_app.vessels.map import frames, jsonform
from maritime_app.vessels.map.client import Client
from maritime_app.vessels.map.hub import Hub
from maritime_app.vessels.map.mercator import LEVELS, TileId, tiles_of
from maritime_app.web.keys import RESOURCES, resources

HUB: web.AppKey[Hub] = web.AppKey("vessels_hub", Hub)
logger = log.get(__name__)
_TILES_AT_MOST = 40
_WORDS_AT_ONCE, _WORDS_PER_SECOND = 20, 4.0
_WORD_BYTES = 4_096
_PING_SECONDS = 30.0
_LAST_CHANCE_SECONDS = 5.0


class _Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a client says: where it looks (south, west, north, east; zoom), or which tiles it wants again."""

    viewport: tuple[float, float, float, float] | None = None
    zoom: float = 0.0
    resync: list[tuple[int, int, int]] = []


_word_decoder = msgspec.json.Decoder(_Word)


async def live_map_context(app: web.Application) -> AsyncIterator[None]:
    """The hub of this process: follows Redis and ticks as long as the application runs."""
    res = app[RESOURCES]
    stop = asyncio.Event()
    hub = app[HUB] = Hub(res.fast, res.redis, res.settings.vessels.tick_seconds)
    hub.given_up = _give_up
    app.on_shutdown.append(_say_goodbye)
    tasks = [
        asyncio.create_task(
            supervise("vessels.map_follow", hub.follow, stop, first_delay_seconds=0.5, max_delay_seconds=5)
        ),
        asyncio.create_task(hub.beat(stop)),
    ]
    yield
    stop.set()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def connect(request: web.Request) -> web.StreamResponse:
    """One client of the live map, binary or (`?format=json`) JSON; see docs/map-protocol.md."""
    hub = request.app[HUB]
    if len(hub.clients) >= resources(request).settings.vessels.max_sockets:
        raise Unavailable("Too many maps are open right now.", retry_after_seconds=30)
    as_json = request.query.get("format") == "json"
    # No compression: frames are shared by all clients, and a zlib window each costs more than it saves.
    socket = web.WebSocketResponse(compress=False, heartbeat=_PING_SECONDS, max_msg_size=_WORD_BYTES)
    await socket.prepare(request)
    if request.transport is None:
        return socket
    client = _Socket(request.transport, as_json=as_json, socket=socket)
    hub.join(client)
    try:
        await _listen(hub, client, socket)
    finally:
        hub.leave(client)
    return socket


class _Socket(Client):
    """A client, and the socket to close it by."""

    __slots__ = ("socket",)

    def __init__(self, transport: asyncio.Transport, *, as_json: bool, socket: web.WebSocketResponse) -> None:
        super().__init__(transport, as_json=as_json)
        self.socket = socket


async def _listen(hub: Hub, client: Client, socket: web.WebSocketResponse) -> None:
    words, since = float(_WORDS_AT_ONCE), time.monotonic()
    async for message in socket:
        now = time.monotonic()
        words, since = min(_WORDS_AT_ONCE, words + (now - since) * _WORDS_PER_SECOND) - 1, now
        if words < 0:
            await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"too many messages")
            return
        wrong = _heed(hub, client, message)
        if wrong:
            await socket.send_str(jsonform.error(wrong).decode())


def _heed(hub: Hub, client: Client, message: WSMessage) -> str:
    """Do what a message asks. Returns what is wrong with it, or nothing."""
    if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
        return "send JSON"
    try:
        word = _word_decoder.decode(message.data)
    except (ValueError, msgspec.MsgspecError) as error:
        return f"not understood: {error}"
    if word.resync:
        again = {TileId(*tile) for tile in word.resync[:_TILES_AT_MOST]}
        client.miss(again & client.tiles)
        hub.serve_at_once(client)
    if word.viewport is None:
        return "" if word.resync else "say viewport and zoom, or resync"
    south, west, north, east = word.viewport
    if not (
        -90 <= south <= north <= 90 and -180 <= west <= 180 and -180 <= east <= 180 and 0 <= word.zoom <= 24
    ):
        return "viewport is [south, west, north, east] in degrees, zoom is 0 to 24"
    hub.look(client, tiles_of(Box(south, north, west, east), max(word.zoom, LEVELS[0]), _TILES_AT_MOST))
    return ""


def _give_up(client: Client) -> None:
    """Close 1013 (try again later); a peer that does not even read the close is cut."""
    if isinstance(client, _Socket):
        logger.info("map_socket_given_up", ticks=client.stalled_ticks)
        client.transport.write(frames.close(WSCloseCode.TRY_AGAIN_LATER))
        asyncio.get_running_loop().call_later(_LAST_CHANCE_SECONDS, client.transport.abort)


async def _say_goodbye(app: web.Application) -> None:
    sockets = [client.socket for client in app[HUB].clients if isinstance(client, _Socket)]
    closing = [socket.close(code=WSCloseCode.GOING_AWAY, message=b"restarting") for socket in sockets]
    async with asyncio.timeout(1.5):
        await asyncio.gather(*closing, return_exceptions=True)
