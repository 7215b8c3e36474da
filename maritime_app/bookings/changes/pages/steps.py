"""The two pages of a change, for whoever makes it: the form, and what it costs."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from aiohttp import web

from maritime_app.bookings.changes import store
from maritime_app.bookings.changes.orders import ordering
from maritime_app.bookings.changes.pages import additions, alternatives, form, views
from maritime_app.bookings.changes.pricing.requests import ChangeOrder, ChangeQuote, ChangeRequest
from maritime_app.bookings.checkout import error_summary
from maritime_app.bookings.model import Booking
from maritime_app.errors import Conflict, Invalid, NotFound, Unavailable
from maritime_app.i18n import translate as _
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import nest
from maritime_app.web.render import page

Refused = Invalid | Conflict | NotFound | Unavailable
_STATUS = {Invalid: 422, Conflict: 409, NotFound: 404, Unavailable: 503}
_DAY = "day_"  # and the number of the leg: the day whose sailings are shown


class Visit(msgspec.Struct, frozen=True):
    """Who changes which booking: addresses of the pages around the form.

    Staff have no `pay_url`: the customer pays.
    """

    booking: Booking
    booking_url: str
    cancel_url: str
    change_path: str
    is_staff: bool = False
    pay_url: str = ""


def order_of(fields: Mapping[str, str]) -> ChangeOrder:
    """Return the change that was shown and what it was to cost; raise Invalid for another form."""
    try:
        wanted = msgspec.json.decode(fields.get("wanted", ""), type=ChangeRequest)
        return msgspec.convert(
            {"change": wanted, "difference_minor": fields.get("difference_minor", "")},
            ChangeOrder,
            strict=False,
        )
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise Invalid(_("Please open this page again.")) from error


async def quote_page(
    request: web.Request, visit: Visit, fields: Mapping[str, str]
) -> web.StreamResponse:
    """Show what the change that was entered costs; what is wrong with it comes back marked."""
    entered = nest(fields.items())
    try:
        wanted = form.change_request(entered)
        quoted = await ordering.quote(resources(request), visit.booking, wanted)
    except (Invalid, Conflict, NotFound, Unavailable) as refusal:
        return await form_page(request, visit, entered, refusal)
    return _quoted(request, visit, wanted, quoted)


async def form_page(
    request: web.Request,
    visit: Visit,
    entered: Mapping[str, Any] | None = None,
    refusal: Refused | None = None,
) -> web.StreamResponse:
    """Show the booking as it can be changed; raise Conflict where it cannot."""
    res, booking = resources(request), visit.booking
    ordering.check(booking)
    entered = entered or {}
    async with res.db.acquire() as conn:
        people = await store.travellers(conn, booking.id)
    rows = entered.get("passengers", [])
    people = views.entered_people(people, rows if isinstance(rows, list) else [])
    # What is looked at stands in the address of the form, and in the form that was sent.
    looked = {**request.query, **{name: str(value) for name, value in entered.items()}}
    legs = await alternatives.legs(res, booking, _days(looked, booking))
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    context = {
        "visit": visit,
        "booking": booking,
        "form": views.change_form(booking, people, legs),
        "added": await additions.added_leg(res, booking, looked),
        "chosen": _chosen(entered),
        "message": refusal.message if refusal else "",
        "fields": fields,
        "errors": error_summary.links(fields),
    }
    status = _STATUS[type(refusal)] if refusal else 200
    return page(request, "bookings/change.html", context, status=status)


def _quoted(
    request: web.Request, visit: Visit, wanted: ChangeRequest, quoted: ChangeQuote
) -> web.StreamResponse:
    context = {
        "visit": visit,
        "booking": visit.booking,
        "quote": quoted,
        "wanted": msgspec.json.encode(wanted).decode(),
    }
    return page(request, "bookings/change_quote.html", context)


def _chosen(entered: Mapping[str, Any]) -> dict[str, Mapping[str, str]]:
    """Return what was entered of the legs, by number; of an added one by nothing."""
    rows = entered.get("legs", [])
    rows = rows if isinstance(rows, list) else []
    return {str(row.get("number", "")): row for row in rows if isinstance(row, Mapping)}


def _days(looked: Mapping[str, str], booking: Booking) -> dict[int, date]:
    """Return the days to look at; what is no date is the day of the leg."""
    days = {}
    for leg in booking.legs:
        day = alternatives.day_of(looked.get(f"{_DAY}{leg.number}", ""))
        if day is not None:
            days[leg.number] = day
    return days
