"""The form of an alert, its page, its acts, and the same for programs."""

from typing import Any, Final
from uuid import UUID

import msgspec
from aiohttp import web

from maritime_app.errors import NotFound
from maritime_app.formatting import number, port_text
from maritime_app.ports import service as ports
from maritime_app.resources import Resources
from maritime_app.subscriptions.model import SubscriptionStatus
from maritime_app.subscriptions.routes import Asking, EnteredForm, act_routes, asked, link_pages
from maritime_app.vessels.codes.ship_types import ShipGroup
from maritime_app.vessels.events.atom import AtomFeed
from maritime_app.vessels.events.geojson import features
from maritime_app.vessels.events.responses import atom_response, geojson_response
from maritime_app.vessels.ship_alerts import atom, mails, service
from maritime_app.vessels.ship_alerts.gateway import secret_text
from maritime_app.vessels.ship_alerts.model import USUAL_CLOSE_MILES, USUAL_CLOSE_MINUTES
from maritime_app.vessels.ship_alerts.requests import ShipAlertQuery, ShipAlertRequest, port_of
from maritime_app.vessels.ship_alerts.responses import (
    ShipAlertAsked,
    ShipAlertResponse,
)
from maritime_app.web import forms, render
from maritime_app.web.app_keys import resources
from maritime_app.web.forms.numbers import whole_number
from maritime_app.web.routing import GUEST, PUBLIC, Route, get, post

_ASKING: Final = Asking(
    ShipAlertRequest,
    service.checked,
    service.ask,
    {
        "email": "nobody@example.org",
        "lat": "0",
        "lng": "0",
        "polygon": "0,0 0,1 1,0",
        "enter": "true",
        "leave": "true",
        "dwell_minutes": "1",
        "mmsi": "1",
        "arrive": "true",
        "depart": "true",
        "gap": "true",
        "encounter": "true",
        "close": "true",
        "close_miles": "0.5",
        "close_minutes": "30",
    },
)
LINKS: Final = link_pages("/vessels/alerts", service.SHIP_ALERTS)
_FEEDS = "/api/v1/vessels/alerts"  # of programs, which keep no cookies
_PAGE_ROWS = 50
_MILES = ("0.1", "0.25", "0.5", "1", "2", "3")
_MINUTES = ("5", "10", "15", "30", "45", "60")
# What the form begins with: of a place who comes in, at a port who arrives, of a ship its calls.
_USUAL = {
    "days": "30",
    "close_miles": f"{USUAL_CLOSE_MILES:g}",
    "close_minutes": str(USUAL_CLOSE_MINUTES),
}
_OF_A_PLACE = {"enter": "true"}
_OF_A_PORT = {"arrive": "true"}
_OF_A_SHIP = {"arrive": "true", "depart": "true"}
_CONFIRM = "A mail to this address asks to confirm the alert; it carries the alert's own address."


async def show_form(request: web.Request) -> web.StreamResponse:
    """Show the form for a ship, a port or a place of the map."""
    query = forms.query(request, ShipAlertQuery)
    given = {name: value for name, value in msgspec.to_builtins(query).items() if value}
    entered = {
        name: f"{each:g}" if name == "radius_m" else str(each) for name, each in given.items()
    }
    usual = _OF_A_PORT if port_of(query) else _OF_A_PLACE
    if set(entered) <= {"mmsi", "radius_m"} and query.mmsi:
        usual = _OF_A_SHIP
    return await _form(request, EnteredForm(_USUAL | usual | entered))


async def ask(request: web.Request) -> web.StreamResponse:
    """Write the alert down; what is wrong comes back marked."""
    return await asked(request, _ASKING, _form, "/vessels/alerts/asked")


async def show_asked(request: web.Request) -> web.StreamResponse:
    """Say that a mail is on its way: only whoever reads it can switch the alert on."""
    return render.page(request, "vessels/ship_alert_asked.html", {"section": "ships"})


async def show(request: web.Request, alert_id: UUID) -> web.StreamResponse:
    """Show an alert, what happened, and what can be done with it."""
    res = resources(request)
    alert = await service.SHIP_ALERTS.opened(res, alert_id)
    secret = alert.webhook_secret if alert.status is not SubscriptionStatus.UNCONFIRMED else None
    context = {
        "section": "ships",
        "alert": alert,
        "kinds": mails.kinds_of(alert),
        "webhook_host": mails.host_of(alert),
        "secret": None if secret is None else secret_text(secret),
        "events": await service.events(res, alert, _PAGE_ROWS),
        "address": LINKS.address(alert_id),
        "feed_address": f"{_FEEDS}/{mails.feed_token(res.settings, alert_id)}",
    }
    return render.page(request, "vessels/ship_alert.html", context)


async def ask_by_json(request: web.Request) -> web.Response:
    """Write an alert down, for programs."""
    await service.ask(resources(request), await forms.json_body(request, ShipAlertRequest))
    answer = ShipAlertAsked(SubscriptionStatus.UNCONFIRMED, _CONFIRM)
    return render.json(request, answer, status=202)


async def get_alert(request: web.Request) -> web.Response:
    """Answer with an alert and its events."""
    token = request.match_info["alert"]
    return render.json(request, await service.described(resources(request), token))


async def get_features(request: web.Request) -> web.Response:
    """Answer with the events as GeoJSON."""
    alert = await service.described(resources(request), request.match_info["alert"])
    return geojson_response(features(alert.events))


async def get_feed(request: web.Request) -> web.Response:
    """Answer with the events as an Atom feed."""
    res, token = resources(request), request.match_info["alert"]
    alert, public_url = await service.described(res, token), res.settings.public_url
    newest = alert.events[0].at if alert.events else alert.expires_at
    address = f"{public_url}/api/v1/vessels/alerts/{token}.atom"
    entries = atom.entries(alert.events, public_url)
    return atom_response(AtomFeed(address, alert.name, newest, entries))


async def _form(request: web.Request, form: EnteredForm) -> web.StreamResponse:
    res = resources(request)
    context: dict[str, Any] = {
        "section": "ships",
        "entered": form.entered,
        "fields": form.fields,
        "message": form.message,
        "ship": await _ship_name(res, form.entered.get("mmsi", "")),
        "port": await _port_name(res, form.entered.get("port", "")),
        "close_miles": _choices(form.entered.get("close_miles", ""), _MILES),
        "close_minutes": _choices(form.entered.get("close_minutes", ""), _MINUTES),
        "groups": [group.code for group in ShipGroup if group < ShipGroup.AIRCRAFT],
    }
    return render.page(request, "vessels/ship_alert_form.html", context, status=form.status)


def _choices(entered: str, offered: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return what may be chosen, in the reader's writing, and what was entered beside it."""
    choices = [(each, number(float(each))) for each in offered]
    return choices if entered in ("", *offered) else [*choices, (entered, entered)]


async def _ship_name(res: Resources, mmsi: str) -> str:
    found = whole_number(mmsi)
    return await service.ship_name(res, found) if found else ""


async def _port_name(res: Resources, code: str) -> str:
    try:
        return port_text(await ports.port(res, code.upper())) if code else ""
    except NotFound:
        return ""


_HERE = _FEEDS + "/{alert}"
ROUTES: list[Route] = [
    get("/vessels/alerts/new", show_form, access=PUBLIC, query=ShipAlertQuery),
    post("/vessels/alerts", ask, access=PUBLIC, limit="book"),
    get("/vessels/alerts/asked", show_asked, access=PUBLIC),
    get("/vessels/alerts/{alert}", LINKS.page(show), access=GUEST, limit="look_up"),
    *act_routes(LINKS, service.SHIP_ALERTS.act),
    post(
        "/api/v1/vessels/alerts",
        ask_by_json,
        access=PUBLIC,
        summary="Ask for an alert of what ships do: areas, port calls, gaps, encounters, CPA",
        body=ShipAlertRequest,
        answer=ShipAlertAsked,
        status=202,
        limit="book",
    ),
    get(
        _HERE + ".geojson",
        get_features,
        access=GUEST,
        summary="The events of an alert as GeoJSON",
        limit="look_up",
    ),
    get(
        _HERE + ".atom",
        get_feed,
        access=GUEST,
        summary="The events of an alert as an Atom feed",
        limit="look_up",
    ),
    get(
        _HERE,
        get_alert,
        access=GUEST,
        summary="An alert and its events, by the address in its mails",
        answer=ShipAlertResponse,
        limit="look_up",
    ),
]
