"""The form of an alert, its page, its change, and its acts."""

from datetime import date
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from aiohttp import web

from maritime_app import clock
from maritime_app.bookings.fare_alerts import api, service
from maritime_app.bookings.fare_alerts.model import AlertChange, AlertQuery, AlertRequest
from maritime_app.errors import Invalid
from maritime_app.ferries import parties
from maritime_app.ferries.model import Party, local_day
from maritime_app.ferries.places import service as places
from maritime_app.ferries.search.results.party_words import party_words
from maritime_app.i18n import translate as _
from maritime_app.resources import Resources
from maritime_app.subscriptions.routes import Asking, EnteredForm, act_routes, asked, link_pages
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import query
from maritime_app.web.forms.validation import convert
from maritime_app.web.render import page, see_other
from maritime_app.web.routing import GUEST, PUBLIC, SIGNED, Route, get, post

_ASKING: Final = Asking(
    AlertRequest,
    service.checked,
    service.ask,
    {"email": "nobody@example.org", "kind": "places"},
)
LINKS: Final = link_pages("/alerts", service.FARE_ALERTS)
_WANTED: Final = [field.encode_name for field in msgspec.structs.fields(AlertQuery)]


async def show_form(request: web.Request) -> web.StreamResponse:
    """Show the form for a route, day and party, with the price now."""
    query(request, AlertQuery)
    return await _form(request, EnteredForm(dict(request.rel_url.query)))


async def ask(request: web.Request) -> web.StreamResponse:
    """Write the alert down; what is wrong comes back marked."""
    return await asked(request, _ASKING, _form, "/alerts/asked")


async def show_asked(request: web.Request) -> web.StreamResponse:
    """Say that a mail is on its way: only whoever reads it can switch the alert on."""
    return page(request, "bookings/fare_alert_asked.html", {})


async def show(request: web.Request, alert_id: UUID) -> web.StreamResponse:
    """Show an alert and what can be done with it."""
    found = await service.FARE_ALERTS.opened(resources(request), alert_id)
    context = {
        "alert": found,
        "party": party_words(found.people),
        "address": LINKS.address(alert_id),
        "list_sent": request.rel_url.query.get("list") == "sent",
        "search": _search(found.origin.code, found.destination.code, found.day, found.people),
    }
    return page(request, "bookings/fare_alert.html", context)


async def mail_list(request: web.Request, alert_id: UUID) -> web.StreamResponse:
    """Send the list of the alerts of an address to it, and lead to the page that says so."""
    await service.mail_list(resources(request), alert_id)
    return see_other(f"{LINKS.address(alert_id)}?list=sent")


async def show_change(request: web.Request, alert_id: UUID) -> web.StreamResponse:
    """Show what of an alert can be changed, as it is now."""
    found = await service.FARE_ALERTS.opened(resources(request), alert_id)
    now = {
        "threshold": found.threshold.decimal() if found.threshold else "",
        "hours": str(found.cool_down_hours),
        "until": str(found.ends_on or ""),
    }
    return await _change_form(request, alert_id, EnteredForm(now))


async def change(request: web.Request, alert_id: UUID) -> web.StreamResponse:
    """Change an alert; what is wrong comes back marked."""

    async def check(res: Resources, wanted: AlertChange) -> None:
        await service.checked_change(res, alert_id, wanted)

    async def act(res: Resources, wanted: AlertChange) -> None:
        await service.change(res, alert_id, wanted)

    async def again(request: web.Request, form: EnteredForm) -> web.StreamResponse:
        return await _change_form(request, alert_id, form)

    asking = Asking(AlertChange, check, act, {}, {"threshold": "", "until": None})
    return await asked(request, asking, again, LINKS.address(alert_id))


async def _change_form(
    request: web.Request, alert_id: UUID, form: EnteredForm
) -> web.StreamResponse:
    found = await service.FARE_ALERTS.opened(resources(request), alert_id)
    context = {
        "alert": found,
        "party": party_words(found.people),
        "address": LINKS.address(alert_id),
        "today": local_day(clock.now(), found.origin.timezone),
        "entered": form.entered,
        "fields": form.fields,
        "message": form.message,
    }
    return page(request, "bookings/fare_alert_change.html", context, status=form.status)


async def _form(request: web.Request, form: EnteredForm) -> web.StreamResponse:
    res = resources(request)
    named = {name: form.entered[name] for name in _WANTED if form.entered.get(name)}
    wanted = convert(named, AlertQuery, strict=False)
    party = parties.party_of(wanted)
    async with res.reads.acquire() as conn:
        origin = await places.by_code(conn, wanted.origin)
        destination = await places.by_code(conn, wanted.destination)
    if origin is None or destination is None:
        words = _("We do not know that place.")
        raise Invalid(words, {"from": words})
    trip = (origin.code, destination.code, wanted.date, party)
    fare = await service.fare_of(res, *trip)
    context = {
        "origin": origin,
        "destination": destination,
        "day": wanted.date,
        "party": party_words(party),
        "party_fields": parties.fields_of(party),
        "search": _search(*trip),
        "today": clock.now().date(),
        "fare": fare,
        "currency": await service.currency_of(res, trip, fare),
        "entered": form.entered,
        "fields": form.fields,
        "message": form.message,
    }
    return page(request, "bookings/fare_alert_form.html", context, status=form.status)


def _search(origin: str, destination: str, day: date, party: Party) -> str:
    """Return where that day's sailings are shown for the party."""
    ends = {"from": origin, "to": destination, "date": day}
    return "/ferries?" + urlencode(ends | parties.fields_of(party))


ROUTES: list[Route] = [
    *api.ROUTES,
    get("/alerts/new", show_form, access=PUBLIC, limit="look_up"),
    post("/alerts", ask, access=PUBLIC, limit="book"),
    get("/alerts/asked", show_asked, access=PUBLIC),
    get("/alerts/{alert}", LINKS.page(show), access=GUEST, limit="look_up"),
    get("/alerts/{alert}/change", LINKS.page(show_change), access=GUEST, limit="look_up"),
    post("/alerts/{alert}/change", LINKS.page(change), access=SIGNED, limit="book"),
    post("/alerts/{alert}/all", LINKS.page(mail_list), access=SIGNED, limit="book"),
    *act_routes(LINKS, service.FARE_ALERTS.act),
]
