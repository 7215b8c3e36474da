"""Who is near a ship, over HTTP."""

from aiohttp import web
from msgspec import structs

from maritime_app import clock
from maritime_app.errors import NotFound
from maritime_app.vessels.map.routes import HUB
from maritime_app.vessels.neighbours import service
from maritime_app.vessels.neighbours.responses import NeighboursRequest, NeighboursResponse
from maritime_app.web import forms, render
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import PUBLIC, get


async def get_neighbours(request: web.Request) -> web.Response:
    """Answer with the ships near one, and how close they will come."""
    text = request.match_info["mmsi"]
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise NotFound("A ship's number (MMSI) has up to nine digits.")
    query = forms.query(request, NeighboursRequest)
    found = await service.neighbours(resources(request), request.app[HUB], int(text), query)
    # Where ships moved, it is another answer.
    return render.json_as_of(found, structs.replace(found, as_of=clock.NEVER))


ROUTES = [
    get(
        "/api/v1/vessels/{mmsi}/neighbours",
        get_neighbours,
        access=PUBLIC,
        summary="The ships near one, and how close they will come (CPA, TCPA)",
        query=NeighboursRequest,
        answer=NeighboursResponse,
    ),
]
