"""The feed's socket: inside the whole sandbox (`mount`) or alone (`serve_ais`)."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import msgspec
from aiohttp import WSMsgType, web

from maritime_app.sandbox.ais import aishub
from maritime_app.sandbox.ais.feed import Client, Feed
from maritime_app.sandbox.ais.fleet import make_fleet
from maritime_app.sandbox.ais.replay import Skipped, paced
from maritime_app.sandbox.ais.reporting import Reporter
from maritime_app.sandbox.ais.subscription import BAD_KEY, Refused, read
from maritime_app.sandbox.faults import FAULT_SWITCHES
from maritime_app.sandbox.model import SandboxConfig

PATH = "/ais/v0/stream"
FEED: web.AppKey[Feed] = web.AppKey("sandbox_ais_feed", Feed)
CONNECTIONS: web.AppKey[int] = web.AppKey("sandbox_ais_connections", int)
_SUBSCRIBE_SECONDS = 3.0
_BAD_KEY_SECONDS = 1.2  # the real service closes that much later, without a close frame
_MAX_CONNECTIONS = 16
_STEP_SECONDS = 0.1


def mount(app: web.Application, config: SandboxConfig) -> None:
    """Add the feed under /ais/v0/stream: the demo fleet, and a recorded file if configured."""

    def fault() -> str:
        switches = app.get(FAULT_SWITCHES)
        return switches.faults.ais.fault if switches is not None else config.faults.ais.fault

    _add_socket(app, fault)
    aishub.mount(app, FEED)

    async def run(app: web.Application) -> AsyncIterator[None]:
        feed = app[FEED]
        feed.reporter = Reporter(
            await asyncio.to_thread(make_fleet, config.seed), config.seed, time.time()
        )
        players = [asyncio.create_task(_sail(feed, feed.reporter))]
        if config.ais_replay is not None:
            players.append(
                asyncio.create_task(_replay(feed, config.ais_replay, config.ais_speed, loop=True))
            )
        yield
        await _end(feed, players)

    app.cleanup_ctx.append(run)


async def serve_ais(
    host: str,
    port: int,
    replay: Path | None,
    speed: float = 1.0,
    *,
    loop: bool = False,
    shift: bool = True,
    stop: asyncio.Event | None = None,
    listening: Callable[[int], None] | None = None,
) -> None:
    """Serve the feed alone until `stop`: a recorded file once a client listens, or the demo fleet.

    At the file's end the connection stays open and silent, or the file begins again with `loop`.
    `shift` moves the recorded times to now. `listening` is called with the port.
    """
    app = web.Application()
    _add_socket(app, lambda: "")
    feed = app[FEED]
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, host, port)
    await site.start()
    if listening is not None:
        listening(runner.addresses[0][1])
    if replay is None:
        feed.reporter = Reporter(make_fleet(7), 7, time.time())
        player = asyncio.create_task(_sail(feed, feed.reporter))
    else:
        player = asyncio.create_task(_replay(feed, replay, speed, loop=loop, shift=shift))
    try:
        await (stop or asyncio.Event()).wait()
    finally:
        await _end(feed, [player])
        await runner.cleanup()


def _add_socket(app: web.Application, fault: Callable[[], str]) -> None:
    app[FEED] = Feed(fault)
    app[CONNECTIONS] = _MAX_CONNECTIONS
    app.router.add_get(PATH, _connect)


async def _connect(request: web.Request) -> web.StreamResponse:
    """Serve one client: subscription within three seconds, confirmation, messages."""
    feed = request.app[FEED]
    if len(feed.clients) >= request.app[CONNECTIONS]:
        raise web.HTTPTooManyRequests(headers={"Retry-After": "30"})
    socket = web.WebSocketResponse(max_msg_size=1 << 16, timeout=2.0)
    await socket.prepare(request)
    client = Client(socket)
    try:
        async with asyncio.timeout(_SUBSCRIBE_SECONDS):
            first = await socket.receive()
        if first.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
            return socket
        client.subscription = read(first.data)
    except TimeoutError:
        await socket.close(code=1008)
        return socket
    except Refused as refused:
        await _refuse(socket, request, str(refused))
        return socket
    await _confirm(socket)
    feed.join(client)
    feed.send_everything(client, time.time())
    writer = asyncio.create_task(client.write())
    try:
        await _listen(client, request)
    finally:
        feed.leave(client)
        writer.cancel()
        with suppress(asyncio.CancelledError, ConnectionError):
            await writer
    return socket


async def _listen(client: Client, request: web.Request) -> None:
    """Take new subscriptions in place of the old, at most one a second, until the client goes."""
    changed = 0.0
    async for message in client.socket:
        if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
            return
        if time.monotonic() - changed < 1.0:
            continue
        changed = time.monotonic()
        try:
            client.subscription = read(message.data)
        except Refused as refused:
            await _refuse(client.socket, request, str(refused))
            return


async def _confirm(socket: web.WebSocketResponse) -> None:
    details = {"CompressionEnabled": bool(socket.compress)}
    message = {
        "MessageType": "SubscriptionConfirmation",
        "Message": {"SubscriptionConfirmation": details},
    }
    await socket.send_bytes(msgspec.json.encode(message))


async def _refuse(socket: web.WebSocketResponse, request: web.Request, reason: str) -> None:
    await socket.send_bytes(msgspec.json.encode({"error": reason}))
    if reason == BAD_KEY:
        await asyncio.sleep(_BAD_KEY_SECONDS)
        if request.transport is not None:
            request.transport.abort()
        return
    await socket.close(code=1008)


async def _sail(feed: Feed, reporter: Reporter) -> None:
    while True:
        feed.broadcast(reporter.due(time.time()))
        await asyncio.sleep(max(_STEP_SECONDS, min(1.0, reporter.next_due - time.time())))


async def _replay(feed: Feed, path: Path, speed: float, *, loop: bool, shift: bool = True) -> None:
    """Play the file when somebody listens.

    Between rounds it waits a moment, so that times never run backwards.
    """
    while True:
        await feed.has_clients.wait()
        async for group in paced(path, speed, Skipped(), shift=shift):
            feed.broadcast(group)
        if not loop:
            return
        await asyncio.sleep(1.0)


async def _end(feed: Feed, players: list["asyncio.Task[None]"]) -> None:
    for player in players:
        player.cancel()
    await asyncio.gather(*players, return_exceptions=True)
    for client in list(feed.clients):
        with suppress(ConnectionError, TimeoutError):
            await client.socket.close(code=1001)
