"""The journey on a telephone: its old address, the app that can be installed, its worker."""

from pathlib import Path

import msgspec
from aiohttp import web

from maritime_app import i18n
from maritime_app.bookings.access.guests import (
    guest_act,
    guest_file,
    guest_page,
    see_other,
    ticketed,
)
from maritime_app.bookings.model import Booking
from maritime_app.bookings.trips import departures
from maritime_app.formatting import port_text
from maritime_app.i18n import translate as _
from maritime_app.names import brand
from maritime_app.web.responses.statics import STATIC_DIR
from maritime_app.web.routing import GUEST, PUBLIC, Route, get

_WORKER = Path(STATIC_DIR) / "bookings" / "worker.js"
_ICON = {"src": "/static/web/favicon.svg", "sizes": "any", "type": "image/svg+xml"}


async def show(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Lead to the booking's page: the journey is shown there, and older mails link here."""
    await ticketed(request, booking)
    return see_other(f"/bookings/{booking.reference}#trip")


async def manifest(_request: web.Request, booking: Booking) -> web.StreamResponse:
    """Send what a telephone needs to install the journey (W3C Web Application Manifest)."""
    first = booking.legs[0]
    here = f"/bookings/{booking.reference}"
    content = {
        "id": here,
        "name": f"{port_text(first.origin)} – {port_text(first.destination)} · {brand.NAME}",
        "short_name": port_text(first.destination),
        "description": _(
            "Ticket, codes, terminal and timetable of this journey, without a network"
        ),
        "start_url": here,
        "scope": here,
        "display": "standalone",
        "lang": i18n.current(),
        "dir": i18n.direction(i18n.current()),
        "background_color": "#f6f4ee",
        "theme_color": "#0c2a3e",
        "icons": [{**_ICON, "purpose": "any"}, {**_ICON, "purpose": "maskable"}],
    }
    body = msgspec.json.encode(content)
    return web.Response(body=body, content_type="application/manifest+json")


async def worker(_request: web.Request) -> web.StreamResponse:
    """Send the service worker: from here it may answer for every page of a booking."""
    headers = {"Cache-Control": "no-cache", "Content-Type": "text/javascript; charset=utf-8"}
    return web.FileResponse(_WORKER, headers=headers)


ROUTES: list[Route] = [
    get("/bookings/{reference}/trip", guest_act(show), access=GUEST),
    get(
        "/bookings/{reference}/departures",
        guest_page(departures.show),
        access=GUEST,
        limit="look_up",
    ),
    get("/bookings/{reference}/app.webmanifest", guest_file(manifest), access=GUEST),
]
WORKER = get("/bookings/worker.js", worker, access=PUBLIC)  # before the page of any reference
