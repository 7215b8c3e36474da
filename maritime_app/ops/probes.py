"""Health and figures of one process on a port of its own: /healthz, /readyz, /metrics."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from aiohttp import web

from maritime_app.infra.processes.listening import listening
from maritime_app.ops.figures import FIGURES
from maritime_app.ops.readiness import READINESS
from maritime_app.resources import Resources

EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


@asynccontextmanager
async def probed(res: Resources) -> AsyncIterator[str]:
    """Answer probes until left; yields the address (port 0 picks a free one).

    Raise CannotStart when the port is taken.
    """
    app = web.Application()

    async def alive(_request: web.Request) -> web.Response:
        return _json({"status": "ok"}, 200)

    async def ready(request: web.Request) -> web.Response:
        found = await res[READINESS].now()
        enough = found.reads if request.query.get("for") == "reads" else found.ready
        return _json(found, 200 if enough else 503)

    async def figures(_request: web.Request) -> web.Response:
        return web.Response(
            body=await res[FIGURES].exposition(), headers={"Content-Type": EXPOSITION}
        )

    app.add_routes(
        [
            web.get("/healthz", alive),
            web.get("/readyz", ready),
            web.get("/metrics", figures),
        ]
    )
    chosen = res.settings.probes
    async with listening(app, chosen.host, chosen.port, setting="PROBE_PORT") as address:
        yield address


def _json(value: object, status: int) -> web.Response:
    body = msgspec.json.encode(value)
    return web.Response(body=body, status=status, content_type="application/json")
