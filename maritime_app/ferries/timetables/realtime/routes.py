"""How our own sailings go, as a GTFS-Realtime feed over HTTP."""

from aiohttp import web

from maritime_app.ferries.timetables.realtime import service
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import PUBLIC, Route, get


async def feed(request: web.Request) -> web.Response:
    """Answer with delays, cancellations, positions and reasons as protobuf."""
    return web.Response(
        body=await service.feed(resources(request)),
        content_type="application/x-protobuf",
        headers={"Cache-Control": "public, max-age=15"},
    )


ROUTES: list[Route] = [
    get(
        "/api/v1/ferries/gtfs-realtime.pb",
        feed,
        access=PUBLIC,
        summary="How our own sailings go, as GTFS-Realtime",
        limit="search",
    ),
]
