"""To whom a booking is invoiced, for people and for programs."""

from typing import Any

import msgspec
from aiohttp import web

from maritime_app.bookings import service as bookings
from maritime_app.bookings.access.guests import (
    answer,
    guest_act,
    guest_page,
    proved,
    see_other,
)
from maritime_app.bookings.buyer import Buyer
from maritime_app.bookings.invoices import buyers
from maritime_app.bookings.link_tokens import Entry
from maritime_app.bookings.model import (
    Booking,
    Proof,
)
from maritime_app.bookings.responses import BookingResponse
from maritime_app.errors import Conflict, Invalid
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields, json_body
from maritime_app.web.forms.validation import convert
from maritime_app.web.render import json, page
from maritime_app.web.routing import GUEST, Route, get, post


class BuyerRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """To whom a booking is to be invoiced, and the guest's proof."""

    buyer: Buyer
    surname: str = ""
    token: str = ""


async def show(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Show to whom the booking is invoiced."""
    async with resources(request).db.acquire() as conn:
        known = await buyers.buyer(conn, booking)
    return await _page(request, booking, msgspec.to_builtins(known))


async def save(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Invoice it to whom was entered; what is wrong with it comes back marked."""
    fields = await form_fields(request)
    entered = {name: fields.get(name, "") for name in Buyer.__struct_fields__}
    try:
        await buyers.set_buyer(resources(request), booking, convert(entered, Buyer, strict=True))
    except (Invalid, Conflict) as refusal:
        return await _page(request, booking, entered, refusal)
    return see_other(f"/bookings/{booking.reference}")


async def api_save(request: web.Request) -> web.Response:
    """Answer the booking with its documents: what was invoiced is credited and invoiced anew."""
    asked = await json_body(request, BuyerRequest)
    booking = await proved(request, Proof(asked.surname, asked.token))
    await buyers.set_buyer(resources(request), booking, asked.buyer)
    return json(request, await answer(request, booking))


async def _page(
    request: web.Request,
    booking: Booking,
    entered: dict[str, Any],
    refusal: Invalid | Conflict | None = None,
) -> web.StreamResponse:
    res = resources(request)
    context = {
        "booking": booking,
        "booking_url": f"/bookings/{booking.reference}",
        "action": f"/bookings/{booking.reference}/buyer",
        "entered": entered,
        "is_invoiced": bool((await bookings.answer(res, booking, Entry.SURNAME)).invoices),
        "message": refusal.message if refusal else "",
        "fields": refusal.fields if isinstance(refusal, Invalid) else {},
    }
    status = 200 if refusal is None else 422 if isinstance(refusal, Invalid) else 409
    return page(request, "bookings/buyer.html", context, status=status)


_PAGE = "/bookings/{reference}/buyer"
ROUTES: list[Route] = [
    get(_PAGE, guest_page(show), access=GUEST, limit="look_up"),
    post(_PAGE, guest_act(save), access=GUEST, limit="look_up"),
    post(
        "/api/v1/bookings/{reference}/buyer",
        api_save,
        access=GUEST,
        body=BuyerRequest,
        answer=BookingResponse,
        summary="To whom it is invoiced; what was invoiced is credited and invoiced anew",
        limit="look_up",
    ),
]
