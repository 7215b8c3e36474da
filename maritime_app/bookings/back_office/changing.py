"""Change a booking for the customer: the customer's own form and price, for staff."""

from collections.abc import Mapping

from aiohttp import web

from maritime_app.bookings.back_office import acts
from maritime_app.bookings.back_office.model import StaffChangeRequest, StaffQuoteRequest
from maritime_app.bookings.back_office.service import booking_to_change
from maritime_app.bookings.changes.orders import ordering
from maritime_app.bookings.changes.pages import steps as pages
from maritime_app.bookings.changes.pages.steps import Visit
from maritime_app.bookings.changes.pricing.requests import ChangeQuote
from maritime_app.bookings.model import Booking
from maritime_app.bookings.sailings.api import acting
from maritime_app.errors import Conflict, Invalid, NotFound, Unavailable
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields, json_body
from maritime_app.web.render import json, see_other
from maritime_app.web.routing import Route, get, post


async def show(request: web.Request) -> web.StreamResponse:
    """Show the booking as it can be changed."""
    return await pages.form_page(request, _visit(await _booking(request)))


async def change(request: web.Request) -> web.StreamResponse:
    """Price what was entered (`act` is quote), do it (order), or keep the booking (withdraw)."""
    fields = await form_fields(request)
    visit = _visit(await _booking(request))
    match fields.get("act"):
        case "order":
            return await _order(request, visit, fields)
        case "withdraw":
            reference = visit.booking.reference
            await acts.withdraw_change(resources(request), acting(request), reference)
            return see_other(visit.booking_url)
    return await pages.quote_page(request, visit, fields)


async def quote(request: web.Request) -> web.StreamResponse:
    """Answer what a change costs now; nothing is held."""
    asked = await json_body(request, StaffQuoteRequest)
    booking = await _booking(request)
    return json(request, await ordering.quote(resources(request), booking, asked.change))


async def _order(
    request: web.Request, visit: Visit, fields: Mapping[str, str]
) -> web.StreamResponse:
    try:
        order = pages.order_of(fields)
        asked = StaffChangeRequest(order.change, order.difference_minor)
        await acts.change(resources(request), acting(request), visit.booking.reference, asked)
    except (Invalid, Conflict, NotFound, Unavailable) as refusal:
        return await pages.form_page(request, visit, refusal=refusal)
    return see_other(f"{visit.booking_url}?done=change")


async def _booking(request: web.Request) -> Booking:
    reference = request.match_info["reference"]
    return await booking_to_change(resources(request), acting(request), reference)


def _visit(booking: Booking) -> Visit:
    base = f"/admin/bookings/{booking.reference}"
    return Visit(
        booking, booking_url=base, cancel_url=base, change_path=f"{base}/change", is_staff=True
    )


_PAGE = "/admin/bookings/{reference}/change"
ROUTES: list[Route] = [
    get(_PAGE, show, access="bookings.act"),
    post(_PAGE, change, access="bookings.act", recent=True),
    post(
        "/api/v1/back-office/bookings/{reference}/change-quote",
        quote,
        access="bookings.act",
        body=StaffQuoteRequest,
        answer=ChangeQuote,
        summary="What a change for the customer costs now",
    ),
]
