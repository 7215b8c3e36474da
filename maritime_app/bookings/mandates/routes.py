"""The form of a mandate, its page, and its acts."""

from typing import Final
from uuid import UUID

from aiohttp import web

from maritime_app import clock
from maritime_app.bookings.access.guests import see_other
from maritime_app.bookings.mandates import api, granting, mails, rules, store
from maritime_app.bookings.mandates.model import MandateRequest
from maritime_app.ferries.places import service as places
from maritime_app.names.port_names import port_name
from maritime_app.subscriptions.routes import Asking, EnteredForm, asked
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields
from maritime_app.web.link_pages import LinkPages
from maritime_app.web.render import page
from maritime_app.web.routing import GUEST, PUBLIC, SIGNED, Route, get, post

_ASKING: Final = Asking(
    MandateRequest,
    granting.checked,
    granting.ask,
    {"email": "nobody@example.org", "limit": "100", "currency": "EUR"},
)
LINKS: Final = LinkPages(mails.PURPOSE, "/mandates", "mandate", granting.unknown)


async def show_form(request: web.Request) -> web.StreamResponse:
    """Show the form."""
    return await _form(request, EnteredForm({}))


async def ask(request: web.Request) -> web.StreamResponse:
    """Write the mandate down; what is wrong comes back marked."""
    return await asked(request, _ASKING, _form, "/mandates/asked")


async def show_asked(request: web.Request) -> web.StreamResponse:
    """Say that a mail is on its way: whoever reads it saves the card."""
    return page(request, "bookings/mandate_asked.html", {})


async def show(request: web.Request, mandate_id: UUID) -> web.StreamResponse:
    """Show a mandate, what was paid with it, and what can be done with it."""
    return await _shown(request, mandate_id)


async def save_card(request: web.Request, mandate_id: UUID) -> web.StreamResponse:
    """Lead on to the page of the payment provider on which a card is saved."""
    await form_fields(request)
    elsewhere = await granting.card_page(resources(request), mandate_id)
    return see_other(elsewhere or LINKS.address(mandate_id))


async def card_saved(request: web.Request, mandate_id: UUID) -> web.StreamResponse:
    """Come back from there."""
    await granting.learn_card(resources(request), mandate_id)
    return see_other(LINKS.address(mandate_id))


async def show_key(request: web.Request, mandate_id: UUID) -> web.StreamResponse:
    """Show the key for the program, the one time."""
    await form_fields(request)
    key = await granting.make_key(resources(request), mandate_id)
    return await _shown(request, mandate_id, key)


async def revoke(request: web.Request, mandate_id: UUID) -> None:
    """End the mandate."""
    await granting.revoke(resources(request), mandate_id)


async def _shown(request: web.Request, mandate_id: UUID, key: str = "") -> web.StreamResponse:
    res, now = resources(request), clock.now()
    mandate = await granting.opened(res, mandate_id)
    async with res.db.acquire() as conn:
        uses = await store.uses_of(conn, mandate_id)
        used = await store.used(conn, mandate_id)
    left, bookings_left = rules.left(mandate, used, now)
    context = {
        "mandate": mandate,
        "standing": mandate.standing(now),
        "uses": uses,
        "left": left,
        "bookings_left": bookings_left,
        "key": key,
        "address": LINKS.address(mandate_id),
        "mcp_url": f"{res.settings.public_url}/mcp",
    }
    response = page(request, "bookings/mandate.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


async def _form(request: web.Request, form: EnteredForm) -> web.StreamResponse:
    res = resources(request)
    known = await places.places(res)
    async with res.db.acquire() as conn:
        currencies = await store.currencies(conn)
    context = {
        "entered": form.entered,
        "fields": form.fields,
        "message": form.message,
        "currencies": currencies,
        "ports": [
            {"code": place.code, "name": port_name(place), "country": place.country or ""}
            for place in known
        ],
    }
    return page(request, "bookings/mandate_form.html", context, status=form.status)


_PAGE = "/mandates/{mandate}"
ROUTES: list[Route] = [
    *api.ROUTES,
    get("/mandates/new", show_form, access=PUBLIC, limit="look_up"),
    post("/mandates", ask, access=PUBLIC, limit="book"),
    get("/mandates/asked", show_asked, access=PUBLIC),
    get(_PAGE, LINKS.page(show), access=GUEST, limit="look_up"),
    post(f"{_PAGE}/card", LINKS.page(save_card), access=SIGNED, limit="book"),
    get(f"{_PAGE}/saved", LINKS.page(card_saved), access=GUEST, limit="look_up"),
    post(f"{_PAGE}/key", LINKS.page(show_key), access=SIGNED, limit="book"),
    post(f"{_PAGE}/revoke", LINKS.act(revoke), access=SIGNED, limit="look_up"),
]
