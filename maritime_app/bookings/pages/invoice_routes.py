"""Invoices and credit notes as PDF."""

from aiohttp import web

from maritime_app.bookings.access.guests import guest_file
from maritime_app.bookings.invoices import service
from maritime_app.bookings.model import Booking
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import GUEST, Route, get


async def pdf(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Send the document of that number."""
    res = resources(request)
    invoice = await service.by_name(res, booking, request.match_info["number"])
    file = await service.pdf(res, booking, invoice)
    headers = {
        "Content-Disposition": f'attachment; filename="{file.filename}"',
        "Cache-Control": "private, no-store",
    }
    return web.Response(body=file.body, content_type=file.content_type, headers=headers)


ROUTES: list[Route] = [
    get(
        "/bookings/{reference}/invoices/{number}.pdf",
        guest_file(pdf),
        access=GUEST,
        limit="look_up",
    ),
]
