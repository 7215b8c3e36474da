"""Sailings for programs of the staff: list, look, close, open, retime, cancel, plan."""

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import (
    ActingStaff,
    ActRequest,
    CancelRequest,
    ManagedSailing,
    PassageRequest,
    SailingFilter,
    SailingPage,
    SalesClose,
    SalesCloseRequest,
    TimesRequest,
)
from maritime_app.ferries.planning import service as planning
from maritime_app.ferries.planning.model import PatternRequest, PlanResponse
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import id_in_path, json_body, query
from maritime_app.web.render import json
from maritime_app.web.routing import Handler, Route, get, post


class SalesCloses(msgspec.Struct, frozen=True):
    """The close of sales of operators and routes; `default_minutes` holds where all are null."""

    default_minutes: int
    closes: tuple[SalesClose, ...]


def acting(request: web.Request) -> ActingStaff:
    """Return who acts, and for which operator."""
    who = caller(request)
    return ActingStaff(who.staff_id, who.operator_id)


async def index(request: web.Request) -> web.StreamResponse:
    """Answer the sailings of a day with their occupancy."""
    wanted = query(request, SailingFilter)
    found = await operations.sailings(resources(request), acting(request), wanted)
    return json(request, found)


async def show(request: web.Request) -> web.StreamResponse:
    """Answer one sailing."""
    sailing_id = id_in_path(request, "sailing_id")
    return json(request, await operations.sailing(resources(request), acting(request), sailing_id))


async def plan(request: web.Request) -> web.StreamResponse:
    """Answer what a pattern means; nothing is written."""
    asked = await json_body(request, PatternRequest)
    looked = await planning.preview(resources(request), acting(request), asked)
    return json(request, PlanResponse(looked, looked.new))


async def write_plan(request: web.Request) -> web.StreamResponse:
    """Write the sailings of a pattern that are new."""
    asked = await json_body(request, PatternRequest)
    looked, written = await planning.write(resources(request), acting(request), asked)
    return json(request, PlanResponse(looked, looked.new, written))


async def sales_closes(request: web.Request) -> web.StreamResponse:
    """Answer how long before departure sales close."""
    res = resources(request)
    closes = await operations.sales_closes(res, acting(request))
    return json(request, SalesCloses(res.settings.sailings.sales_close_minutes, tuple(closes)))


async def set_sales_close(request: web.Request) -> web.StreamResponse:
    """Change how long before departure sales close."""
    asked = await json_body(request, SalesCloseRequest)
    await operations.set_sales_close(resources(request), acting(request), asked)
    return await sales_closes(request)


def _act(verb: Callable[..., Awaitable[ManagedSailing]], body: type[Any]) -> Handler:
    """Return the handler of one act on the sailing of the address."""

    async def handle(request: web.Request) -> web.StreamResponse:
        asked = await json_body(request, body)
        sailing_id = id_in_path(request, "sailing_id")
        return json(request, await verb(resources(request), acting(request), sailing_id, asked))

    return handle


_ACTS: list[tuple[str, Callable[..., Awaitable[ManagedSailing]], type[Any], str]] = [
    ("close", operations.close_sales, ActRequest, "End the sale of a sailing"),
    ("open", operations.open_sales, ActRequest, "Sell a sailing again"),
    ("times", operations.retime, TimesRequest, "Say when a sailing is expected to leave"),
    ("passage", operations.record_passage, PassageRequest, "Say when a sailing left or arrived"),
    ("cancel", operations.cancel, CancelRequest, "Cancel a sailing; passengers are offered others"),
]
_ONE = "/api/v1/sailings/{sailing_id}"
ROUTES: list[Route] = [
    get(
        "/api/v1/sailings",
        index,
        access="sailings.read",
        query=SailingFilter,
        answer=SailingPage,
        summary="The sailings of a day, with what of them is sold",
    ),
    get(
        "/api/v1/sailings/sales-close",
        sales_closes,
        access="sailings.read",
        answer=SalesCloses,
        summary="How long before departure sales close",
    ),
    post(
        "/api/v1/sailings/sales-close",
        set_sales_close,
        access="sailings.act",
        body=SalesCloseRequest,
        answer=SalesCloses,
        summary="Change how long before departure sales of an operator or a route close",
    ),
    post(
        "/api/v1/sailings/plan",
        plan,
        access="sailings.act",
        body=PatternRequest,
        answer=PlanResponse,
        summary="What a pattern of sailings means; nothing is written",
    ),
    post(
        "/api/v1/sailings",
        write_plan,
        access="sailings.act",
        body=PatternRequest,
        answer=PlanResponse,
        summary="Write the sailings of a pattern that are new (repeating it writes nothing)",
    ),
    get(
        _ONE,
        show,
        access="sailings.read",
        answer=ManagedSailing,
        summary="One sailing, with what of it is sold",
    ),
    *(
        post(
            f"{_ONE}/{name}",
            _act(verb, body),
            access="sailings.act",
            body=body,
            answer=ManagedSailing,
            summary=summary,
        )
        for name, verb, body, summary in _ACTS
    ),
]
