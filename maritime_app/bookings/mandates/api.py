"""Pay a booking or a change with a mandate, and see what one has left, for programs."""

from aiohttp import web

from maritime_app.bookings import service as bookings
from maritime_app.bookings.access.guests import answer, proved
from maritime_app.bookings.mandates import service
from maritime_app.bookings.mandates.model import (
    MandatePayment,
    MandateQuestion,
    MandateView,
    PayRequest,
)
from maritime_app.bookings.model import Proof
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import json_body
from maritime_app.web.idempotency import once
from maritime_app.web.render import json
from maritime_app.web.routing import GUEST, PUBLIC, Route, post


async def show(request: web.Request) -> web.Response:
    """Answer what a mandate still allows."""
    asked = await json_body(request, MandateQuestion)
    return json(request, await service.view(resources(request), asked.mandate))


async def pay(request: web.Request) -> web.Response:
    """Pay a booking; where the bank refuses, the answer has the link at which a person pays."""
    res, asked = resources(request), await json_body(request, PayRequest)
    booking = await proved(request, Proof(asked.surname, asked.token))

    async def work() -> web.Response:
        outcome = await service.pay(res, asked.mandate, booking, asked.difference_minor)
        after = await answer(request, await bookings.by_id(res, booking.id))
        return json(request, MandatePayment(outcome, after))

    return await once(request, f"bookings.pay:{booking.id}", work)


ROUTES: list[Route] = [
    post(
        "/api/v1/mandates/look-up",
        show,
        access=PUBLIC,
        body=MandateQuestion,
        answer=MandateView,
        summary="What a mandate still allows: amount, bookings, route, until when",
        limit="look_up",
    ),
    post(
        "/api/v1/bookings/{reference}/pay",
        pay,
        access=GUEST,
        body=PayRequest,
        answer=MandatePayment,
        summary="Pay a held booking, or what its change waits for, with a mandate; repeating with "
        "the same Idempotency-Key is safe",
        limit="book",
        idempotent=True,
    ),
]
