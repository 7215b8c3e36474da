"""The booking form while it is filled in: opened, kept, its buttons, its price at every step."""

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from maritime_app import i18n
from maritime_app.bookings.access.guests import see_other
from maritime_app.bookings.checkout import (
    drafts,
    form,
    form_pages,
    party,
    twins,
    views,
)
from maritime_app.bookings.checkout.form import ChosenSailings
from maritime_app.bookings.checkout.form_pages import Showing
from maritime_app.bookings.checkout.promo_codes import priced
from maritime_app.errors import Invalid
from maritime_app.ferries.parties import party_of
from maritime_app.i18n import translate as _
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import csrf, form_fields, nest, query
from maritime_app.web.render import page
from maritime_app.web.routing import PUBLIC, Route, get, post

# Where the page goes on after a button, so that nobody has to search for what it did.
_PLACES = {"passengers": "h-people", "vehicles": "h-vehicles", "cabins": "h-legs"}


async def show_form(request: web.Request) -> web.StreamResponse:
    """Show the form for the sailings that were chosen in the search: as this browser left it, with
    what was wrong when it was sent, or empty.
    """
    res, chosen = resources(request), query(request, ChosenSailings)
    asked, most = party_of(chosen), res.settings.bookings.max_passengers
    entered = form.empty(chosen, asked, i18n.current(), most)
    entered["chosen"] = chosen.query()
    visitor = csrf.visitor(request)
    draft = await drafts.load(res, visitor, chosen.query())
    if draft is None:
        price = await priced(request, entered)
        if price.refusal is not None:
            raise price.refusal
        if asked.berths:
            available = await form_pages.places_left(res, price)
            entered = party.lodged(entered, views.cheapest_cabins(price, available))
        if asked.living_in in views.resident_areas(price):
            entered = party.at_home(entered, asked.living_in, asked.living_there)
        if asked.berths or asked.living_in:
            price = await priced(request, entered)
        return await form_pages.form_page(request, Showing(entered, price))
    entered |= draft.entered
    entered["contact"] = {**entered.get("contact", {}), "language": i18n.current()}
    fields = _wrong(entered, res.settings.web.languages) if draft.was_sent else {}
    message = _("Please look at the marked fields.") if fields else ""
    sailings = [str(leg.get("sailing_id", "")) for leg in form.rows(entered, "legs")]
    twin = await twins.held_already(res, visitor, sailings)
    if twin is not None:
        fields, message = {}, _("You hold places on this sailing already.")
    price = await priced(request, entered)
    return await form_pages.form_page(request, Showing(entered, price, fields, message, 200, twin))


async def change(request: web.Request) -> web.StreamResponse:
    """Keep the form as it stands after one of its buttons, and show it again.

    A script asks with `part`: "draft" to have it kept, "price" for what changes with every step.
    """
    sent = form.understood(nest((await form_fields(request)).items()))
    act = str(sent.get("act", ""))
    entered = party.acted(sent, act)
    kept = await form_pages.keep(request, entered)
    if sent.get("part") == "draft":
        return web.Response(status=204)
    if sent.get("part") == "price":
        return await _parts(request, entered)
    chosen = form_pages.chosen_in(entered)
    if chosen is not None and act == "clear":
        await drafts.erase(resources(request), csrf.visitor(request), chosen.query())
    if chosen is None or not kept:
        return await form_pages.form_page(request, Showing(entered, await priced(request, entered)))
    return see_other(f"/bookings/new?{chosen.query()}{_language(act)}#{_place(act)}")


async def _parts(request: web.Request, entered: Mapping[str, Any]) -> web.Response:
    res = resources(request)
    price = await priced(request, entered)
    available = await form_pages.places_left(res, price)
    context = views.price_parts(price, available, entered)
    response = page(request, "bookings/form_parts.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _wrong(entered: Mapping[str, Any], languages: Sequence[str]) -> Mapping[str, str]:
    """Return what is wrong with a form that was sent, in the language of now; whether its
    conditions were accepted is not kept.
    """
    try:
        form.booking_request({**entered, "terms": "yes"}, languages)
    except Invalid as refusal:
        return refusal.fields
    return {}


def _language(act: str) -> str:
    name, _colon, code = act.partition(":")
    known = name == "language" and code.isascii() and code.isalpha()
    return f"&lang={code}" if known else ""


def _place(act: str) -> str:
    name, _colon, rest = act.partition(":")
    if name == "add":
        return "h-people" if rest in ("adult", "child", "infant") else "h-vehicles"
    return _PLACES.get(rest.partition(":")[0] if name == "remove" else name, "main")


ROUTES: list[Route] = [
    get("/bookings/new", show_form, access=PUBLIC, limit="book"),
    post("/bookings/draft", change, access=PUBLIC, limit="draft"),
]
