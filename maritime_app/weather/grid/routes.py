"""The weather on a grid over HTTP."""

import msgspec
from aiohttp import web

from maritime_app import clock
from maritime_app.weather.grid import service
from maritime_app.weather.grid.responses import WeatherGridRequest
from maritime_app.web import forms, render
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import PUBLIC, get

_FOR_A_MINUTE = {"Cache-Control": "public, max-age=60"}
_NOT_KEPT = {"Cache-Control": "no-store"}


async def get_grid(request: web.Request) -> web.Response:
    """Answer with the weather at points of a box; nobody keeps an answer that is not complete."""
    query = forms.query(request, WeatherGridRequest)
    found = await service.grid(resources(request), query.box())
    return render.json_as_of(
        found,
        msgspec.structs.replace(found, as_of=clock.NEVER),
        media="application/geo+json",
        headers=_NOT_KEPT if found.pending else _FOR_A_MINUTE,
    )


ROUTES = [
    get(
        "/api/v1/weather/grid",
        get_grid,
        access=PUBLIC,
        summary="Waves and wind at points of a box, as GeoJSON",
        query=WeatherGridRequest,
        limit="search",
        media="application/geo+json",
    ),
]
