"""Joining a waiting list on the booking's form, and the page of one's place."""

from typing import Any, Final
from uuid import UUID

from aiohttp import web

from maritime_app.bookings.access.guests import see_other
from maritime_app.bookings.checkout import form, form_pages
from maritime_app.bookings.service import token_of
from maritime_app.bookings.waiting import mails, service
from maritime_app.bookings.waiting.model import WaitingStatus
from maritime_app.errors import Conflict, Invalid
from maritime_app.resources import Resources
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields, nest
from maritime_app.web.idempotency import once_a_form
from maritime_app.web.link_pages import LinkPages
from maritime_app.web.render import page
from maritime_app.web.routing import GUEST, PUBLIC, SIGNED, Route, get, post

LINKS: Final = LinkPages(mails.PURPOSE, "/waiting", "waiting", service.unknown)


async def join(request: web.Request) -> web.StreamResponse:
    """Join with what the booking's form says; what is wrong comes back marked."""
    fields = await form_fields(request)
    entered = form.understood(nest(fields.items()))
    return await once_a_form(request, "bookings.waiting", fields, lambda: _join(request, entered))


async def _join(request: web.Request, entered: dict[str, Any]) -> web.Response:
    res = resources(request)
    try:
        wanted = form.booking_request(entered, res.settings.web.languages)
        token = await service.join(res, wanted)
    except (Invalid, Conflict) as refusal:
        return await form_pages.form_again(request, entered, refusal)
    return see_other(f"/waiting/{token}")


async def show(request: web.Request, waiter_id: UUID) -> web.StreamResponse:
    """Show one's place on the list, and why it is that."""
    res = resources(request)
    party, sailing, ahead = await service.place(res, waiter_id)
    context = {
        "sailing": sailing,
        "status": party.status,
        "ahead": ahead,
        "until": party.booking_expires_at,
        "booking_url": _booking_url(res, party.reference, party.status),
        "end_url": f"{LINKS.address(waiter_id)}/end",
        "offer_minutes": res.settings.bookings.offer_minutes,
    }
    return page(request, "bookings/waiting.html", context)


async def leave(request: web.Request, waiter_id: UUID) -> None:
    """Leave the list: by the page, or by the one click of a mail program (RFC 8058)."""
    await service.leave(resources(request), waiter_id)


def _booking_url(res: Resources, reference: str | None, status: WaitingStatus) -> str | None:
    if reference is None or status not in (WaitingStatus.OFFERED, WaitingStatus.TAKEN):
        return None
    return f"/bookings/{reference}?token={token_of(res, reference)}"


ROUTES: list[Route] = [
    post("/bookings/waiting", join, access=PUBLIC, limit="book"),
    get("/waiting/{waiting}", LINKS.page(show), access=GUEST, limit="look_up"),
    post("/waiting/{waiting}/end", LINKS.act(leave), access=SIGNED, limit="look_up"),
]
