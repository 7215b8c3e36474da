"""Tickets: the page, the PDF, the calendar entries."""

from aiohttp import web

from maritime_app.bookings.access.guests import confirmed, guest_file, guest_page, ticketed
from maritime_app.bookings.model import Booking, BookingStatus
from maritime_app.bookings.tickets import service, views
from maritime_app.web import limits
from maritime_app.web.app_keys import resources
from maritime_app.web.render import page
from maritime_app.web.routing import GUEST, Route, get


async def show(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Show the tickets, for paper or screen."""
    story = await ticketed(request, booking)
    res = resources(request)
    made = await service.tickets(res, booking)
    context = {
        "booking": booking,
        "booking_url": f"/bookings/{booking.reference}",
        "news": story if "new" in request.rel_url.query else None,
        "wallet": res.settings.wallet,
        "json_ld": await service.json_ld(res, booking),
        "view": views.tickets_view(booking.reference, made, sandbox=bool(res.settings.sandboxed)),
    }
    return page(request, "bookings/ticket.html", context)


async def pdf(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Send the tickets as a PDF."""
    await ticketed(request, booking)
    await limits.take(request, "export")  # a quarter of a second of a core each
    file = await service.pdf(resources(request), booking)
    headers = {
        "Content-Disposition": f'attachment; filename="{file.filename}"',
        "Cache-Control": "private, no-store",
    }
    return web.Response(body=file.body, content_type=file.content_type, headers=headers)


async def calendar(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Send one calendar entry per leg; of a cancelled booking, what takes them out again."""
    res = resources(request)
    if booking.status is BookingStatus.CANCELLED:
        file = service.calendar_cancellation(res.settings, booking)
    else:
        file = await service.calendar(res, confirmed(booking))
    headers = {
        "Content-Disposition": f'attachment; filename="{file.filename}"',
        "Content-Type": file.content_type,
        "Cache-Control": "private, no-store",
    }
    return web.Response(body=file.body, headers=headers)


_ONE = "/bookings/{reference}"
ROUTES: list[Route] = [
    get(f"{_ONE}/ticket", guest_page(show), access=GUEST),
    get(f"{_ONE}/ticket.pdf", guest_file(pdf), access=GUEST, limit="look_up"),
    get(f"{_ONE}/calendar.ics", guest_file(calendar), access=GUEST),
]
