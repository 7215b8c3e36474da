"""The signed evidence of a late arrival, and the keys that verify it."""

from aiohttp import web

from maritime_app.bookings.access.guests import guest_file
from maritime_app.bookings.compensation import service, signature
from maritime_app.bookings.compensation.model import SignatureKeys
from maritime_app.bookings.model import Booking
from maritime_app.errors import NotFound
from maritime_app.i18n import translate as _
from maritime_app.web.app_keys import resources
from maritime_app.web.render import json
from maritime_app.web.routing import GUEST, PUBLIC, Route, get


async def evidence(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Send what is owed for a late arrival and why, signed."""
    number = request.match_info["leg"]
    if not (number.isascii() and number.isdigit() and len(number) <= 2):
        raise NotFound(_("Nothing is owed for this crossing."), code="evidence")
    file = await service.evidence_file(resources(request), booking, int(number))
    headers = {
        "Content-Disposition": f'attachment; filename="{file.filename}"',
        "Cache-Control": "private, no-store",
    }
    return web.Response(body=file.body, content_type=file.content_type, headers=headers)


async def show_keys(request: web.Request) -> web.StreamResponse:
    """Answer the keys by which anybody can verify evidence of ours."""
    return json(request, SignatureKeys(tuple(signature.keys(resources(request).settings))))


ROUTES: list[Route] = [
    get(
        "/bookings/{reference}/evidence/{leg}",
        guest_file(evidence),
        access=GUEST,
        limit="look_up",
    ),
    get(
        "/api/v1/evidence-keys",
        show_keys,
        access=PUBLIC,
        answer=SignatureKeys,
        summary="The keys that verify evidence of late arrivals",
    ),
]
