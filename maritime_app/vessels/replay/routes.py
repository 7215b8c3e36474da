"""Hours of ships over HTTP."""

from aiohttp import web

from maritime_app.vessels.replay import service
from maritime_app.vessels.replay.responses import ReplayRequest, ReplayResponse
from maritime_app.web import forms, render
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import PUBLIC, get


async def get_replay(request: web.Request) -> web.Response:
    """Answer with where all ships of a box were."""
    query = forms.query(request, ReplayRequest)
    return render.json(request, await service.replay(resources(request), query))


ROUTES = [
    get(
        "/api/v1/vessels/replay",
        get_replay,
        access=PUBLIC,
        summary="Where all ships of a box were, up to six hours at a time",
        query=ReplayRequest,
        answer=ReplayResponse,
        limit="export",
    ),
]
