"""The pages of a booking: form, hold, payment, ticket, trip, cancellation."""

from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from maritime_app.bookings import api, service, views as shown
from maritime_app.bookings.cancellations import service as cancellations
from maritime_app.bookings.checkout import form
from maritime_app.bookings.model import Booking, Proof
from maritime_app.bookings.tickets import service as tickets
from maritime_app.bookings.tickets.icalendar_file import calendar
from maritime_app.bookings.trips import service as trips
from maritime_app.errors import Conflict, NotFound
from maritime_app.i18n import translate as _
from maritime_app.web import limits
from maritime_app.web.app_keys import resources
from maritime_app.web.dispatch import caller_address
from maritime_app.web.forms import form_fields, query
from maritime_app.web.render import page
from maritime_app.web.routing import GUEST, PUBLIC, Route, get, post

_PENDING_CHECK_SECONDS = 6


async def show(request: web.Request) -> web.StreamResponse:
    """The booking."""
    booking, token = await _proved(request)
    res = resources(request)
    answer = await service.answer(res, booking)
    context = {
        "booking": shown.shown_booking(booking, answer),
        "urls": shown.urls(booking, token),
        "hold_seconds": int(res.settings.bookings.hold_minutes * 60),
        "just_booked": "new" in request.rel_url.query,
    }
    return page(request, "bookings/show.html", context)


async def pay(request: web.Request) -> web.StreamResponse:
    """On to Stripe's page, after looking once more whether the places are there."""
    booking, token = await _proved(request)
    if booking.status != "held":
        return _to(f"/bookings/{booking.reference}?token={token}")
    return _to(await service.pay_url(resources(request), booking))


async def returned(request: web.Request) -> web.StreamResponse:
    """Where people come back to from Stripe: reads our state only, and asks for a check if it stays
    pending.
    """
    booking, token = await _proved(request)
    waited = request.rel_url.query.get("waited", "0")
    waited_seconds = min(int(waited), 600) if waited.isdigit() else 0
    state = {
        "held": "pending",
        "expired": "expired",
        "cancelled": "expired",
        "refused": "failed",
    }.get(booking.status, "paid")
    if state == "pending" and waited_seconds >= _PENDING_CHECK_SECONDS:
        await service.ask_for_check(resources(request), booking)
    base, proof = f"/bookings/{booking.reference}", f"?token={token}"
    context = {
        "state": state,
        "reference": booking.reference,
        "booking_url": base + proof,
        "retry_url": f"{base}/pay{proof}" if booking.status == "held" else None,
        "waited_seconds": waited_seconds,
        "refresh_url": f"{base}/return{proof}&waited={waited_seconds + 4}",
    }
    return page(request, "payments/return.html", context)


async def show_ticket(request: web.Request) -> web.StreamResponse:
    """The tickets, for paper or screen."""
    booking, token = await _confirmed(request)
    made = tickets.tickets(resources(request).settings, booking)
    context = {
        "booking": booking,
        "booking_url": f"/bookings/{booking.reference}?token={token}",
        "tickets": shown.shown_tickets(made),
    }
    return page(request, "bookings/ticket.html", context)


async def ticket_pdf(request: web.Request) -> web.StreamResponse:
    """The same as a PDF."""
    booking, _token = await _confirmed(request)
    file = await tickets.pdf(resources(request), booking)
    headers = {
        "Content-Disposition": f'attachment; filename="{file.filename}"',
        "Cache-Control": "private, no-store",
    }
    return web.Response(body=file.body, content_type=file.content_type, headers=headers)


async def show_calendar(request: web.Request) -> web.StreamResponse:
    """One calendar entry per leg."""
    booking, _token = await _confirmed(request)
    headers = {"Content-Disposition": f'attachment; filename="{booking.reference}.ics"'}
    return web.Response(
        body=calendar(booking), content_type="text/calendar", charset="utf-8", headers=headers
    )


async def show_trip(request: web.Request) -> web.StreamResponse:
    """The crossing while it happens."""
    booking, token = await _confirmed(request)
    context = {
        "booking": booking,
        "booking_url": f"/bookings/{booking.reference}?token={token}",
        "legs": await trips.legs(resources(request), booking),
    }
    return page(request, "bookings/trip.html", context)


async def show_cancel(request: web.Request) -> web.StreamResponse:
    """What cancelling costs, before it is done."""
    booking, token = await _proved(request)
    return await _cancel_page(request, booking, token, changed=False)


async def do_cancel(request: web.Request) -> web.StreamResponse:
    """Cancel for exactly what was shown."""
    fields = await form_fields(request)
    booking, token = await _proved(request)
    try:
        await cancellations.cancel(
            resources(request), booking, int(fields.get("fee_minor", "-1") or -1)
        )
    except Conflict as conflict:
        if conflict.code != "fee_changed":
            raise
        return await _cancel_page(request, booking, token, changed=True)
    return _to(f"/bookings/{booking.reference}?token={token}")


async def _cancel_page(
    request: web.Request, booking: Booking, token: str, *, changed: bool
) -> web.StreamResponse:
    quoted = await cancellations.quote(resources(request), booking)
    context = {
        "booking": booking,
        "booking_url": f"/bookings/{booking.reference}?token={token}",
        "action": f"/bookings/{booking.reference}/cancel?token={token}",
        "quote": shown.cancel_context(booking, quoted),
        "changed": changed,
    }
    return page(request, "bookings/cancel.html", context, status=409 if changed else 200)


async def show_find(request: web.Request) -> web.StreamResponse:
    """The look-up form."""
    return _find_page(request, {}, "")


async def show_privacy(request: web.Request) -> web.StreamResponse:
    """What is kept about people, and for how long."""
    days = resources(request).settings.privacy
    context = {"documents_days": days.documents_days, "personal_days": days.personal_days}
    return page(request, "bookings/privacy.html", context)


async def find(request: web.Request) -> web.StreamResponse:
    """Look a booking up by reference and surname."""
    fields = dict(await form_fields(request))
    res = resources(request)
    try:
        proof = Proof(surname=fields.get("family_name", ""))
        booking = await service.by_reference(res, fields.get("reference", ""), proof)
    except NotFound as refusal:
        await limits.take(res, "look_up", caller_address(request))
        return _find_page(request, fields, refusal.message, status=404)
    return _to(
        f"/bookings/{booking.reference}?"
        + urlencode({"token": service.token_of(res, booking.reference)})
    )


def _find_page(
    request: web.Request, fields: dict[str, str], error: str, status: int = 200
) -> web.StreamResponse:
    context: dict[str, Any] = {
        "action": "/bookings/find",
        "reference": fields.get("reference", ""),
        "family_name": fields.get("family_name", ""),
        "error": error,
    }
    return page(request, "bookings/find.html", context, status=status)


async def _proved(request: web.Request) -> tuple[Booking, str]:
    proof = query(request, Proof)
    if not proof.token:
        raise NotFound(
            _("Please open the booking with the link from your mail, or look it up."), code="proof"
        )
    booking = await service.by_reference(
        resources(request), request.match_info["reference"], Proof(token=proof.token)
    )
    return booking, proof.token


async def _confirmed(request: web.Request) -> tuple[Booking, str]:
    booking, token = await _proved(request)
    if booking.status != "confirmed":
        raise Conflict(_("There is a ticket once the booking is confirmed."), code="not_confirmed")
    return booking, token


def _to(address: str) -> web.Response:
    return web.Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})


_ONE = "/bookings/{reference}"
ROUTES: list[Route] = [
    *api.ROUTES,
    get("/bookings/new", form.show, access=PUBLIC),
    post("/bookings", form.create, access=PUBLIC, limit="book"),
    get("/bookings/find", show_find, access=PUBLIC),
    post("/bookings/find", find, access=PUBLIC, limit="look_up"),
    get("/privacy", show_privacy, access=PUBLIC),
    get(_ONE, show, access=GUEST, limit="look_up"),
    get(f"{_ONE}/pay", pay, access=GUEST, limit="look_up"),
    get(f"{_ONE}/return", returned, access=GUEST),
    get(f"{_ONE}/ticket", show_ticket, access=GUEST),
    get(f"{_ONE}/ticket.pdf", ticket_pdf, access=GUEST, limit="look_up"),
    get(f"{_ONE}/calendar.ics", show_calendar, access=GUEST),
    get(f"{_ONE}/trip", show_trip, access=GUEST),
    get(f"{_ONE}/cancel", show_cancel, access=GUEST, limit="look_up"),
    post(f"{_ONE}/cancel", do_cancel, access=GUEST, limit="look_up"),
]
