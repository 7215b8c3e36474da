"""What travellers ask before, on and after a crossing, answered by the rules that hold here."""

from typing import Final

from aiohttp import web

from maritime_app.bookings import rights
from maritime_app.web.app_keys import resources
from maritime_app.web.render import page
from maritime_app.web.routing import PUBLIC, get


async def show(request: web.Request) -> web.StreamResponse:
    """Answer GET /help."""
    settings = resources(request).settings
    context = {
        "support": settings.support,
        "bookings": settings.bookings,
        "sailings": settings.sailings,
        "boarding": settings.boarding,
        "quarter_from": rights.QUARTER_FROM,
        "quarter_from_longer": rights.QUARTER_FROM_LONGER,
    }
    return page(request, "bookings/help.html", context)


ROUTES: Final = [get("/help", show, access=PUBLIC)]
