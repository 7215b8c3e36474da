"""The code by mail on a page that ends a journey, in a browser that is new to the booking."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from maritime_app.bookings import device_codes
from maritime_app.bookings.access.guests import device, see_other
from maritime_app.bookings.devices import service as devices
from maritime_app.bookings.model import Booking
from maritime_app.errors import TooMany
from maritime_app.i18n import translate as _
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields

Again = Callable[[str, int], Awaitable[web.StreamResponse]]  # the page, with words and a status


async def shown(request: web.Request, booking: Booking) -> dict[str, Any]:
    """Return what the page says of it: needs_code, has_code (one is on its way), mailbox."""
    known = await devices.again(resources(request), booking, device(request))
    return {
        "needs_code": device_codes.is_needed(booking, known),
        "has_code": known.has_code,
        "mailbox": masked(booking.email),
    }


async def insist(request: web.Request, booking: Booking, code: str) -> None:
    """Take the code where one is needed; raise Invalid for another one."""
    if device_codes.is_needed(booking, device(request)):
        await device_codes.confirm(resources(request), device(request), code)


async def send(
    request: web.Request, booking: Booking, again: Again, page: str
) -> web.StreamResponse:
    """Send one and lead back to the page; for one too many it is shown `again`."""
    await form_fields(request)  # only our own pages may ask for it
    try:
        await device_codes.send(resources(request), booking, device(request))
    except TooMany as refusal:
        words = _("A code was sent a moment ago. Please wait a little before you ask for another.")
        response = await again(words, 429)
        response.headers["Retry-After"] = str(refusal.retry_after_seconds)
        return response
    return see_other(page)


def masked(email: str) -> str:
    """Return an address as its owner recognises it and nobody else learns it."""
    name, _at, domain = email.partition("@")
    return f"{name[:1]}…@{domain}"
