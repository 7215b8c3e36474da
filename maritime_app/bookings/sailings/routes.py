"""The staff's pages of sailings: the day's list, one sailing with its acts, planning, sales."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from maritime_app import clock
from maritime_app.bookings.sailings import api, forms, views
from maritime_app.bookings.sailings.api import acting
from maritime_app.bookings.sailings.extra_kinds import routes as extra_kinds
from maritime_app.bookings.sailings.price_lists import routes as price_lists
from maritime_app.bookings.sailings.promotions import routes as promotions
from maritime_app.errors import Conflict, Invalid
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import (
    ActRequest,
    CancelRequest,
    ManagedSailing,
    SailingFilter,
)
from maritime_app.ferries.planning import service as planning
from maritime_app.formatting import port_text
from maritime_app.i18n import translate as _
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields, id_in_path, query
from maritime_app.web.render import page, see_other
from maritime_app.web.routing import Handler, Route, get, post

_Act = Callable[..., Awaitable[ManagedSailing]]
_Read = Callable[[Mapping[str, str], ManagedSailing], Any]


async def index(request: web.Request) -> web.StreamResponse:
    """Show the sailings of a day."""
    res, wanted = resources(request), query(request, SailingFilter)
    who = acting(request)
    found = await operations.sailings(res, who, wanted)
    known = (await planning.choices(res, who)).routes
    operators = sorted({(route.operator_name, route.operator_code) for route in known})
    ports = sorted({(port_text(route.origin), route.origin.code) for route in known})
    now = clock.now()
    view = views.list_view(
        caller(request),
        wanted.day or now.date(),
        wanted,
        found,
        [(code, name) for name, code in operators],
        [(code, name) for name, code in ports],
        now,
    )
    return page(request, "bookings/sailings/list.html", view)


async def show(request: web.Request) -> web.StreamResponse:
    """Show one sailing, and what may be done with it."""
    done = {
        "close": _("Sales are closed."),
        "open": _("It is sold again."),
        "times": _("The times are changed. Everybody aboard is being told."),
        "passage": _("Written down."),
        "ship": _("Another ship sails. Everybody aboard is being written to."),
        "cancel": _("The sailing is cancelled. Everybody aboard is being written to."),
    }
    message = done.get(request.rel_url.query.get("done", ""), "")
    return await _sailing_page(request, message=message)


def _act(name: str, verb: _Act, read: _Read) -> Handler:
    """Return the handler of one act: what is wrong comes back marked."""

    async def handle(request: web.Request) -> web.StreamResponse:
        fields = dict(await form_fields(request))
        res, who = resources(request), acting(request)
        sailing_id = id_in_path(request, "sailing_id")
        try:
            sailing = await operations.sailing(res, who, sailing_id)
            await verb(res, who, sailing_id, read(fields, sailing))
        except Invalid as refusal:
            return await _sailing_page(
                request,
                entered=fields,
                errors=refusal.fields,
                refused=refusal.message,
                acted=name,
                status=422,
            )
        except Conflict as refusal:
            return await _sailing_page(request, refused=refusal.message, status=409)
        return see_other(f"/admin/sailings/{sailing_id}?done={name}")

    return handle


async def show_plan(request: web.Request) -> web.StreamResponse:
    """Show the form of a pattern."""
    entered = dict(request.rel_url.query)
    return await _plan_page(request, entered, None, None, {})


async def plan(request: web.Request) -> web.StreamResponse:
    """Show what the pattern means, or write it: the button decides."""
    fields = dict(await form_fields(request))
    res, who = resources(request), acting(request)
    written = None
    try:
        asked = forms.pattern(fields)
        if fields.get("act") == "write":
            looked, written = await planning.write(res, who, asked)
        else:
            looked = await planning.preview(res, who, asked)
    except Invalid as refusal:
        return await _plan_page(request, fields, None, None, refusal.fields, status=422)
    return await _plan_page(request, fields, looked, written, {})


async def show_sales(request: web.Request) -> web.StreamResponse:
    """Show how long before departure sales close."""
    saved = request.rel_url.query.get("done") == "saved"
    return await _sales_page(request, {}, _("Saved. It holds at once.") if saved else "")


async def set_sales(request: web.Request) -> web.StreamResponse:
    """Change how long before departure sales of an operator or a route close."""
    fields = await form_fields(request)
    try:
        asked = forms.sales_close(fields)
    except Invalid as refusal:
        return await _sales_page(request, refusal.fields, "", status=422)
    await operations.set_sales_close(resources(request), acting(request), asked)
    return see_other("/admin/sailings/sales?done=saved")


async def _sailing_page(
    request: web.Request,
    *,
    entered: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    refused: str = "",
    acted: str = "",
    message: str = "",
    status: int = 200,
) -> web.StreamResponse:
    res, who = resources(request), acting(request)
    sailing = await operations.sailing(res, who, id_in_path(request, "sailing_id"))
    view = views.sailing_view(
        caller(request),
        sailing,
        clock.now(),
        entered=entered or {},
        errors=errors or {},
        refused=refused,
        acted=acted,
        message=message,
    )
    return page(request, "bookings/sailings/sailing.html", view, status=status)


async def _plan_page(
    request: web.Request,
    entered: Mapping[str, str],
    looked: Any,
    written: int | None,
    errors: Mapping[str, str],
    status: int = 200,
) -> web.StreamResponse:
    choices = await planning.choices(resources(request), acting(request))
    view = views.PlanView(caller(request), choices, entered, looked, written, errors)
    return page(request, "bookings/sailings/plan.html", view, status=status)


async def _sales_page(
    request: web.Request, errors: Mapping[str, str], message: str, status: int = 200
) -> web.StreamResponse:
    res = resources(request)
    view = views.SalesCloseView(
        caller(request),
        await operations.sales_closes(res, acting(request)),
        res.settings.sailings.sales_close_minutes,
        errors,
        message,
    )
    return page(request, "bookings/sailings/sales.html", view, status=status)


_ACTS: list[tuple[str, _Act, _Read]] = [
    ("close", operations.close_sales, lambda fields, _: forms.request(fields, ActRequest)),
    ("open", operations.open_sales, lambda fields, _: forms.request(fields, ActRequest)),
    ("times", operations.retime, forms.times),
    ("passage", operations.record_passage, forms.passage),
    ("cancel", operations.cancel, lambda fields, _: forms.request(fields, CancelRequest)),
]
_ONE = "/admin/sailings/{sailing_id}"
ROUTES: list[Route] = [
    *api.ROUTES,
    *extra_kinds.ROUTES,
    *promotions.ROUTES,
    *price_lists.ROUTES,
    get("/admin/sailings", index, access="sailings.read"),
    get("/admin/sailings/plan", show_plan, access="sailings.act"),
    post("/admin/sailings/plan", plan, access="sailings.act"),
    get("/admin/sailings/sales", show_sales, access="sailings.act"),
    post("/admin/sailings/sales", set_sales, access="sailings.act"),
    get(_ONE, show, access="sailings.read"),
    *(
        # A cancelled sailing gives everybody's money back.
        post(
            f"{_ONE}/{name}",
            _act(name, verb, read),
            access="sailings.act",
            recent=name == "cancel",
        )
        for name, verb, read in _ACTS
    ),
]
