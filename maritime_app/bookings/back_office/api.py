"""The desk for programs of the staff: find, look, act."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec
from aiohttp import web

from maritime_app.bookings.back_office import acts, money_acts, report, service
from maritime_app.bookings.back_office.model import (
    BookingFile,
    BookingFilter,
    BookingPage,
    ClaimRequest,
    ContactRequest,
    DecideRequest,
    GoodwillRequest,
    NoteRequest,
    PayAgainRequest,
    ResendRequest,
    SalesFilter,
    SalesReport,
    StaffCancelRequest,
    StaffChangeRequest,
)
from maritime_app.bookings.buyer import Buyer
from maritime_app.bookings.sailings.api import acting
from maritime_app.jobs.monitor import service as monitor
from maritime_app.web.access import actor, caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import json_body, query
from maritime_app.web.render import json
from maritime_app.web.routing import Handler, Route, get, post

_Do = Callable[[web.Request, str, Any], Awaitable[object]]


class TaskRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A task of the booking that was given up and shall run again."""

    job_id: UUID


async def index(request: web.Request) -> web.StreamResponse:
    """Answer the bookings that fit, newest first."""
    wanted = query(request, BookingFilter)
    return json(request, await service.find(resources(request), acting(request), wanted))


async def show(request: web.Request) -> web.StreamResponse:
    """Answer one booking with its timeline."""
    return json(request, await _file(request))


async def sales(request: web.Request) -> web.StreamResponse:
    """Answer what was sold on which day."""
    asked = query(request, SalesFilter)
    return json(request, await report.sales(resources(request), acting(request), asked))


async def repeat_task(request: web.Request, reference: str, asked: TaskRequest) -> None:
    """Let a task of this booking run again; raise NotFound for another one's."""
    res = resources(request)
    await acts.check_task(res, acting(request), reference, asked.job_id)
    await monitor.replay(res, actor(request), asked.job_id)


async def _cancel(request: web.Request, reference: str, asked: StaffCancelRequest) -> None:
    may_waive = "bookings.refund" in caller(request).permissions
    await acts.cancel(resources(request), acting(request), reference, asked, may_waive=may_waive)


async def _decide(request: web.Request, reference: str, asked: DecideRequest) -> None:
    name = caller(request).name
    await money_acts.decide(resources(request), acting(request), reference, asked, name)


def _with_staff(verb: Callable[..., Awaitable[object]]) -> _Do:
    async def do(request: web.Request, reference: str, asked: Any) -> object:
        return await verb(resources(request), acting(request), reference, asked)

    return do


def _act(do: _Do, body: type[Any]) -> Handler:
    """Return the handler of one act; it answers the booking as it is then."""

    async def handle(request: web.Request) -> web.StreamResponse:
        asked = await json_body(request, body)
        await do(request, request.match_info["reference"], asked)
        return json(request, await _file(request))

    return handle


async def _file(request: web.Request) -> BookingFile:
    reference = request.match_info["reference"]
    return await service.open_file(resources(request), acting(request), reference)


_ACTS: list[tuple[str, _Do, type[Any], str, str]] = [
    ("notes", _with_staff(acts.add_note), NoteRequest, "bookings.act", "Keep a note for staff"),
    (
        "contact",
        _with_staff(acts.set_contact),
        ContactRequest,
        "bookings.act",
        "Write to another address from now on",
    ),
    (
        "buyer",
        _with_staff(acts.set_buyer),
        Buyer,
        "bookings.act",
        "To whom it is invoiced; what was invoiced is credited and invoiced anew",
    ),
    (
        "resend",
        _with_staff(acts.resend),
        ResendRequest,
        "bookings.act",
        "Write once more how the booking stands, with its tickets",
    ),
    (
        "cancel",
        _cancel,
        StaffCancelRequest,
        "bookings.act",
        "Cancel for the customer; a lower fee needs bookings.refund",
    ),
    (
        "change",
        _with_staff(acts.change),
        StaffChangeRequest,
        "bookings.act",
        "Change for the customer, for exactly the quoted difference",
    ),
    ("task", repeat_task, TaskRequest, "bookings.act", "Run a task of the booking again"),
    (
        "refund",
        _with_staff(money_acts.give_back),
        GoodwillRequest,
        "bookings.refund",
        "Give a part of the money back",
    ),
    (
        "pay-again",
        _with_staff(money_acts.pay_again),
        PayAgainRequest,
        "bookings.refund",
        "Pay a failed refund again, by the card or elsewhere",
    ),
    (
        "decide",
        _decide,
        DecideRequest,
        "bookings.refund",
        "Decide what becomes of the journey after a lost dispute",
    ),
    (
        "claim",
        _with_staff(money_acts.decide_claim),
        ClaimRequest,
        "bookings.refund",
        "Pay the compensation for a late arrival, or say why not",
    ),
]
# Money leaves, or a journey ends: who acts has signed in a short while ago.
DANGEROUS = {"cancel", "change", "refund", "pay-again", "decide", "claim"}
_ALL = "/api/v1/back-office/bookings"
_ONE = _ALL + "/{reference}"
ROUTES: list[Route] = [
    get(
        _ALL,
        index,
        access="bookings.read",
        query=BookingFilter,
        answer=BookingPage,
        summary="Bookings by reference, name, mail, phone, plate, card, day, operator, state",
    ),
    get(
        "/api/v1/back-office/sales",
        sales,
        access="bookings.read",
        query=SalesFilter,
        answer=SalesReport,
        summary="What was sold on which day, by currency",
    ),
    get(
        _ONE,
        show,
        access="bookings.read",
        answer=BookingFile,
        summary="One booking with everything that happened to it",
    ),
    *(
        post(
            f"{_ONE}/{name}",
            _act(do, body),
            access=access,
            body=body,
            answer=BookingFile,
            summary=summary,
            recent=name in DANGEROUS,
        )
        for name, do, body, access, summary in _ACTS
    ),
]
