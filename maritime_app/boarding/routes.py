"""The pages of boarding: the day's sailings, and the gate of one."""

from pathlib import Path

from aiohttp import web

from maritime_app import clock
from maritime_app.boarding import api, service, views
from maritime_app.boarding.api import BOARD, acting
from maritime_app.boarding.listing import listed_sailing
from maritime_app.boarding.manifest import routes as manifest
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import SailingFilter
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import id_in_path, query
from maritime_app.web.render import page
from maritime_app.web.responses.statics import STATIC_DIR
from maritime_app.web.routing import PUBLIC, Route, get

_WORKER = Path(STATIC_DIR) / "boarding" / "worker.js"


async def index(request: web.Request) -> web.StreamResponse:
    """Show the sailings of a day, with how far boarding has come."""
    wanted = query(request, SailingFilter)
    found = await service.sailings(resources(request), acting(request), wanted)
    now = clock.now()
    view = views.day_view(wanted.day or now.date(), found, caller(request), now)
    return page(request, "boarding/day.html", view)


async def show(request: web.Request) -> web.StreamResponse:
    """Show the gate of a sailing."""
    res, sailing_id = resources(request), id_in_path(request, "sailing_id")
    sailing = await operations.sailing(res, acting(request), sailing_id)
    view = views.gate_page(
        listed_sailing(sailing),
        (await service.state(res, acting(request), sailing_id)).closing,
        base=f"/api/v1/boarding/{sailing_id}",
        back_url="/admin/boarding",
        is_authority=False,
        is_sandbox=bool(res.settings.sandboxed),
    )
    response = page(request, "boarding/gate.html", {"view": view})
    # The worker keeps a copy for the time without a network; nobody between us keeps one.
    response.headers["Cache-Control"] = "private, no-cache"
    return response


async def worker(_request: web.Request) -> web.StreamResponse:
    """Send the service worker: from here it may answer for every page under /boarding/."""
    headers = {"Cache-Control": "no-cache", "Content-Type": "text/javascript; charset=utf-8"}
    return web.FileResponse(_WORKER, headers=headers)


ROUTES: list[Route] = [
    *api.ROUTES,
    get("/admin/boarding", index, access=BOARD),
    get("/boarding/worker.js", worker, access=PUBLIC),
    *manifest.ROUTES,
    get("/boarding/{sailing_id}", show, access=BOARD),
]
