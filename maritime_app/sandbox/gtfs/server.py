"""GET /gtfs/feed.zip and /gtfs/realtime.pb: a timetable and how its boats go, as publishers put
them on their servers.

The timetable has an ETag and Last-Modified, and 304 for who has it already; it changes on Mondays.
Faults (/control, `gtfs.feed` and `gtfs.realtime`): `broken` 500, `slow` an answer after
`gtfs.slow_seconds`, `empty` no byte; of the timetable `damaged` half of the zip; of its realtime
`garbage` a page of HTML, `differential` as if it were differences, `old` of an hour ago.
"""

import asyncio
import hashlib
from datetime import UTC, datetime, time, timedelta
from typing import Final

from aiohttp import web

from maritime_app import clock
from maritime_app.sandbox.faults import FAULT_SWITCHES
from maritime_app.sandbox.gtfs import running, timetable
from maritime_app.sandbox.model import GtfsFaults

_OLD: Final = timedelta(hours=1)


def mount(app: web.Application) -> None:
    """Serve everything under /gtfs."""
    app.router.add_get("/gtfs/feed.zip", feed)
    app.router.add_get("/gtfs/realtime.pb", realtime)


async def feed(request: web.Request) -> web.Response:
    """Answer with the timetable, or that it has not changed."""
    faults = _faults(request)
    await _misbehave(faults, faults.feed)
    first = timetable.first_day(running.today(clock.now()))
    body = await asyncio.to_thread(timetable.feed, first)
    if faults.feed in ("empty", "damaged"):
        body = b"" if faults.feed == "empty" else body[: len(body) // 2]
    answer = web.Response(body=body, content_type="application/zip")
    answer.etag = hashlib.sha256(body).hexdigest()[:16]
    # It was put there on the Monday after its first one.
    answer.last_modified = datetime.combine(first + timedelta(days=7), time(), UTC)
    if _is_known(request, answer):
        return web.Response(status=304, headers={"ETag": answer.headers["ETag"]})
    return answer


async def realtime(request: web.Request) -> web.Response:
    """Answer with how the boats go."""
    faults = _faults(request)
    await _misbehave(faults, faults.realtime)
    if faults.realtime == "garbage":
        return web.Response(text="<html>Be back soon</html>", content_type="text/html")
    now = clock.now()
    said_at = now - _OLD if faults.realtime == "old" else now
    body = running.feed(now, said_at, differential=faults.realtime == "differential")
    if faults.realtime == "empty":
        body = b""
    return web.Response(body=body, content_type="application/x-protobuf")


def _faults(request: web.Request) -> GtfsFaults:
    return request.app[FAULT_SWITCHES].faults.gtfs


async def _misbehave(faults: GtfsFaults, fault: str) -> None:
    """Wait, or raise the status that the fault is."""
    if fault == "broken":
        raise web.HTTPInternalServerError
    if fault == "slow":
        await asyncio.sleep(faults.slow_seconds)


def _is_known(request: web.Request, answer: web.Response) -> bool:
    """Return whether the asker has it: an ETag says so before a time does (RFC 9110, 13)."""
    if (tags := request.if_none_match) is not None:
        known = {tag.value for tag in tags}  # "*" is any
        return answer.etag is not None and not known.isdisjoint((answer.etag.value, "*"))
    since, changed = request.if_modified_since, answer.last_modified
    return since is not None and changed is not None and changed <= since
