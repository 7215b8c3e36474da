"""A head, a body, and an answer that is not read have a time limit each.

One look at all connections a second, instead of a timer for each: ten thousand of them take a few
milliseconds, and nothing on the road of a request.
"""

import asyncio

from maritime_app.infra.telemetry.metrics import tally
from maritime_app.settings.model import Web
from maritime_app.web.edge.connection import Connection, Edge

_LOOK_SECONDS = 1.0
_HEAD, _UNREAD = "head", "unread"


async def watch(edge: Edge, limits: Web) -> None:
    """Cut what is too slow, until cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(_LOOK_SECONDS)
        now = loop.time()
        for connection in list(edge.connections):
            look_at(connection, now, limits)


def look_at(connection: Connection, now: float, limits: Web) -> None:
    """Note what the connection waits for; cut it when it has waited too long for that."""
    waiting_for, seconds = _waits_for(connection, limits)
    if waiting_for is None or connection.waiting_for is not waiting_for:
        connection.waiting_for, connection.since = waiting_for, now
        return
    if now - connection.since < seconds:
        return
    tally["connections_too_slow"] += 1
    if waiting_for is _UNREAD and connection.transport is not None:
        connection.transport.abort()
        return
    connection.give_up(408)


def _waits_for(connection: Connection, limits: Web) -> tuple[object, float]:
    """Return what is waited for, the same object as long as it is the same, and for how long."""
    if connection.writing_paused:
        return _UNREAD, limits.unread_seconds
    request = connection.in_work
    if request is not None:
        body = request.content
        return (None, 0.0) if body.is_eof() else (body, limits.body_seconds)
    return (_HEAD, limits.head_seconds) if connection.awaits_head else (None, 0.0)
