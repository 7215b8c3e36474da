"""The JSON routes of bookings."""

from aiohttp import web

from maritime_app.bookings import service
from maritime_app.bookings.cancellations import service as cancellations
from maritime_app.bookings.model import (
    Booking,
    BookingAnswer,
    BookingAsk,
    CancelAsk,
    CancelQuote,
    Proof,
)
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import json_body, query
from maritime_app.web.idempotency import once
from maritime_app.web.render import json
from maritime_app.web.routing import GUEST, PUBLIC, Route, get, post


async def create(request: web.Request) -> web.Response:
    """Hold the places of every leg; 201 says how to pay and until when."""
    ask = await json_body(request, BookingAsk)
    res = resources(request)

    async def work() -> web.Response:
        booked = await service.book(res, ask)
        return json(
            request,
            booked,
            status=201,
            headers={"Location": f"/api/v1/bookings/{booked.reference}"},
        )

    return await once(request, "bookings.create", work, required=False)


async def show(request: web.Request) -> web.Response:
    """The booking as it stands."""
    res = resources(request)
    return json(request, await service.answer(res, await _proved(request, query(request, Proof))))


async def quote(request: web.Request) -> web.Response:
    """What cancelling costs now."""
    booking = await _proved(request, await json_body(request, Proof))
    return json(request, await cancellations.quote(resources(request), booking))


async def cancel_booking(request: web.Request) -> web.Response:
    """Cancel for exactly the quoted fee; 409 when it changed meanwhile."""
    res = resources(request)
    ask = await json_body(request, CancelAsk)
    booking = await _proved(request, Proof(ask.surname, ask.token))

    async def work() -> web.Response:
        done = await cancellations.cancel(res, booking, ask.fee_minor)
        return json(request, await service.answer(res, done))

    return await once(request, f"bookings.cancel:{booking.id}", work, required=False)


async def _proved(request: web.Request, proof: Proof) -> Booking:
    return await service.by_reference(resources(request), request.match_info["reference"], proof)


_ONE = "/api/v1/bookings/{reference}"
ROUTES: list[Route] = [
    post(
        "/api/v1/bookings",
        create,
        access=PUBLIC,
        body=BookingAsk,
        answer=BookingAnswer,
        status=201,
        summary="Book: hold places and learn how to pay (Idempotency-Key makes repeating safe)",
        limit="book",
    ),
    get(
        _ONE,
        show,
        access=GUEST,
        query=Proof,
        answer=BookingAnswer,
        summary="A booking, with the surname of a passenger or the signed token",
        limit="look_up",
    ),
    post(
        f"{_ONE}/cancel-quote",
        quote,
        access=GUEST,
        body=Proof,
        answer=CancelQuote,
        summary="What cancelling costs now",
        limit="look_up",
    ),
    post(
        f"{_ONE}/cancel",
        cancel_booking,
        access=GUEST,
        body=CancelAsk,
        answer=BookingAnswer,
        summary="Cancel for exactly the quoted fee",
        limit="look_up",
    ),
]
