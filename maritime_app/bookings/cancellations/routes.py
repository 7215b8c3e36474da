"""Cancel a booking: what it costs, and doing it, for people and for programs."""

from aiohttp import web

from maritime_app.bookings import service as bookings
from maritime_app.bookings.access.guests import (
    answer,
    check_may_end,
    guest_act,
    guest_page,
    proved,
    see_other,
)
from maritime_app.bookings.cancellations import service, views
from maritime_app.bookings.cancellations.model import CancellationQuote, CancellationRequest
from maritime_app.bookings.model import Booking, Proof
from maritime_app.bookings.pages import codes
from maritime_app.bookings.responses import BookingResponse
from maritime_app.errors import Conflict, Invalid
from maritime_app.i18n import translate as _
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields, json_body
from maritime_app.web.idempotency import once
from maritime_app.web.render import json, page
from maritime_app.web.routing import GUEST, Route, get, post


async def show(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Show what cancelling costs, before it is done."""
    return await _page(request, booking)


async def send_code(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Send the customer the code that cancelling takes in a browser that is new to the booking."""
    return await codes.send(
        request,
        booking,
        lambda words, status: _page(request, booking, refused=words, status=status),
        f"/bookings/{booking.reference}/cancel",
    )


async def cancel(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Cancel for exactly what was shown; a changed fee, or a wrong code, shows the page again."""
    fields, res = await form_fields(request), resources(request)
    fee_minor = _fee(fields.get("fee_minor", ""))
    try:
        await codes.insist(request, booking, fields.get("code", ""))
        await service.cancel(res, booking, fee_minor)
    except Invalid as refusal:
        return await _page(request, booking, refused=refusal.message, status=422)
    except Conflict as conflict:
        if conflict.code != "fee_changed":
            raise
        words = _("The fee has changed since you last saw it. Please look again.")
        return await _page(
            request, await bookings.by_id(res, booking.id), refused=words, status=409
        )
    return see_other(f"/bookings/{booking.reference}")


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
    check_may_end(request, booking)

    async def work() -> web.Response:
        done = await service.cancel(res, booking, wanted.fee_minor)
        return json(request, await answer(request, done))

    return await once(request, f"bookings.cancel:{booking.id}", work)


def _fee(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        words = _("Please open this page again: it does not say which fee you saw.")
        raise Invalid(words, {"fee_minor": words})
    return int(text)


async def _page(
    request: web.Request, booking: Booking, *, refused: str = "", status: int = 200
) -> web.StreamResponse:
    res = resources(request)
    quoted = await service.quote(res, booking)
    context = {
        "booking": booking,
        "booking_url": f"/bookings/{booking.reference}",
        "action": f"/bookings/{booking.reference}/cancel",
        "quote": views.quote_view(booking, quoted),
        "refused": refused,
        **await codes.shown(request, booking),
    }
    return page(request, "bookings/cancel.html", context, status=status)


_PAGE = "/bookings/{reference}/cancel"
_API = "/api/v1/bookings/{reference}"
ROUTES: list[Route] = [
    get(_PAGE, guest_page(show), access=GUEST, limit="look_up"),
    post(_PAGE, guest_act(cancel), access=GUEST, limit="look_up"),
    post(f"{_PAGE}/code", guest_act(send_code), access=GUEST, limit="look_up"),
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
        summary="Cancel for exactly the quoted fee, with booking_token or a mail's token as token",
        limit="look_up",
        idempotent=True,
    ),
]
