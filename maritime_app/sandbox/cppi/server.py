"""GET /cppi/annex.xlsx: the annex as the World Bank's repository sends it.

Faults (/control, `cppi.fault`): `busy` 429 with Retry-After, `broken` 503, `moved` 404, `garbage` a
page of HTML, `renamed` a column under another name.
"""

import asyncio
from datetime import UTC, datetime
from typing import Final

from aiohttp import web

from maritime_app.sandbox.cppi.figures import annex
from maritime_app.sandbox.faults import FAULT_SWITCHES
from maritime_app.sandbox.model import SandboxConfig

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def mount(app: web.Application, config: SandboxConfig) -> None:
    """Serve everything under /cppi."""

    async def download(request: web.Request) -> web.Response:
        """Answer with the spreadsheet."""
        fault = request.app[FAULT_SWITCHES].faults.cppi.fault
        if fault == "busy":
            raise web.HTTPTooManyRequests(headers={"Retry-After": "90"})
        if fault == "broken":
            raise web.HTTPServiceUnavailable
        if fault == "moved":
            raise web.HTTPNotFound
        if fault == "garbage":
            return web.Response(text="<html>Just a moment ...</html>", content_type="text/html")
        today = datetime.now(UTC).date()
        body = await asyncio.to_thread(annex, config.seed, today, renamed=fault == "renamed")
        headers = {"Content-Disposition": 'attachment; filename="CPPI-annex.xlsx"'}
        return web.Response(body=body, content_type=_XLSX, headers=headers)

    app.router.add_get("/cppi/annex.xlsx", download)
