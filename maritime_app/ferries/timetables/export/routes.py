"""Our own sailings as a GTFS feed over HTTP."""

import hashlib

from aiohttp import web

from maritime_app.ferries.timetables.export import service
from maritime_app.web import limits
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import PUBLIC, Route, get


async def feed(request: web.Request) -> web.Response:
    """Answer with the feed, or 304 to whoever has it already."""
    await limits.take(request, "export")
    body = await service.feed(resources(request))
    tag = hashlib.sha256(body).hexdigest()[:20]
    headers = {
        "ETag": f'"{tag}"',
        "Cache-Control": "public, max-age=300",
        "Content-Disposition": 'attachment; filename="gtfs.zip"',
    }
    if any(etag.value in (tag, "*") for etag in request.if_none_match or ()):
        return web.Response(status=304, headers=headers)
    return web.Response(body=body, content_type="application/zip", headers=headers)


ROUTES: list[Route] = [
    get(
        "/api/v1/ferries/gtfs.zip",
        feed,
        access=PUBLIC,
        summary="Our own sailings of yesterday to 90 days from now as a GTFS feed",
    ),
]
