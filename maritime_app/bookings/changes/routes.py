"""Change a booking: what it costs, and doing it, for people, with and without JavaScript."""

from collections.abc import Mapping

from aiohttp import web

from maritime_app.bookings.access.guests import guest_act, guest_page, see_other
from maritime_app.bookings.changes import api, paying
from maritime_app.bookings.changes.orders import ordering
from maritime_app.bookings.changes.pages import steps as pages
from maritime_app.bookings.changes.pages.steps import Visit
from maritime_app.bookings.checkout.away import not_opened
from maritime_app.bookings.model import Booking
from maritime_app.errors import Conflict, Invalid, NotFound, Unavailable
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields
from maritime_app.web.routing import GUEST, Route, get, post


async def show(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Show the booking as it can be changed."""
    return await pages.form_page(request, _visit(booking))


async def change(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Price what was entered (`act` is quote), do it (order), or keep the booking (withdraw)."""
    fields = await form_fields(request)
    visit = _visit(booking)
    match fields.get("act"):
        case "order":
            return await _order(request, visit, fields)
        case "withdraw":
            await paying.withdraw_unpaid(resources(request), visit.booking)
            return see_other(visit.booking_url)
    return await pages.quote_page(request, visit, fields)


async def pay(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Send the customer on to Stripe's page, where the difference is paid."""
    if booking.change is None or not booking.change.waits_for_money:
        return see_other(f"/bookings/{booking.reference}")
    try:
        return see_other(await paying.payment_page(resources(request), booking))
    except Unavailable as away:
        raise not_opened(request, away, booking, booking.change.expires_at) from away


async def _order(
    request: web.Request, visit: Visit, fields: Mapping[str, str]
) -> web.StreamResponse:
    """Change for exactly what was shown; on to the payment where it is dearer."""
    try:
        wanted = pages.order_of(fields)
        done = await ordering.order(resources(request), visit.booking, wanted)
    except (Invalid, Conflict, NotFound, Unavailable) as refusal:
        return await pages.form_page(request, visit, refusal=refusal)
    waits = done.change is not None and done.change.waits_for_money
    return see_other(visit.pay_url if waits else visit.booking_url)


def _visit(booking: Booking) -> Visit:
    base = f"/bookings/{booking.reference}"
    return Visit(
        booking,
        booking_url=base,
        cancel_url=f"{base}/cancel",
        change_path=f"{base}/change",
        pay_url=f"{base}/change/pay",
    )


_PAGE = "/bookings/{reference}/change"
ROUTES: list[Route] = [
    *api.ROUTES,
    get(_PAGE, guest_page(show), access=GUEST, limit="look_up"),
    post(_PAGE, guest_act(change), access=GUEST, limit="book"),
    get(f"{_PAGE}/pay", guest_act(pay), access=GUEST, limit="look_up"),
]
