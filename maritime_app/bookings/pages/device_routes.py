"""Closing a booking in a browser: in this one, or in every other one."""

from aiohttp import web

from maritime_app.bookings.access.guests import device, guest_act, see_other
from maritime_app.bookings.devices import cookies, service
from maritime_app.bookings.model import Booking
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields
from maritime_app.web.routing import GUEST, Route, post


async def end(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Close the booking in this browser: it takes the link of a mail, or the surname, again."""
    await form_fields(request)  # only our own pages may ask for it
    await service.end(resources(request), device(request))
    response = see_other(f"/bookings/find?reference={booking.reference}")
    cookies.forget(request, response, booking.reference)
    return response


async def end_others(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Close it in every other browser, and make the links useless that were written so far."""
    await form_fields(request)
    await service.end_others(resources(request), booking, device(request))
    return see_other(f"/bookings/{booking.reference}#devices")


_PAGE = "/bookings/{reference}/devices"
ROUTES: list[Route] = [
    post(f"{_PAGE}/end", guest_act(end, by_staff=True), access=GUEST, limit="look_up"),
    post(f"{_PAGE}/end-others", guest_act(end_others), access=GUEST, limit="look_up"),
]
