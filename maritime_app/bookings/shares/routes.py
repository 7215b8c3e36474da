"""Handing out and ending links to follow a journey, and the page that such a link opens."""

from uuid import UUID

from aiohttp import web

from maritime_app.bookings.access.guests import guest_act, see_other
from maritime_app.bookings.model import Booking
from maritime_app.bookings.shares import service
from maritime_app.bookings.trips import service as trips
from maritime_app.errors import Invalid
from maritime_app.i18n import translate as _
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields
from maritime_app.web.render import page
from maritime_app.web.routing import GUEST, Route, get, post


async def add(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Hand out another link and show it on the booking's page."""
    await form_fields(request)  # only our own pages may ask for it
    await service.share(resources(request), booking)
    return see_other(f"/bookings/{booking.reference}#share")


async def revoke(request: web.Request, booking: Booking) -> web.StreamResponse:
    """End a link."""
    fields = await form_fields(request)
    try:
        share_id = UUID(fields.get("share", ""))
    except ValueError:
        words = _("Please open this page again.")
        raise Invalid(words, {"share": words}) from None
    await service.revoke(resources(request), booking, share_id)
    return see_other(f"/bookings/{booking.reference}#share")


async def show(request: web.Request) -> web.StreamResponse:
    """Show a journey to whoever has a link to follow it."""
    res = resources(request)
    booking = await service.opened(res, request.match_info["share"])
    context = {"companion": await trips.shared(res, booking)}
    return page(request, "bookings/trip.html", context)


ROUTES: list[Route] = [
    post("/bookings/{reference}/shares", guest_act(add), access=GUEST, limit="look_up"),
    post("/bookings/{reference}/shares/end", guest_act(revoke), access=GUEST, limit="look_up"),
    get("/trips/{share}", show, access=GUEST, limit="look_up"),
]
