"""Traffic density over HTTP."""

from aiohttp import web

from maritime_app.formats import csv_cells
from maritime_app.vessels.density import service
from maritime_app.vessels.density.responses import DensityFormat, DensityRequest
from maritime_app.web import forms, limits
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import PUBLIC, get

_FOR_A_MINUTE = {"Cache-Control": "public, max-age=60"}


async def get_density(request: web.Request) -> web.Response:
    """Answer with how many ships a day were in the cells of a box, as GeoJSON or CSV."""
    query = forms.query(request, DensityRequest)
    cells = query.cells()
    if query.is_export(cells):
        await limits.take(request, "export")
    body = await service.density(resources(request), query, cells)
    if query.format is DensityFormat.CSV:
        headers = _FOR_A_MINUTE | {"Content-Disposition": 'attachment; filename="density.csv"'}
        return web.Response(
            body=body, content_type=csv_cells.MEDIA_TYPE, charset="utf-8", headers=headers
        )
    return web.Response(body=body, content_type="application/geo+json", headers=_FOR_A_MINUTE)


ROUTES = [
    get(
        "/api/v1/vessels/density",
        get_density,
        access=PUBLIC,
        summary="How many ships a day were in the cells of a box, as GeoJSON or CSV",
        query=DensityRequest,
        limit="search",
        media="application/geo+json",
    ),
]
