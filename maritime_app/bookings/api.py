"""Book and look up, for programs."""

from aiohttp import web

from maritime_app.bookings import service
from maritime_app.bookings.access import promo_codes
from maritime_app.bookings.access.guests import answer, holder, proved
from maritime_app.bookings.model import BookingRequest, Proof
from maritime_app.bookings.responses import BookingResponse
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import json_body, query
from maritime_app.web.idempotency import once
from maritime_app.web.render import json
from maritime_app.web.routing import GUEST, PUBLIC, Route, get, post


async def create(request: web.Request) -> web.Response:
    """Hold the places of every leg; 201 says how to pay and until when."""
    wanted = await json_body(request, BookingRequest)
    await promo_codes.guess(request, wanted.promo_code)
    res = resources(request)

    async def work() -> web.Response:
        booked = await service.book(res, wanted, await holder(request))
        location = f"/api/v1/bookings/{booked.reference}"
        return json(request, booked, status=201, headers={"Location": location})

    return await once(request, "bookings.create", work)


async def show(request: web.Request) -> web.Response:
    """Answer the booking as it stands."""
    booking = await proved(request, query(request, Proof))
    return json(request, await answer(request, booking))


ROUTES: list[Route] = [
    post(
        "/api/v1/bookings",
        create,
        access=PUBLIC,
        body=BookingRequest,
        answer=BookingResponse,
        status=201,
        summary="Book: hold places and learn how to pay (Idempotency-Key makes repeating safe)",
        limit="book",
        idempotent=True,
    ),
    get(
        "/api/v1/bookings/{reference}",
        show,
        access=GUEST,
        query=Proof,
        answer=BookingResponse,
        summary="A booking, with the surname of a passenger or the signed token",
        limit="look_up",
    ),
]
