"""The desk's pages: the list, one booking with its acts, sales."""

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from maritime_app.bookings.back_office import (
    acts,
    api,
    changing,
    csv_file,
    forms,
    money_acts,
    report,
    service,
    views,
)
from maritime_app.bookings.back_office.model import (
    BookingFilter,
    ClaimRequest,
    ContactRequest,
    DecideRequest,
    NoteRequest,
    ResendRequest,
    SalesFilter,
)
from maritime_app.bookings.buyer import Buyer
from maritime_app.bookings.sailings.api import acting
from maritime_app.errors import Conflict, Invalid
from maritime_app.ferries.planning import service as planning
from maritime_app.i18n import translate as _
from maritime_app.web.access import caller
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields, query
from maritime_app.web.render import page, see_other
from maritime_app.web.responses.csv_answer import csv_answer
from maritime_app.web.routing import Handler, Route, get, post

_Do = Callable[[web.Request, str, Mapping[str, str]], Awaitable[None]]


async def index(request: web.Request) -> web.StreamResponse:
    """Show what was looked for, or the newest bookings; a single one at once."""
    res, wanted = resources(request), query(request, BookingFilter)
    found = await service.find(res, acting(request), wanted)
    if wanted.q and len(found.bookings) == 1:
        return see_other(f"/admin/bookings/{found.bookings[0].reference}")
    view = views.list_view(caller(request), wanted, found, await _operators(request))
    return page(request, "bookings/back_office/list.html", view)


async def index_csv(request: web.Request) -> web.StreamResponse:
    """Answer the same list as a file."""
    wanted = query(request, BookingFilter)
    lines = await service.every(resources(request), acting(request), wanted)
    return csv_answer("bookings.csv", csv_file.BOOKING_COLUMNS, csv_file.booking_rows(lines))


async def show(request: web.Request) -> web.StreamResponse:
    """Show one booking with everything that happened to it."""
    return await _file_page(request, message=_done(request.rel_url.query.get("done", "")))


async def customer_view(request: web.Request) -> web.StreamResponse:
    """Go on to the customer's page, for a short while."""
    res, reference = resources(request), request.match_info["reference"]
    booking = await service.booking_for(res, acting(request), reference)
    return see_other(service.customer_view(res, booking))


async def show_sales(request: web.Request) -> web.StreamResponse:
    """Show what was sold on which day."""
    filters = query(request, SalesFilter)
    found = await report.sales(resources(request), acting(request), filters)
    view = views.sales_view(caller(request), filters, found, await _operators(request))
    return page(request, "bookings/back_office/sales.html", view)


async def sales_csv(request: web.Request) -> web.StreamResponse:
    """Answer the same report as a file."""
    found = await report.sales(resources(request), acting(request), query(request, SalesFilter))
    return csv_answer("sales.csv", csv_file.SALES_COLUMNS, csv_file.sales_rows(found.days))


def _act(name: str, do: _Do) -> Handler:
    """Return the handler of one act: what is wrong comes back marked."""

    async def handle(request: web.Request) -> web.StreamResponse:
        fields = dict(await form_fields(request))
        reference = request.match_info["reference"]
        try:
            await do(request, reference, fields)
        except Invalid as refusal:
            return await _file_page(
                request, entered=fields, errors=refusal.fields, refused=refusal.message, status=422
            )
        except Conflict as refusal:
            return await _file_page(request, entered=fields, refused=refusal.message, status=409)
        return see_other(f"/admin/bookings/{reference}?done={name}")

    return handle


async def _note(request: web.Request, reference: str, fields: Mapping[str, str]) -> None:
    asked = forms.request(fields, NoteRequest)
    await acts.add_note(resources(request), acting(request), reference, asked)


async def _contact(request: web.Request, reference: str, fields: Mapping[str, str]) -> None:
    asked = forms.request(fields, ContactRequest)
    await acts.set_contact(resources(request), acting(request), reference, asked)


async def _buyer(request: web.Request, reference: str, fields: Mapping[str, str]) -> None:
    asked = forms.request(fields, Buyer)
    await acts.set_buyer(resources(request), acting(request), reference, asked)


async def _resend(request: web.Request, reference: str, fields: Mapping[str, str]) -> None:
    asked = forms.request(fields, ResendRequest)
    await acts.resend(resources(request), acting(request), reference, asked)


async def _cancel(request: web.Request, reference: str, fields: Mapping[str, str]) -> None:
    asked = forms.cancellation(fields, await _currency(request, reference))
    may_waive = "bookings.refund" in caller(request).permissions
    await acts.cancel(resources(request), acting(request), reference, asked, may_waive=may_waive)


async def _give_back(request: web.Request, reference: str, fields: Mapping[str, str]) -> None:
    asked = forms.goodwill(fields, await _currency(request, reference))
    await money_acts.give_back(resources(request), acting(request), reference, asked)


async def _pay_again(request: web.Request, reference: str, fields: Mapping[str, str]) -> None:
    asked = forms.payment(fields, await _currency(request, reference))
    await money_acts.pay_again(resources(request), acting(request), reference, asked)


async def _decide(request: web.Request, reference: str, fields: Mapping[str, str]) -> None:
    asked = forms.request(fields, DecideRequest)
    name = caller(request).name
    await money_acts.decide(resources(request), acting(request), reference, asked, name)


async def _claim(request: web.Request, reference: str, fields: Mapping[str, str]) -> None:
    asked = forms.request(fields, ClaimRequest)
    await money_acts.decide_claim(resources(request), acting(request), reference, asked)


async def _repeat(request: web.Request, reference: str, fields: Mapping[str, str]) -> None:
    await api.repeat_task(request, reference, forms.request(fields, api.TaskRequest))


def _done(act: str) -> str:
    return {
        "note": _("The note is kept."),
        "contact": _("Mails go to the new address from now on."),
        "buyer": _("It is invoiced to this buyer. What was invoiced before is credited."),
        "resend": _("It is being written once more."),
        "change": _("The change is written down; the customer gets a mail about it."),
        "cancel": _("The booking is cancelled. The customer is being written to."),
        "refund": _("The money is on its way back."),
        "pay-again": _("It is being paid again."),
        "decide": _("Your decision is written down."),
        "claim": _("Your decision is written down."),
        "task": _("The task runs again."),
    }.get(act, "")


async def _currency(request: web.Request, reference: str) -> str:
    booking = await service.booking_for(resources(request), acting(request), reference)
    return booking.currency


async def _operators(request: web.Request) -> list[tuple[str, str]]:
    choices = await planning.choices(resources(request), acting(request))
    named = {(route.operator_name, route.operator_code) for route in choices.routes}
    return [(code, name) for name, code in sorted(named)]


async def _file_page(
    request: web.Request,
    *,
    entered: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    refused: str = "",
    message: str = "",
    status: int = 200,
) -> web.StreamResponse:
    reference = request.match_info["reference"]
    file = await service.open_file(resources(request), acting(request), reference)
    view = views.file_view(
        caller(request),
        file,
        entered=entered or {},
        errors=errors or {},
        refused=refused,
        message=message,
    )
    return page(request, "bookings/back_office/booking.html", view, status=status)


_ACTS: list[tuple[str, _Do, str]] = [
    ("note", _note, "bookings.act"),
    ("contact", _contact, "bookings.act"),
    ("buyer", _buyer, "bookings.act"),
    ("resend", _resend, "bookings.act"),
    ("cancel", _cancel, "bookings.act"),
    ("task", _repeat, "bookings.act"),
    ("refund", _give_back, "bookings.refund"),
    ("pay-again", _pay_again, "bookings.refund"),
    ("decide", _decide, "bookings.refund"),
    ("claim", _claim, "bookings.refund"),
]
_ONE = "/admin/bookings/{reference}"
ROUTES: list[Route] = [
    *api.ROUTES,
    *changing.ROUTES,
    get("/admin/bookings", index, access="bookings.read"),
    get("/admin/bookings.csv", index_csv, access="bookings.read"),
    get("/admin/bookings/sales", show_sales, access="bookings.read"),
    get("/admin/bookings/sales.csv", sales_csv, access="bookings.read"),
    get(_ONE, show, access="bookings.read"),
    get(f"{_ONE}/customer-view", customer_view, access="bookings.read"),
    *(
        post(f"{_ONE}/{name}", _act(name, do), access=access, recent=name in api.DANGEROUS)
        for name, do, access in _ACTS
    ),
]
