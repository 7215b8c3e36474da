"""The page of a booking, its look-up, and every route of bookings."""

from collections.abc import Mapping

from aiohttp import web

from maritime_app import clock
from maritime_app.bookings import api, service
from maritime_app.bookings.access.finding import find_page
from maritime_app.bookings.access.guests import by_surname, device, guest_page, see_other
from maritime_app.bookings.back_office import routes as back_office
from maritime_app.bookings.cancellations import routes as cancellations
from maritime_app.bookings.changes import routes as changes
from maritime_app.bookings.checkout import routes as checkout
from maritime_app.bookings.compensation import routes as compensation
from maritime_app.bookings.devices import service as devices_service
from maritime_app.bookings.disruptions import routes as disruptions
from maritime_app.bookings.fare_alerts import routes as fare_alerts
from maritime_app.bookings.link_tokens import Entry
from maritime_app.bookings.mandates import routes as mandates
from maritime_app.bookings.model import Booking, BookingStatus
from maritime_app.bookings.pages import (
    buyer_routes as buyers,
    device_routes as devices,
    help_routes,
    invoice_routes as invoices,
    views,
)
from maritime_app.bookings.push import routes as push, service as push_service
from maritime_app.bookings.reconciliation import routes as reconciliation
from maritime_app.bookings.sailings import routes as sailings
from maritime_app.bookings.shares import routes as shares, service as shares_service
from maritime_app.bookings.ship_changes import routes as ship_changes
from maritime_app.bookings.story.model import TICKETED, Story
from maritime_app.bookings.tickets import routes as tickets, service as tickets_service
from maritime_app.bookings.trips import routes as trips, service as trips_service
from maritime_app.bookings.trips.elsewhere import ElsewhereView, elsewhere, stranded_leg
from maritime_app.bookings.trips.phases import Phase
from maritime_app.bookings.waiting import routes as waiting
from maritime_app.bookings.wallet import routes as wallet
from maritime_app.errors import NotFound
from maritime_app.resources import Resources
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields
from maritime_app.web.render import page
from maritime_app.web.routing import GUEST, PUBLIC, Route, get, post

_PAID_FOR = (BookingStatus.PAID, BookingStatus.CONFIRMING, BookingStatus.CONFIRMED)


async def show(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Show the booking."""
    res = resources(request)
    response = await service.answer(res, booking, Entry.SURNAME)
    context = {
        **await _journey(res, booking, response.story),
        "elsewhere": await _elsewhere(res, booking),
        "booking": booking,
        "json_ld": await tickets_service.json_ld(res, booking),
        "story": response.story,
        "cancel_fee": response.cancel_fee,
        "invoices": views.invoices(booking, response.invoices),
        "devices": await devices_service.count(res, booking),
        "urls": views.links(booking, response.story),
        "hold_seconds": int((booking.expires_at - booking.created_at).total_seconds()),
        "just_booked": "new" in request.rel_url.query,
        "is_staff": device(request).is_staff,
    }
    return page(request, "bookings/show.html", context)


async def _journey(res: Resources, booking: Booking, story: Story) -> Mapping[str, object]:
    """Return what the page shows of the journey once there is a ticket."""
    if story.situation not in TICKETED:
        return {"companion": None, "shares": [], "kept": [], "push_key": ""}
    async with res.db.acquire() as conn:
        open_shares = await shares_service.links(conn, res, booking.id)
    base = f"/bookings/{booking.reference}"
    now = await trips_service.companion(res, booking)
    is_over = now.phase is Phase.AFTER and not now.rights
    return {
        "companion": now,
        "shares": open_shares,
        "kept": [] if is_over else [base, f"{base}/ticket", f"{base}/departures"],
        "push_key": "" if now.phase is Phase.AFTER else push_service.key_for_browsers(res),
    }


async def _elsewhere(res: Resources, booking: Booking) -> ElsewhereView | None:
    """Return what else sails where a paid sailing is late or cancelled."""
    leg = stranded_leg(booking, clock.now()) if booking.status in _PAID_FOR else None
    return await elsewhere(res, leg) if leg else None


async def show_find(request: web.Request) -> web.StreamResponse:
    """Show the look-up form."""
    return find_page(request, request.rel_url.query, "")


async def find(request: web.Request) -> web.StreamResponse:
    """Look a booking up by reference and surname."""
    fields = await form_fields(request)
    res = resources(request)
    try:
        surname, reference = fields.get("family_name", ""), fields.get("reference", "")
        booking = await by_surname(request, reference, surname)
    except NotFound as refusal:
        return find_page(request, fields, refusal.message, status=404)
    token = service.token_of(res, booking.reference, Entry.FOUND)
    return see_other(f"/bookings/{booking.reference}?token={token}")


async def show_privacy(request: web.Request) -> web.StreamResponse:
    """Show what is kept about people, and for how long."""
    settings = resources(request).settings
    days = settings.privacy
    context = {"documents_days": days.documents_days, "personal_days": days.personal_days}
    context |= {"draft_seconds": round(settings.bookings.draft_minutes * 60)}
    return page(request, "bookings/privacy.html", context)


ROUTES: list[Route] = [
    *api.ROUTES,
    *checkout.ROUTES,
    trips.WORKER,
    get("/bookings/find", show_find, access=PUBLIC),
    post("/bookings/find", find, access=PUBLIC, limit="look_up"),
    get("/privacy", show_privacy, access=PUBLIC),
    *help_routes.ROUTES,
    get("/bookings/{reference}", guest_page(show), access=GUEST, limit="look_up"),
    *tickets.ROUTES,
    *wallet.ROUTES,
    *trips.ROUTES,
    *shares.ROUTES,
    *devices.ROUTES,
    *cancellations.ROUTES,
    *changes.ROUTES,
    *disruptions.ROUTES,
    *push.ROUTES,
    *waiting.ROUTES,
    *fare_alerts.ROUTES,
    *mandates.ROUTES,
    *compensation.ROUTES,
    *buyers.ROUTES,
    *invoices.ROUTES,
    *sailings.ROUTES,
    *ship_changes.ROUTES,
    *back_office.ROUTES,
    *reconciliation.ROUTES,
]
