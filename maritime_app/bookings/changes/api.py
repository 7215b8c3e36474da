"""Change a booking, for programs."""

from aiohttp import web

from maritime_app.bookings import service as bookings
from maritime_app.bookings.access.guests import answer, proved
from maritime_app.bookings.changes import paying
from maritime_app.bookings.changes.orders import ordering
from maritime_app.bookings.changes.pricing.requests import (
    ChangeOrder,
    ChangeQuote,
    ChangeQuoteRequest,
)
from maritime_app.bookings.model import Proof
from maritime_app.bookings.responses import BookingResponse
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import json_body
from maritime_app.web.idempotency import once
from maritime_app.web.render import json
from maritime_app.web.routing import GUEST, Route, post


async def quote(request: web.Request) -> web.Response:
    """Answer what a change costs now; nothing is held."""
    asked = await json_body(request, ChangeQuoteRequest)
    booking = await proved(request, Proof(asked.surname, asked.token))
    return json(request, await ordering.quote(resources(request), booking, asked.change))


async def order(request: web.Request) -> web.Response:
    """Change for exactly the quoted difference; 409 when it is another one by now."""
    res, wanted = resources(request), await json_body(request, ChangeOrder)
    booking = await proved(request, Proof(wanted.surname, wanted.token))

    async def work() -> web.Response:
        changed = await ordering.order(res, booking, wanted)
        return json(request, await answer(request, changed))

    return await once(request, f"bookings.change:{booking.id}", work)


async def withdraw(request: web.Request) -> web.Response:
    """End a change that waits for its payment: the booking stays as it is."""
    res, proof = resources(request), await json_body(request, Proof)
    booking = await proved(request, proof)
    await paying.withdraw_unpaid(res, booking)
    return json(request, await answer(request, await bookings.by_id(res, booking.id)))


_API = "/api/v1/bookings/{reference}"
ROUTES: list[Route] = [
    post(
        f"{_API}/change-quote",
        quote,
        access=GUEST,
        body=ChangeQuoteRequest,
        answer=ChangeQuote,
        summary="What another sailing, other names, people, vehicles, cabins or extras cost now",
        limit="look_up",
    ),
    post(
        f"{_API}/change",
        order,
        access=GUEST,
        body=ChangeOrder,
        answer=BookingResponse,
        summary="Change for exactly the quoted difference (Idempotency-Key makes repeating safe)",
        limit="book",
        idempotent=True,
    ),
    post(
        f"{_API}/change/withdraw",
        withdraw,
        access=GUEST,
        body=Proof,
        answer=BookingResponse,
        summary="Keep the booking as it is: end a change that waits for its payment",
        limit="look_up",
    ),
]
