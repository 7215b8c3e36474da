"""Cancel a booking: what it costs, and doing it, for people and for programs."""

from aiohttp import web

from maritime_app.bookings import service as bookings
from maritime_app.bookings.cancellations import service, views
from maritime_app.bookings.cancellations.model import CancellationQuote
from maritime_app.bookings.guests import guest_booking, proved, see_other
from maritime_app.bookings.model import Booking, CancellationRequest, Proof
from maritime_app.bookings.responses import BookingResponse
from maritime_app.errors import Conflict, Invalid
from maritime_app.i18n import translate as _
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields, json_body
from maritime_app.web.idempotency import once
from maritime_app.web.render import json, page
from maritime_app.web.routing import GUEST, Route, get, post


async def show(request: web.Request) -> web.StreamResponse:
    """Show what cancelling costs, before it is done."""
    booking, token = await guest_booking(request)
    return await _page(request, booking, token, changed=False)


async def cancel(request: web.Request) -> web.StreamResponse:
    """Cancel for exactly what was shown; a changed fee shows the page again."""
    fields = await form_fields(request)
    booking, token = await guest_booking(request)
    try:
        await service.cancel(resources(request), booking, _fee(fields.get("fee_minor", "")))
    except Conflict as conflict:
        if conflict.code != "fee_changed":
            raise
        return await _page(request, booking, token, changed=True)
    return see_other(f"/bookings/{booking.reference}?token={token}")


async def api_quote(request: web.Request) -> web.Response:
    """Answer what cancelling costs now."""
    proof = await json_body(request, Proof)
    booking = await proved(request, proof)
    return json(request, await service.quote(resources(request), booking))


async def api_cancel(request: web.Request) -> web.Response:
    """Cancel for exactly the quoted fee; 409 when it changed meanwhile."""
    res = resources(request)
    wanted = await json_body(request, CancellationRequest)
    booking = await proved(request, Proof(wanted.surname, wanted.token))

    async def work() -> web.Response:
        done = await service.cancel(res, booking, wanted.fee_minor)
        return json(request, await bookings.answer(res, done))

    return await once(request, f"bookings.cancel:{booking.id}", work, required=False)


def _fee(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        words = _("Please open this page again: it does not say which fee you saw.")
        raise Invalid(words, {"fee_minor": words})
    return int(text)


async def _page(
    request: web.Request, booking: Booking, token: str, *, changed: bool
) -> web.StreamResponse:
    quoted = await service.quote(resources(request), booking)
    context = {
        "booking": booking,
        "booking_url": f"/bookings/{booking.reference}?token={token}",
        "action": f"/bookings/{booking.reference}/cancel?token={token}",
        "quote": views.quote_view(booking, quoted),
        "changed": changed,
    }
    return page(request, "bookings/cancel.html", context, status=409 if changed else 200)


_PAGE = "/bookings/{reference}/cancel"
_API = "/api/v1/bookings/{reference}"
ROUTES: list[Route] = [
    get(_PAGE, show, access=GUEST, limit="look_up"),
    post(_PAGE, cancel, access=GUEST, limit="look_up"),
    post(
        f"{_API}/cancel-quote",
        api_quote,
        access=GUEST,
        body=Proof,
        answer=CancellationQuote,
        summary="What cancelling costs now",
        limit="look_up",
    ),
    post(
        f"{_API}/cancel",
        api_cancel,
        access=GUEST,
        body=CancellationRequest,
        answer=BookingResponse,
        summary="Cancel for exactly the quoted fee",
        limit="look_up",
    ),
]
