"""The ports of the directory as GeoJSON."""

from aiohttp import web

from maritime_app.ports.directory import service
from maritime_app.ports.directory.model import PointsQuery
from maritime_app.ports.tagged import tagged
from maritime_app.web import forms
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import PUBLIC, get


async def points(request: web.Request) -> web.Response:
    """Answer with the ports that match as points."""
    found = await service.points(resources(request), forms.query(request, PointsQuery))
    answer = tagged(found, kind="application/geo+json")
    answer.headers["Vary"] = "Accept-Language"
    return answer


ROUTES = [
    get(
        "/api/v1/ports.geojson",
        points,
        access=PUBLIC,
        query=PointsQuery,
        summary="Ports as points on a map, with their newest connectivity",
        limit="search",
    ),
]
