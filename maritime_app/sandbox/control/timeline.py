"""What was asked of the sandbox lately, for whoever watches a scenario."""

from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

import msgspec
from aiohttp import web

_LONGEST: Final = 60
# Pages for people, and what is asked so often that nothing else would be seen.
_UNTOLD: Final = ("/control", "/mailbox", "/static", "/ais", "/unctad", "/weather", "/favicon")


class Moment(msgspec.Struct, frozen=True):
    """A request and how it was answered; status 0: it was given no answer."""

    at: datetime
    part: str
    asked: str
    status: int


TIMELINE: web.AppKey[deque[Moment]] = web.AppKey("sandbox_timeline", deque)


def mount(app: web.Application) -> None:
    """Watch every request from now on."""
    app[TIMELINE] = deque(maxlen=_LONGEST)
    app.middlewares.append(_watch)


@web.middleware
async def _watch(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    if request.path == "/" or request.path.startswith(_UNTOLD):
        return await handler(request)
    status = 0
    try:
        answer = await handler(request)
        status = answer.status
        return answer
    finally:
        if request.transport is None or request.transport.is_closing():
            status = 0
        note(request.app, request.path.split("/")[1], f"{request.method} {request.path}", status)


def note(app: web.Application, part: str, what: str, status: int) -> None:
    """Write down what happened."""
    app[TIMELINE].append(Moment(datetime.now(UTC), part, what, status))
