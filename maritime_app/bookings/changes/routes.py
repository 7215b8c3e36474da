"""Change a booking: what it costs, and doing it, for people, with and without JavaScript."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from aiohttp import web

from maritime_app.bookings.changes import alternatives, api, form, ordering, paying, store, views
from maritime_app.bookings.changes.requests import ChangeOrder, ChangeQuote, ChangeRequest
from maritime_app.bookings.guests import guest_booking, see_other
from maritime_app.bookings.model import Booking
from maritime_app.errors import Conflict, Invalid, NotFound, Unavailable
from maritime_app.i18n import translate as _
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields, nest
from maritime_app.web.render import page
from maritime_app.web.routing import GUEST, Route, get, post

_STATUS = {Invalid: 422, Conflict: 409, NotFound: 404, Unavailable: 503}
_Refusal = Invalid | Conflict | NotFound | Unavailable
_DAY = "day_"  # and the number of the leg: the day whose sailings are shown


async def show(request: web.Request) -> web.StreamResponse:
    """Show the booking as it can be changed."""
    booking, token = await guest_booking(request)
    return await _form(request, booking, token, {}, None)


async def change(request: web.Request) -> web.StreamResponse:
    """Price what was entered (`act` is quote), do it (order), or keep the booking (withdraw)."""
    fields = await form_fields(request)
    booking, token = await guest_booking(request)
    match fields.get("act"):
        case "order":
            return await _order(request, booking, token, fields)
        case "withdraw":
            await paying.withdraw_unpaid(resources(request), booking)
            return see_other(f"/bookings/{booking.reference}?token={token}")
    entered = nest(fields.items())
    try:
        wanted = form.change_request(entered)
        quoted = await ordering.quote(resources(request), booking, wanted)
    except (Invalid, Conflict, NotFound, Unavailable) as refusal:
        return await _form(request, booking, token, entered, refusal)
    return _quote(request, booking, token, wanted, quoted)


async def pay(request: web.Request) -> web.StreamResponse:
    """Send the customer on to Stripe's page, where the difference is paid."""
    booking, token = await guest_booking(request)
    if booking.change is None or not booking.change.waits_for_money:
        return see_other(f"/bookings/{booking.reference}?token={token}")
    return see_other(await paying.payment_page(resources(request), booking))


async def _order(
    request: web.Request, booking: Booking, token: str, fields: Mapping[str, str]
) -> web.StreamResponse:
    """Change for exactly what was shown; on to the payment where it is dearer."""
    try:
        wanted = _shown(fields)
        done = await ordering.order(resources(request), booking, wanted)
    except (Invalid, Conflict, NotFound, Unavailable) as refusal:
        return await _form(request, booking, token, {}, refusal)
    waits = done.change is not None and done.change.waits_for_money
    return see_other(f"/bookings/{booking.reference}{'/change/pay' if waits else ''}?token={token}")


def _shown(fields: Mapping[str, str]) -> ChangeOrder:
    """Return the change that was shown, and what it was to cost."""
    try:
        wanted = msgspec.json.decode(fields.get("wanted", ""), type=ChangeRequest)
        return msgspec.convert(
            {"change": wanted, "difference_minor": fields.get("difference_minor", "")},
            ChangeOrder,
            strict=False,
        )
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise Invalid(_("Please open this page again.")) from error


def _quote(
    request: web.Request, booking: Booking, token: str, wanted: ChangeRequest, quoted: ChangeQuote
) -> web.StreamResponse:
    context = {
        **_urls(booking, token),
        "booking": booking,
        "quote": quoted,
        "wanted": msgspec.json.encode(wanted).decode(),
    }
    return page(request, "bookings/change_quote.html", context)


async def _form(
    request: web.Request,
    booking: Booking,
    token: str,
    entered: Mapping[str, Any],
    refusal: _Refusal | None,
) -> web.StreamResponse:
    """Show the form; what was entered comes back with what is wrong about it."""
    res = resources(request)
    ordering.check(booking)
    async with res.db.acquire() as conn:
        people = await store.travellers(conn, booking.id)
    rows = entered.get("passengers", [])
    people = views.entered_people(people, rows if isinstance(rows, list) else [])
    legs = await alternatives.legs(res, booking, _days(request, booking))
    context = {
        **_urls(booking, token),
        "booking": booking,
        "token": token,
        "form": views.change_form(booking, people, legs),
        "chosen": {str(row.get("number")): row for row in entered.get("legs", [])},
        "message": refusal.message if refusal else "",
        "fields": refusal.fields if isinstance(refusal, Invalid) else {},
    }
    status = _STATUS[type(refusal)] if refusal else 200
    return page(request, "bookings/change.html", context, status=status)


def _days(request: web.Request, booking: Booking) -> dict[int, date]:
    """Return the days to look at; what is no date is the day of the leg."""
    days = {}
    for leg in booking.legs:
        try:
            days[leg.number] = date.fromisoformat(request.query.get(f"{_DAY}{leg.number}", ""))
        except ValueError:
            continue
    return days


def _urls(booking: Booking, token: str) -> dict[str, str]:
    base = f"/bookings/{booking.reference}"
    return {
        "booking_url": f"{base}?token={token}",
        "cancel_url": f"{base}/cancel?token={token}",
        "change_path": f"{base}/change",
        "action": f"{base}/change?token={token}",
    }


_PAGE = "/bookings/{reference}/change"
ROUTES: list[Route] = [
    *api.ROUTES,
    get(_PAGE, show, access=GUEST, limit="look_up"),
    post(_PAGE, change, access=GUEST, limit="book"),
    get(f"{_PAGE}/pay", pay, access=GUEST, limit="look_up"),
]
