"""A ticket for a telephone's wallet: a file for Apple's, a link for Google's."""

from aiohttp import web

from maritime_app.bookings.access.guests import guest_file, see_other, ticketed
from maritime_app.bookings.model import Booking
from maritime_app.bookings.wallet import service
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import GUEST, Route, get

_PKPASS = "application/vnd.apple.pkpass"


async def apple(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Send the signed pass."""
    await ticketed(request, booking)
    leg, holder = int(request.match_info["leg"]), request.match_info["holder"]
    body = await service.apple_pass(resources(request), booking, leg, holder)
    headers = {
        "Content-Disposition": f'attachment; filename="{booking.reference}-{leg}-{holder}.pkpass"',
        "Cache-Control": "private, no-store",
    }
    return web.Response(body=body, content_type=_PKPASS, headers=headers)


async def google(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Go on to Google's page that saves it."""
    await ticketed(request, booking)
    leg, holder = int(request.match_info["leg"]), request.match_info["holder"]
    return see_other(await service.google_link(resources(request), booking, leg, holder))


_ONE = "/bookings/{reference}/wallet"
_TICKET = r"{leg:[1-9]\d{0,2}}/{holder:[pv][1-9]\d{0,2}}"
ROUTES: list[Route] = [
    get(f"{_ONE}/apple/{_TICKET}", guest_file(apple), access=GUEST, limit="look_up"),
    get(f"{_ONE}/google/{_TICKET}", guest_file(google), access=GUEST, limit="look_up"),
]
