"""Asking to be told of a late ship, and ending that: from the booking's page, by its script."""

import msgspec
from aiohttp import web

from maritime_app.bookings.access.guests import guest_act
from maritime_app.bookings.model import Booking
from maritime_app.bookings.push import service
from maritime_app.bookings.push.model import SubscriptionRequest
from maritime_app.errors import Invalid
from maritime_app.i18n import translate as _
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields
from maritime_app.web.render import json
from maritime_app.web.routing import GUEST, Route, post


async def subscribe(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Have this browser told; answer the name under which it is."""
    fields = await form_fields(request)
    keys = {name: fields.get(name, "") for name in ("p256dh", "auth")}
    try:
        asked = msgspec.convert(
            {"endpoint": fields.get("endpoint", ""), "keys": keys}, SubscriptionRequest
        )
    except msgspec.ValidationError:
        words = _("This browser cannot be told anything by us.")
        raise Invalid(words, {"endpoint": words}, code="push") from None
    return json(request, {"id": str(await service.subscribe(resources(request), booking, asked))})


async def unsubscribe(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Tell this browser nothing any more."""
    fields = await form_fields(request)
    await service.unsubscribe(resources(request), booking, fields.get("endpoint", ""))
    return json(request, {"ended": True})


ROUTES: list[Route] = [
    post("/bookings/{reference}/push", guest_act(subscribe), access=GUEST, limit="look_up"),
    post("/bookings/{reference}/push/end", guest_act(unsubscribe), access=GUEST, limit="look_up"),
]
