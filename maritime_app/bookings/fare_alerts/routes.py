"""The form of an alert, its page, and its acts."""

from typing import Final
from uuid import UUID

import msgspec
from aiohttp import web

from maritime_app import clock
from maritime_app.bookings.fare_alerts import service
from maritime_app.bookings.fare_alerts.model import AlertQuery, AlertRequest
from maritime_app.errors import Invalid
from maritime_app.ferries.places import service as places
from maritime_app.i18n import translate as _
from maritime_app.subscriptions.routes import Asking, EnteredForm, act_routes, asked, link_pages
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import query
from maritime_app.web.forms.validation import convert
from maritime_app.web.render import page
from maritime_app.web.routing import GUEST, PUBLIC, Route, get, post

_ASKING: Final = Asking(
    AlertRequest,
    service.checked,
    service.ask,
    {"email": "nobody@example.org", "kind": "places"},
)
LINKS: Final = link_pages("/alerts", service.FARE_ALERTS)


async def show_form(request: web.Request) -> web.StreamResponse:
    """Show the form for a route and day, with the price now."""
    wanted = query(request, AlertQuery)
    return await _form(request, EnteredForm(msgspec.to_builtins(wanted)))


async def ask(request: web.Request) -> web.StreamResponse:
    """Write the alert down; what is wrong comes back marked."""
    return await asked(request, _ASKING, _form, "/alerts/asked")


async def show_asked(request: web.Request) -> web.StreamResponse:
    """Say that a mail is on its way: only whoever reads it can switch the alert on."""
    return page(request, "bookings/fare_alert_asked.html", {})


async def show(request: web.Request, alert_id: UUID) -> web.StreamResponse:
    """Show an alert and what can be done with it."""
    found = await service.FARE_ALERTS.opened(resources(request), alert_id)
    context = {"alert": found, "address": LINKS.address(alert_id)}
    return page(request, "bookings/fare_alert.html", context)


async def _form(request: web.Request, form: EnteredForm) -> web.StreamResponse:
    res = resources(request)
    named = {name: form.entered.get(name, "") for name in ("from", "to", "date")}
    way = convert(named, AlertQuery, strict=False)
    async with res.reads.acquire() as conn:
        origin = await places.by_code(conn, way.origin)
        destination = await places.by_code(conn, way.destination)
    if origin is None or destination is None:
        words = _("We do not know that place.")
        raise Invalid(words, {"from": words})
    context = {
        "origin": origin,
        "destination": destination,
        "day": way.date,
        "today": clock.now().date(),
        "fare": await service.fare_of(res, way.origin, way.destination, way.date),
        "entered": form.entered,
        "fields": form.fields,
        "message": form.message,
    }
    return page(request, "bookings/fare_alert_form.html", context, status=form.status)


ROUTES: list[Route] = [
    get("/alerts/new", show_form, access=PUBLIC, limit="look_up"),
    post("/alerts", ask, access=PUBLIC, limit="book"),
    get("/alerts/asked", show_asked, access=PUBLIC),
    get("/alerts/{alert}", LINKS.page(show), access=GUEST, limit="look_up"),
    *act_routes(LINKS, service.FARE_ALERTS.act),
]
