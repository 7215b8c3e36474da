"""The live map's socket over HTTP, and the hub that serves it as long as the application runs."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web
from websockets.frames import CloseCode

from maritime_app.errors import TooMany, Unavailable
from maritime_app.infra.processes.supervise import supervise
from maritime_app.infra.processes.waiting import end
from maritime_app.vessels.live import sources
from maritime_app.vessels.map import frames
from maritime_app.vessels.map.hub import Hub
from maritime_app.vessels.map.shares import Shares
from maritime_app.vessels.map.socket import MapSocket
from maritime_app.web import limits
from maritime_app.web.app_keys import RESOURCES, resources
from maritime_app.web.edge import upgrade

HUB: web.AppKey[Hub] = web.AppKey("vessels_hub", Hub)
SHARES: web.AppKey[Shares] = web.AppKey("vessels_map_shares", Shares)
_PATIENCE_SECONDS = 30
_GOODBYE_SECONDS = 1.5
_DRAIN_SHARE = 0.75
_GOODBYE_STEP_SECONDS = 0.05


async def live_map_context(app: web.Application) -> AsyncIterator[None]:
    """Run this process's hub, which follows Redis and ticks as long as the application runs."""
    res = app[RESOURCES]
    stop = asyncio.Event()
    tick_seconds, active = res.settings.vessels.tick_seconds, sources.active(res.settings)
    streams = res.redis_cache.another()
    hub = app[HUB] = Hub(res.redis_cache, streams, tick_seconds, active)
    shares = app[SHARES] = Shares(res.redis_cache, hub.by_address)
    app.on_shutdown.append(_close_sockets)
    res.lifecycle.on_drain.append(lambda seconds: _send_away(hub, seconds))
    following = supervise(
        "vessels.map_follow", hub.follow, stop, first_delay_seconds=0.5, max_delay_seconds=5
    )
    tasks = [asyncio.create_task(following), asyncio.create_task(hub.run_ticks(stop))]
    reporting = asyncio.create_task(shares.keep_reporting(stop))
    yield
    stop.set()
    await reporting
    await end(*tasks)
    await streams.close()


async def connect(request: web.Request) -> web.StreamResponse:
    """Open one socket of the live map, binary or (`?format=json`) JSON: docs/map-protocol.md.

    A binary one that does not ask for the version spoken here is closed with 4426 when it asks for
    ships.
    Raise Unavailable when there are `vessels.max_sockets` already, TooMany when the caller's
    address has its share of them, at all processes together.
    """
    hub, limits_of = request.app[HUB], resources(request).settings.vessels
    if resources(request).lifecycle.draining:
        raise Unavailable("This server is just stopping.", retry_after_seconds=1)
    address = limits.caller_address(request)
    if not await request.app[SHARES].take(address, limits_of.max_sockets_per_address):
        raise TooMany(_PATIENCE_SECONDS, "Too many maps are open at your address right now.")
    if len(hub.clients) >= limits_of.max_sockets:
        raise Unavailable(
            "Too many maps are open right now.", retry_after_seconds=_PATIENCE_SECONDS
        )
    if request.transport is None:
        return web.Response()  # nobody is there any more
    as_json = request.query.get("format") == "json"
    is_current = as_json or request.query.get("protocol") == str(frames.VERSION)
    socket = MapSocket(
        hub, request.transport, as_json=as_json, is_current=is_current, address=address
    )
    return upgrade.websocket(request, socket)


def _send_away(hub: Hub, seconds: float) -> None:
    """Tell every socket to reconnect, spread over the drain: not all come to the others at once."""
    loop = asyncio.get_running_loop()
    sockets = [client for client in hub.clients if isinstance(client, MapSocket)]
    for number, socket in enumerate(sockets):
        pause = seconds * _DRAIN_SHARE * number / len(sockets)
        loop.call_later(pause, socket.close, CloseCode.SERVICE_RESTART, "restarting")


async def _close_sockets(app: web.Application) -> None:
    """Close every socket and give the peers a moment to read it."""
    sockets = [client for client in app[HUB].clients if isinstance(client, MapSocket)]
    for socket in sockets:
        socket.close(CloseCode.GOING_AWAY, "restarting")
    for _ in range(int(_GOODBYE_SECONDS / _GOODBYE_STEP_SECONDS)):
        if all(socket.transport.is_closing() for socket in sockets):
            return
        await asyncio.sleep(_GOODBYE_STEP_SECONDS)
