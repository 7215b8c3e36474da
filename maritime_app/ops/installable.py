"""The site as an app that a telephone installs (W3C Web Application Manifest)."""

from typing import Final

import msgspec
from aiohttp import web

from maritime_app import i18n
from maritime_app.i18n import translate as _
from maritime_app.names import brand
from maritime_app.web.routing import PUBLIC, get

_ICON: Final = {"src": "/static/web/favicon.svg", "sizes": "any", "type": "image/svg+xml"}


async def manifest(_request: web.Request) -> web.StreamResponse:
    """Answer GET /app.webmanifest, in the reader's language.

    A booking's page links its own instead: that one starts at the booking.
    """
    language = i18n.current()
    content = {
        "id": "/",
        "name": brand.NAME,
        "short_name": brand.NAME,
        "description": _(
            "Search ferries across operators, book, pay, and follow your ship on a live map."
        ),
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "lang": language,
        "dir": i18n.direction(language),
        "background_color": "#f6f4ee",
        "theme_color": "#0c2a3e",
        "icons": [{**_ICON, "purpose": "any"}, {**_ICON, "purpose": "maskable"}],
        "shortcuts": [
            {"name": _("Ferries"), "url": "/ferries"},
            {"name": _("Ships"), "url": "/vessels"},
            {"name": _("Ports"), "url": "/ports"},
            {"name": _("My booking"), "url": "/bookings/find"},
        ],
    }
    body = msgspec.json.encode(content)
    return web.Response(body=body, content_type="application/manifest+json")


ROUTES: Final = [get("/app.webmanifest", manifest, access=PUBLIC)]
