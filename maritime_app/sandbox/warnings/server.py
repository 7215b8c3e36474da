"""GET /warnings/list.geojson: the list as its publisher sends it, with an ETag.

Faults (/control, `warnings.fault`): `busy` 429 with Retry-After, `broken` 503, `garbage` a page of
HTML, `cut` a list of which most is missing.
"""

import hashlib
from datetime import UTC, datetime
from typing import Final

import msgspec
from aiohttp import web

from maritime_app.sandbox.faults import FAULT_SWITCHES
from maritime_app.sandbox.model import SandboxConfig
from maritime_app.sandbox.warnings.bulletin import bulletin

PATH: Final = "/warnings/list.geojson"
_LEFT_OF_CUT: Final = 3


def mount(app: web.Application, config: SandboxConfig) -> None:
    """Serve the list."""

    async def show(request: web.Request) -> web.Response:
        fault = request.app[FAULT_SWITCHES].faults.warnings.fault
        if fault == "busy":
            raise web.HTTPTooManyRequests(headers={"Retry-After": "90"})
        if fault == "broken":
            raise web.HTTPServiceUnavailable
        if fault == "garbage":
            return web.Response(text="<html>Just a moment ...</html>", content_type="text/html")
        found = bulletin(config.seed, datetime.now(UTC).date())
        if fault == "cut":
            found["features"] = found["features"][:_LEFT_OF_CUT]
        body = msgspec.json.encode(found)
        tag = f'"{hashlib.sha256(body).hexdigest()[:24]}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        return web.Response(body=body, content_type="application/geo+json", headers={"ETag": tag})

    app.router.add_get(PATH, show)
