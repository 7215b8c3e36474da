"""From chosen sailings over the form to the payment page, and back from there."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from maritime_app.bookings import service as bookings
from maritime_app.bookings.access.guests import device, guest_act, guest_page, holder, see_other
from maritime_app.bookings.checkout import (
    draft_routes,
    form,
    form_pages,
    prices,
    renewal,
    service,
    twins,
)
from maritime_app.bookings.checkout.away import not_opened
from maritime_app.bookings.checkout.form_pages import Showing
from maritime_app.bookings.checkout.prices import FormPrice
from maritime_app.bookings.checkout.promo_codes import priced
from maritime_app.bookings.link_tokens import Entry
from maritime_app.bookings.model import Booking, BookingRequest, BookingStatus
from maritime_app.bookings.pages.views import links
from maritime_app.bookings.responses import BookingResponse
from maritime_app.bookings.story import service as stories
from maritime_app.bookings.story.model import Situation, Story
from maritime_app.errors import Conflict, Invalid, Refusal, TooMany, Unavailable
from maritime_app.i18n import translate as _
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import csrf, form_fields, nest
from maritime_app.web.idempotency import once_a_form
from maritime_app.web.render import page
from maritime_app.web.routing import GUEST, PUBLIC, Route, get, post

_PENDING_CHECK_SECONDS = 6  # a webhook that has not come by then may be lost
_LONGEST_WAIT_SECONDS = 600
_WAITING = (Situation.PAYMENT_AWAITED, Situation.HOLD_ENDING)
# Operators mostly answer within seconds: until then people stay where their ticket will come.
_ASKED = (Situation.OPERATOR_ASKED, Situation.CHANGE_ASKED)
_OPERATOR_SECONDS = 30
_SCRIPT_SECONDS, _RELOAD_SECONDS = 2, 4
_NEW = "new"  # in the address: it was booked just now


async def create(request: web.Request) -> web.StreamResponse:
    """Hold the places and go straight on to the payment; what is wrong comes back marked.

    The same form sent again leads to the same booking.
    """
    fields = await form_fields(request)
    return await once_a_form(
        request, "bookings.form", fields, lambda: _create(request, nest(fields.items()))
    )


async def _create(request: web.Request, sent: dict[str, Any]) -> web.Response:
    res, visitor = resources(request), csrf.visitor(request)
    entered = form.understood(sent)
    try:
        wanted, price = await _read(request, entered)
        sailings = [leg.sailing_id for leg in wanted.legs]
        twin = await twins.held_already(res, visitor, sailings)
        if not _was_seen(price, entered):
            words = _("The price has changed since you saw it. Please look at it again.")
            return await form_pages.form_page(request, Showing(entered, price, {}, words, 409))
        if twin is not None and entered.get("also") != "yes":
            words = _("You hold places on this sailing already.")
            return await form_pages.form_page(
                request, Showing(entered, price, {}, words, 409, twin)
            )
        booked = await bookings.book(res, wanted, await holder(request))
    except (Invalid, Conflict, TooMany) as refusal:
        return await form_pages.form_again(request, entered, refusal)
    await form_pages.keep(request, entered)
    await twins.remember(res, visitor, booked.reference, sailings)
    return _booked(request, booked, Entry.BOOKED, "/pay")


async def _read(
    request: web.Request, entered: Mapping[str, Any]
) -> tuple[BookingRequest, FormPrice]:
    """Return the form as a booking, with its price; raise with all that is wrong with either."""
    wanted, refusal = None, None
    try:
        wanted = form.booking_request(entered, resources(request).settings.web.languages)
    except Invalid as error:
        refusal = error
    price = await priced(request, entered)
    unsold = price.refusal or prices.too_few_berths(price, entered)
    if refusal is not None and unsold is not None:
        wrong = unsold.fields if isinstance(unsold, Invalid) else {}
        raise Invalid(unsold.message, {**wrong, **refusal.fields})
    if wanted is None or unsold is not None:
        raise refusal or unsold or Invalid(_("Please look at the marked fields."))
    return wanted, price


def _was_seen(price: FormPrice, entered: Mapping[str, Any]) -> bool:
    """Return whether the form showed that price, or more: nobody pays what was not shown.

    Without a script a cabin or a longer car is in the price only when the form comes back.
    """
    shown = str(entered.get("total_minor", price.quote.total.amount_minor))
    return shown.isdecimal() and price.quote.total.amount_minor <= int(shown[:15])


async def pay(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Send the customer on to Stripe's page, or say that nothing was charged when nobody answers.

    Who comes from the form sees the booking, with its places held, when it cannot be paid.
    """
    base = f"/bookings/{booking.reference}"
    if booking.status is not BookingStatus.HELD:
        return see_other(base)
    try:
        return see_other(await service.payment_page(resources(request), booking))
    except Unavailable as away:
        raise not_opened(request, away, booking, booking.expires_at) from away
    except Refusal:
        if _NEW not in request.rel_url.query:
            raise
        return see_other(f"{base}?{_NEW}=1")


async def show_return(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Show where people come back to from Stripe: our state, and a check if it stays pending."""
    waited = request.rel_url.query.get("waited", "0")
    waited_seconds = min(int(waited[:4]), _LONGEST_WAIT_SECONDS) if waited.isdecimal() else 0
    res = resources(request)
    async with res.db.acquire() as conn:
        story = await stories.story(conn, res, booking, at_payment=True)
    if story.situation in _WAITING and waited_seconds >= _PENDING_CHECK_SECONDS:
        await service.ask_for_check(res, booking)
    base, urls = f"/bookings/{booking.reference}", links(booking, story)
    is_asked = story.situation in _ASKED and waited_seconds < _OPERATOR_SECONDS
    ticket = f"{urls.ticket}?{_NEW}=1" if urls.ticket else None
    context = {
        "story": story,
        "reference": booking.reference,
        "booking_url": base,
        "retry_url": urls.pay or _retry_url(booking, story, base),
        "urls": urls,
        "waited_seconds": waited_seconds,
        "looks_again": is_asked or story.situation in _WAITING,
        "forward_url": ticket or base,
        "script_seconds": _SCRIPT_SECONDS,
        "script_url": f"{base}/return?waited={waited_seconds + _SCRIPT_SECONDS}",
        "reload_seconds": _RELOAD_SECONDS,
        "reload_url": f"{base}/return?waited={waited_seconds + _RELOAD_SECONDS}",
    }
    return page(request, "bookings/return.html", context)


def _retry_url(booking: Booking, story: Story, base: str) -> str | None:
    """Return where to pay while no word of a payment has come."""
    if story.situation not in _WAITING:
        return None
    part = "/change" if booking.change is not None else ""
    return f"{base}{part}/pay"


async def book_again(request: web.Request, booking: Booking) -> web.StreamResponse:
    """Hold the same sailings for the same people, after a booking that ended.

    The browser is worth as much for the new booking as it was for the ended one: the new one may be
    another browser's, and paid for.
    """
    await form_fields(request)  # only our own pages may ask for it
    booked = await renewal.book_again(resources(request), booking, await holder(request))
    entry = Entry.BOOKED if device(request).is_trusted else Entry.FOUND
    return _booked(request, booked, entry)


def _booked(
    request: web.Request, booked: BookingResponse, entry: Entry, part: str = ""
) -> web.Response:
    """Lead to the new booking, or to a part of it, in the browser that made it."""
    token = bookings.token_of(resources(request), booked.reference, entry)
    return see_other(f"/bookings/{booked.reference}{part}?token={token}&{_NEW}=1")


_ONE = "/bookings/{reference}"
ROUTES: list[Route] = [
    *draft_routes.ROUTES,
    post("/bookings", create, access=PUBLIC, limit="book"),
    post(f"{_ONE}/book-again", guest_act(book_again), access=GUEST, limit="book"),
    get(f"{_ONE}/pay", guest_act(pay), access=GUEST, limit="look_up"),
    get(f"{_ONE}/return", guest_page(show_return), access=GUEST),
]
