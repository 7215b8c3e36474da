"""Passengers choose when their sailing does not go as booked: a page, and the same for programs."""

from collections.abc import Awaitable, Callable

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
from maritime_app.bookings.disruptions import choices
from maritime_app.bookings.disruptions.model import ChoiceResponse, RebookRequest
from maritime_app.bookings.model import Booking, Proof
from maritime_app.bookings.pages import codes
from maritime_app.bookings.responses import BookingResponse
from maritime_app.errors import Conflict, Invalid, Unavailable
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields, json_body
from maritime_app.web.idempotency import once
from maritime_app.web.render import json, page
from maritime_app.web.routing import GUEST, Route, get, post

_STATUSES = ((Conflict, 409), (Invalid, 422), (Unavailable, 503))


async def show(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Show what has happened and what may be chosen."""
    return await _page(request, booking)


async def choose(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Do what was chosen: `act` is rebook (with `sailing_id`), refund or keep."""
    fields = await form_fields(request)
    res, act = resources(request), fields.get("act", "")
    try:
        if act == "refund":
            if (await choices.choice(res, booking)).may_keep:  # it sails: this ends the journey
                await codes.insist(request, booking, fields.get("code", ""))
            await choices.refund(res, booking.id)
        elif act == "keep":
            await choices.keep(res, booking.id)
        else:
            await choices.rebook(res, booking, fields.get("sailing_id", ""))
    except (Conflict, Invalid, Unavailable) as refusal:
        status = next(number for kind, number in _STATUSES if isinstance(refusal, kind))
        return await _page(request, booking, refusal.message, status)
    return see_other(_address(booking))


async def send_code(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Send the code that giving up a late ship takes in a browser that is new to the booking."""
    return await codes.send(
        request,
        booking,
        lambda words, status: _page(request, booking, words, status),
        f"{_address(booking)}#give-up",  # below many other sailings
    )


async def api_show(request: web.Request) -> web.StreamResponse:
    """Answer what has happened and what may be chosen."""
    booking = await proved(request, await json_body(request, Proof))
    return json(request, await choices.choice(resources(request), booking))


async def api_rebook(request: web.Request) -> web.StreamResponse:
    """Take another sailing, for nothing."""
    asked = await json_body(request, RebookRequest)
    booking = await proved(request, Proof(asked.surname, asked.token))
    res = resources(request)
    return await _done(request, booking, lambda: choices.rebook(res, booking, asked.sailing_id))


async def api_refund(request: web.Request) -> web.StreamResponse:
    """Give the whole price of what is not sailed yet back: a late ship would have gone."""
    booking = await proved(request, await json_body(request, Proof))
    check_may_end(request, booking)
    return await _done(request, booking, lambda: choices.refund(resources(request), booking.id))


async def api_keep(request: web.Request) -> web.StreamResponse:
    """Travel late."""
    booking = await proved(request, await json_body(request, Proof))
    return await _done(request, booking, lambda: choices.keep(resources(request), booking.id))


async def _done(
    request: web.Request, booking: Booking, act: Callable[[], Awaitable[object]]
) -> web.Response:
    res = resources(request)

    async def work() -> web.Response:
        await act()
        now = await bookings.by_id(res, booking.id)
        return json(request, await answer(request, now))

    return await once(request, f"bookings.disruption:{booking.id}", work)


async def _page(
    request: web.Request, booking: Booking, refused: str = "", status: int = 200
) -> web.StreamResponse:
    choice = await choices.choice(resources(request), booking)
    context = {
        "booking": booking,
        "leg": next((leg for leg in booking.legs if leg.number == choice.leg), booking.legs[0]),
        "choice": choice,
        "refused": refused,
        "booking_url": f"/bookings/{booking.reference}",
        "action": _address(booking),
        **await codes.shown(request, booking),
    }
    return page(request, "bookings/disruption.html", context, status=status)


def _address(booking: Booking) -> str:
    return f"/bookings/{booking.reference}/disruption"


_PAGE = "/bookings/{reference}/disruption"
_API = "/api/v1/bookings/{reference}/disruption"
ROUTES: list[Route] = [
    get(_PAGE, guest_page(show), access=GUEST, limit="look_up"),
    post(_PAGE, guest_act(choose), access=GUEST, limit="look_up"),
    post(f"{_PAGE}/code", guest_act(send_code), access=GUEST, limit="look_up"),
    post(
        _API,
        api_show,
        access=GUEST,
        body=Proof,
        answer=ChoiceResponse,
        summary="What may be chosen when a sailing does not go as booked",
        limit="look_up",
    ),
    post(
        f"{_API}/rebook",
        api_rebook,
        access=GUEST,
        body=RebookRequest,
        answer=BookingResponse,
        summary="Take another sailing, for nothing",
        limit="look_up",
        idempotent=True,
    ),
    post(
        f"{_API}/refund",
        api_refund,
        access=GUEST,
        body=Proof,
        answer=BookingResponse,
        summary="Give the whole price of what is not sailed yet back",
        limit="look_up",
        idempotent=True,
    ),
    post(
        f"{_API}/keep",
        api_keep,
        access=GUEST,
        body=Proof,
        answer=BookingResponse,
        summary="Travel late",
        limit="look_up",
        idempotent=True,
    ),
]
