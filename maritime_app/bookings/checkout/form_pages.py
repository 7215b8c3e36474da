"""The booking form as a page: as it was entered, at its price, with what is wrong."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from msgspec import Struct, field

from maritime_app.bookings.checkout import drafts, error_summary, views
from maritime_app.bookings.checkout.form import ChosenSailings
from maritime_app.bookings.checkout.prices import FormPrice
from maritime_app.bookings.checkout.promo_codes import priced
from maritime_app.bookings.model import Booking
from maritime_app.errors import Conflict, Invalid, TooMany
from maritime_app.ferries.capacity import service as capacity
from maritime_app.resources import Resources
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import convert, csrf
from maritime_app.web.idempotency import form_key
from maritime_app.web.render import page

FORM_ID = "booking-form"
_STATUS = {Invalid: 422, Conflict: 409, TooMany: 429}


class Showing(Struct, frozen=True):
    """One showing of the form: what is said about it, and a booking that this browser has here."""

    entered: Mapping[str, Any]
    price: FormPrice
    fields: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    status: int = 200
    twin: Booking | None = None


async def form_page(request: web.Request, showing: Showing) -> web.Response:
    """Return the form as it stands; one that was sent is kept for the browser as well."""
    res, entered = resources(request), showing.entered
    available = await places_left(res, showing.price)
    fields = showing.fields
    context = views.form_page(showing.price, available, entered)
    context |= {"errors": error_summary.links(fields), "fields": fields, "twin": None}
    context |= {"message": showing.message, "form_key": form_key()}
    context |= {"waiting_url": views.waiting_url(showing.price.quote, available)}
    context |= {"hold_minutes": round(res.settings.bookings.hold_minutes)}
    context |= {"chosen": entered.get("chosen", ""), "language_form": FORM_ID}
    if showing.twin is not None:
        url = f"/bookings/{showing.twin.reference}"  # booked in this browser, so it is open here
        context["twin"] = {"reference": showing.twin.reference, "url": url}
    response = page(request, "bookings/new.html", context, status=showing.status)
    response.headers["Cache-Control"] = "no-store"  # Back asks again, and gets the draft
    return response


async def form_again(
    request: web.Request, entered: Mapping[str, Any], refusal: Invalid | Conflict | TooMany
) -> web.Response:
    """Show the form as it was filled in, with what is wrong; raise the refusal without a form."""
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    try:
        price = await priced(request, entered)
    except (Invalid, Conflict):
        raise refusal from None  # not even the sailing stands: the page of the refusal says why
    await keep(request, entered, was_sent=True)
    status = _STATUS[type(refusal)]
    response = await form_page(request, Showing(entered, price, fields, refusal.message, status))
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(refusal.retry_after_seconds)
    return response


async def keep(request: web.Request, entered: Mapping[str, Any], *, was_sent: bool = False) -> bool:
    """Keep the form for its browser; return False where it is not kept."""
    chosen, visitor = chosen_in(entered), csrf.visitor(request)
    if chosen is None:
        return False
    return await drafts.save(
        resources(request), visitor, chosen.query(), entered, was_sent=was_sent
    )


def chosen_in(entered: Mapping[str, Any]) -> ChosenSailings | None:
    """Return what the form was opened with; None for a form that does not say it."""
    try:
        given = dict(
            parse_qsl(
                str(entered.get("chosen", "")), max_num_fields=len(ChosenSailings.__struct_fields__)
            )
        )
        chosen: ChosenSailings = convert(given, ChosenSailings, strict=False)
    except (ValueError, Invalid):
        return None
    return chosen if chosen.out or chosen.back else None


async def places_left(res: Resources, price: FormPrice) -> Sequence[Mapping[str, int]]:
    """Return what was available lately by leg and resource."""
    return [await capacity.available_lately(res, leg.sailing.id) for leg in price.quote.legs]
