"""The form of an alert, its page, and its acts."""

from collections.abc import Mapping

import msgspec
from aiohttp import web

from maritime_app.bookings.access.guests import see_other
from maritime_app.bookings.fare_alerts import service
from maritime_app.bookings.fare_alerts.model import AlertQuery, AlertRequest
from maritime_app.bookings.fare_alerts.states import AlertEvent
from maritime_app.errors import Conflict, Invalid
from maritime_app.ferries.places import service as places
from maritime_app.i18n import translate as _
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields, query
from maritime_app.web.forms.validation import convert
from maritime_app.web.render import page
from maritime_app.web.routing import GUEST, PUBLIC, SIGNED, Handler, Route, get, post


async def show_form(request: web.Request) -> web.StreamResponse:
    """Show the form for a route and day, with the price now."""
    wanted = query(request, AlertQuery)
    return await _form(request, msgspec.to_builtins(wanted), {}, "", 200)


async def ask(request: web.Request) -> web.StreamResponse:
    """Write the alert down; what is wrong comes back marked."""
    fields = dict(await form_fields(request))
    try:
        given = {name: text for name, text in fields.items() if text}
        asked = convert(given, AlertRequest, strict=False)
        await service.ask(resources(request), asked)
    except (Invalid, Conflict) as refusal:
        wrong = refusal.fields if isinstance(refusal, Invalid) else {}
        status = 422 if isinstance(refusal, Invalid) else 409
        return await _form(request, fields, wrong, refusal.message, status)
    return see_other("/alerts/asked")


async def show_asked(request: web.Request) -> web.StreamResponse:
    """Say that a mail is on its way: only whoever reads it can switch the alert on."""
    return page(request, "bookings/fare_alert_asked.html", {})


async def show(request: web.Request) -> web.StreamResponse:
    """Show an alert and what can be done with it."""
    token = request.match_info["alert"]
    found = await service.opened(resources(request), token)
    return page(
        request, "bookings/fare_alert.html", {"alert": found, "address": f"/alerts/{token}"}
    )


def _act(event: AlertEvent) -> Handler:
    """Return the handler of one act, by the page or by one click of a mail program (RFC 8058).

    No token of a form: the address is the right to do this and nothing else.
    """

    async def handle(request: web.Request) -> web.StreamResponse:
        token = request.match_info["alert"]
        await service.act(resources(request), token, event)
        return see_other(f"/alerts/{token}")

    return handle


async def _form(
    request: web.Request,
    entered: Mapping[str, str],
    fields: Mapping[str, str],
    message: str,
    status: int,
) -> web.StreamResponse:
    res = resources(request)
    way = convert(
        {name: entered.get(name, "") for name in ("from", "to", "date")}, AlertQuery, strict=False
    )
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
        "fare": await service.fare_of(res, way.origin, way.destination, way.date),
        "entered": entered,
        "fields": fields,
        "message": message,
    }
    return page(request, "bookings/fare_alert_form.html", context, status=status)


ROUTES: list[Route] = [
    get("/alerts/new", show_form, access=PUBLIC, limit="look_up"),
    post("/alerts", ask, access=PUBLIC, limit="book"),
    get("/alerts/asked", show_asked, access=PUBLIC),
    get("/alerts/{alert}", show, access=GUEST, limit="look_up"),
    *(
        post(f"/alerts/{{alert}}/{event}", _act(event), access=SIGNED, limit="look_up")
        for event in (AlertEvent.CONFIRM, AlertEvent.PAUSE, AlertEvent.RESUME, AlertEvent.END)
    ),
]
