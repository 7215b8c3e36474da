"""The page of a crossing."""

from aiohttp import web

from maritime_app.bookings.guests import confirmed_booking
from maritime_app.bookings.trips import service
from maritime_app.web.app_keys import resources
from maritime_app.web.render import page
from maritime_app.web.routing import GUEST, Route, get


async def show(request: web.Request) -> web.StreamResponse:
    """Show the crossing while it happens."""
    booking, token = await confirmed_booking(request)
    context = {
        "booking": booking,
        "booking_url": f"/bookings/{booking.reference}?token={token}",
        "legs": await service.legs(resources(request), booking),
    }
    return page(request, "bookings/trip.html", context)


ROUTES: list[Route] = [get("/bookings/{reference}/trip", show, access=GUEST)]
