"""Our own sailings as a GTFS feed over HTTP."""

import hashlib
from typing import Final

from aiohttp import web

from maritime_app.ferries.timetables.export import service
from maritime_app.web.app_keys import resources
from maritime_app.web.kept import kept
from maritime_app.web.routing import PUBLIC, Route, get

_KEPT_SECONDS: Final = 60  # of the five minutes that whoever reads it keeps it


async def feed(request: web.Request) -> web.Response:
    """Answer with the feed."""
    body = await service.feed(resources(request))
    tag = hashlib.sha256(body).hexdigest()[:20]
    headers = {
        "ETag": f'"{tag}"',
        "Cache-Control": "public, max-age=300",
        "Content-Disposition": 'attachment; filename="gtfs.zip"',
    }
    return web.Response(body=body, content_type="application/zip", headers=headers)


ROUTES: list[Route] = [
    get(
        "/api/v1/ferries/gtfs.zip",
        kept(feed, tags=(), seconds=_KEPT_SECONDS),
        access=PUBLIC,
        limit="export",
        summary="Our own sailings of yesterday to 90 days from now as a GTFS feed",
    ),
]
