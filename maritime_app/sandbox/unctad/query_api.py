"""The query API: POST /unctad/user/{report}/cur/Facts with the keys in its headers, and how it
fails on request.

Faults (/control, `unctad.query`): `refuse` 403 whatever the keys, `busy` 429 with Retry-After,
`broken` 503, `garbage` a page instead of figures, `silence` no answer. GET /unctad/sandbox/queries
lists the queries.
"""

import asyncio
import gzip
import hmac
from collections import deque

from aiohttp import web
from msgspec import Struct, field

from maritime_app.ports.statistics.tables import TABLE_BY_REPORT
from maritime_app.sandbox.faults import FAULT_SWITCHES
from maritime_app.sandbox.model import DEFAULT_UNCTAD_ID, DEFAULT_UNCTAD_SECRET
from maritime_app.sandbox.unctad.figures import REPORTS, table_csv
from maritime_app.sandbox.unctad.odata import BadQuery, answer

_FIRST_VERSION = 1
_SILENT_SECONDS = 600


class Publisher(Struct):
    """What is published now, the archives packed so far, and the queries received."""

    seed: int
    version: int = _FIRST_VERSION
    packed: dict[tuple[str, int], bytes] = field(default_factory=dict)
    queries: deque[dict[str, str]] = field(default_factory=lambda: deque(maxlen=200))


PUBLISHER = web.AppKey("unctad_publisher", Publisher)


def mount(app: web.Application) -> None:
    """Serve everything under /unctad/user."""
    app.router.add_post("/unctad/user/{report}/cur/Facts", query)
    app.router.add_get("/unctad/sandbox/queries", queries)


async def query(request: web.Request) -> web.Response:
    """Answer with some rows of a report as CSV, gzipped if the form says so."""
    await _misbehave(request.app[FAULT_SWITCHES].faults.unctad.query)
    keys = (request.headers.get("ClientId", ""), request.headers.get("ClientSecret", ""))
    right = (DEFAULT_UNCTAD_ID, DEFAULT_UNCTAD_SECRET)
    if not all(
        hmac.compare_digest(a.encode(), b.encode()) for a, b in zip(keys, right, strict=True)
    ):
        raise web.HTTPUnauthorized
    report = request.match_info["report"]
    if report not in REPORTS:
        raise web.HTTPNotFound
    form = {name: str(value) for name, value in (await request.post()).items()}
    publisher = request.app[PUBLISHER]
    publisher.queries.append({"report": report, "filter": form.get("$filter", "")})
    try:
        body = await asyncio.to_thread(_body, report, publisher, form)
    except BadQuery as error:
        raise web.HTTPBadRequest(text=str(error)) from error
    return web.Response(
        body=body, content_type="application/gzip" if body[:2] == b"\x1f\x8b" else "text/csv"
    )


async def queries(request: web.Request) -> web.Response:
    """Answer with the reports and filters queried with the right keys, oldest first."""
    return web.json_response(list(request.app[PUBLISHER].queries))


def _body(report: str, publisher: Publisher, form: dict[str, str]) -> bytes:
    body = answer(
        TABLE_BY_REPORT[report], table_csv(report, publisher.seed, publisher.version), form
    )
    return gzip.compress(body, 3) if form.get("compress") == "gz" else body


async def _misbehave(fault: str) -> None:
    if fault == "refuse":
        raise web.HTTPForbidden
    if fault == "busy":
        raise web.HTTPTooManyRequests(headers={"Retry-After": "1"})
    if fault == "broken":
        raise web.HTTPServiceUnavailable
    if fault == "garbage":
        raise web.HTTPOk(text="<html>Please come back later.</html>", content_type="text/html")
    if fault == "silence":
        await asyncio.sleep(_SILENT_SECONDS)
