"""Who may see a booking: programs by token or surname, browsers by the cookie that a link was
exchanged for. No token stays in the address of a page.
"""

from collections.abc import Awaitable, Callable
from functools import wraps

from aiohttp import web

from maritime_app import ids
from maritime_app.bookings import service
from maritime_app.bookings.access.finding import find_page
from maritime_app.bookings.devices import cookies, service as devices
from maritime_app.bookings.devices.model import Device
from maritime_app.bookings.link_tokens import ENDS, Entry
from maritime_app.bookings.model import Booking, BookingStatus, Proof
from maritime_app.bookings.responses import BookingResponse
from maritime_app.bookings.story import service as stories
from maritime_app.bookings.story.model import TICKETED, Story
from maritime_app.bookings.unpaid.model import Holder
from maritime_app.errors import Conflict, Forbidden, Invalid, NotFound
from maritime_app.i18n import translate as _
from maritime_app.web import access, limits
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import form_fields
from maritime_app.web.routing import Handler

GuestHandler = Callable[[web.Request, Booking], Awaitable[web.StreamResponse]]
_OVER = (BookingStatus.CANCELLED, BookingStatus.EXPIRED, BookingStatus.REFUSED)
_SHOWN: web.RequestKey[Entry] = web.RequestKey("shown_proof", Entry)
_DEVICE: web.RequestKey[Device] = web.RequestKey("guest_device", Device)


async def holder(request: web.Request) -> Holder:
    """Return against whom unpaid places count: an agent's token, else the caller's address."""
    if "Authorization" in request.headers:
        who = await access.identify(request)
        if who is not None:
            return Holder(f"staff:{who.staff_id}", is_known=True)
    return Holder(limits.caller_address(request))


async def by_surname(request: web.Request, reference: str, surname: str) -> Booking:
    """Return the booking for a surname; raise NotFound, or TooMany after too many wrong ones.

    Wrong surnames count per booking as well as per address.
    """
    whose = service.canonical(reference)[: ids.REFERENCE_LENGTH]
    await limits.guess(request, "reference", whose)
    return await service.by_reference(resources(request), reference, Proof(surname=surname))


async def proved(request: web.Request, proof: Proof) -> Booking:
    """Return the booking of the address for what a program shows: a surname, or a token in the
    question, the body or the header `Authorization: Bearer`, which stands in no log.

    Raise Invalid where nothing is shown, NotFound or TooMany.
    """
    token = proof.token
    if not token and not proof.surname:
        token = access.bearer(request)
    return await proof_of(request, request.match_info["reference"], token, proof.surname)


async def proof_of(request: web.Request, reference: str, token: str, surname: str) -> Booking:
    """Return the booking for what a program shows; raise Invalid, NotFound or TooMany."""
    if not token and not surname:
        words = _("Say whose booking it is: by a passenger's surname or by the booking's token.")
        raise Invalid(words, dict.fromkeys(("surname", "token"), words), code="proof_missing")
    res = resources(request)
    if not token:
        request[_SHOWN] = Entry.SURNAME
        return await by_surname(request, reference, surname)
    booking = await service.by_reference(res, reference, Proof(token=token))
    request[_SHOWN] = service.entry_of_proof(res, booking, Proof(token=token))
    return booking


async def answer(request: web.Request, booking: Booking) -> BookingResponse:
    """Return what a program may see that has proved whose booking it is: whoever knew a surname
    gets no link that is worth more.
    """
    return await service.answer(resources(request), booking, request[_SHOWN])


def check_may_end(request: web.Request, booking: Booking) -> None:
    """Raise Forbidden where all that a program has shown for a paid booking is a surname.

    Surnames stand on luggage and lists; whoever reads one must not end somebody's journey. Nobody
    loses an unpaid hold.
    """
    if request[_SHOWN] in ENDS or booking.status is BookingStatus.HELD:
        return
    words = _(
        "A surname shows a booking and does not cancel it. Send the booking_token of the answer "
        "that made it, or the token of a link from the customer's mail, as token; or cancel on the "
        "booking's page, which sends a code by mail."
    )
    raise Forbidden(words, code="proof_too_weak")


def guest_page(handler: GuestHandler) -> Handler:
    """Return the handler of a page: a browser exchanges a link for the booking's cookie, and is led
    on to the same page without its token; a program, which may keep no cookie, is answered in
    place. Where the booking is not open, the page asks for its surname.
    """

    @wraps(handler)
    async def handle(request: web.Request) -> web.StreamResponse:
        if _token(request):
            if _is_browser(request):
                return await _exchanged(request)
            booking, secret = await _entered(request)
            return _with_cookie(request, await handler(request, booking), booking, secret)
        try:
            booking = await _opened(request)
        except NotFound as refusal:
            if refusal.code != "proof":
                raise
            return find_page(request, request.match_info, refusal.message, status=404)
        return await handler(request, booking)

    return handle


def guest_act(handler: GuestHandler, *, by_staff: bool = False) -> Handler:
    """Return the handler of a form, or of an address that only leads on. Staff who look at a
    booking as its customer does send none, but where it says `by_staff`.

    A browser that goes to an address exchanges its link first: what is refused, or takes long, is
    so once, at an address without a token. A form that was open before, and a program, get the
    cookie with the answer.
    """

    @wraps(handler)
    async def handle(request: web.Request) -> web.StreamResponse:
        if request.method == "POST":
            await form_fields(request)  # only our own pages may ask, whosever booking it is
        if not _token(request):
            booking = await _opened(request)
            _check_acts(request, by_staff=by_staff)
            return await handler(request, booking)
        if _is_navigation(request):
            return await _exchanged(request)
        booking, secret = await _entered(request)
        _check_acts(request, by_staff=by_staff)
        response = await handler(request, booking)
        return _with_cookie(request, response, booking, secret)

    return handle


def _check_acts(request: web.Request, *, by_staff: bool) -> None:
    """Raise Forbidden for staff: what they do stands at the desk, under their name."""
    if request.method == "POST" and request[_DEVICE].is_staff and not by_staff:
        words = _(
            "You see this booking as its customer does. Only the pages for staff can change it."
        )
        raise Forbidden(words, code="customer_view")


def guest_file(handler: GuestHandler) -> Handler:
    """Return the handler of a file. Programs (calendars, for one) keep no cookies: a link answers
    them in place; browsers, which say that they go to an address, exchange it first.
    """

    @wraps(handler)
    async def handle(request: web.Request) -> web.StreamResponse:
        token = _token(request)
        if not token:
            return await handler(request, await _opened(request))
        if _is_navigation(request):
            return await _exchanged(request)
        reference = request.match_info["reference"]
        booking, _entry = await service.by_link(resources(request), reference, token)
        return await handler(request, booking)

    return handle


def device(request: web.Request) -> Device:
    """Return the browser in which the booking of a page or form is open."""
    return request[_DEVICE]


async def _exchanged(request: web.Request) -> web.StreamResponse:
    booking, secret = await _entered(request)
    return _with_cookie(request, see_other(_without_token(request)), booking, secret)


def _with_cookie(
    request: web.Request, response: web.StreamResponse, booking: Booking, secret: str
) -> web.StreamResponse:
    if secret:
        cookies.remember(request, response, booking.reference, secret)
    return response


async def _entered(request: web.Request) -> tuple[Booking, str]:
    """Return the booking of a link, and the secret of the cookie to be set: "" for a browser in
    which it is open already. Raise NotFound.
    """
    res, reference = resources(request), request.match_info["reference"]
    known = await devices.opened(res, reference, cookies.secret_of(request, reference))
    try:
        booking, entry = await service.by_link(res, reference, _token(request))
    except NotFound:
        if known is None:
            raise
        booking, request[_DEVICE] = known  # an old link, clicked where the booking is open
        return booking, ""
    if known is None:
        secret, request[_DEVICE] = await devices.begin(res, booking, entry)
        return booking, secret
    request[_DEVICE] = known[1]
    if entry is Entry.BOOKED:
        await devices.trust(res, known[1])
    return booking, ""


async def _opened(request: web.Request) -> Booking:
    """Return the booking that is open in this browser; raise NotFound with code "proof"."""
    reference = request.match_info["reference"]
    secret = cookies.secret_of(request, reference)
    known = await devices.opened(resources(request), reference, secret) if secret else None
    if known is None:
        words = _("Please open the booking with the link from your mail, or look it up.")
        raise NotFound(words, code="proof")
    booking, request[_DEVICE] = known
    return booking


def _token(request: web.Request) -> str:
    return request.rel_url.query.get("token", "")


def _is_navigation(request: web.Request) -> bool:
    """Return whether a browser goes to this address and will show it (Fetch Metadata)."""
    return request.method == "GET" and request.headers.get("Sec-Fetch-Mode") == "navigate"


def _is_browser(request: web.Request) -> bool:
    """Return whether the address will stand in somebody's history: every browser calls itself
    Mozilla, and those of today send Fetch Metadata.
    """
    agent = request.headers.get("User-Agent", "")
    return "Sec-Fetch-Mode" in request.headers or agent.startswith("Mozilla/")


def _without_token(request: web.Request) -> str:
    return str(request.rel_url.without_query_params("token"))


async def ticketed(request: web.Request, booking: Booking) -> Story:
    """Return the booking's story; raise Conflict where there is no ticket (yet, or any more), or
    where it is not valid at the moment: the story says why, and the code is the situation.
    """
    if booking.status not in _OVER:
        confirmed(booking)
    res = resources(request)
    async with res.db.acquire() as conn:
        told = await stories.story(conn, res, booking)
    if told.situation not in TICKETED:
        raise Conflict(f"{told.headline}. {told.sentence}", code=told.situation)
    return told


def confirmed(booking: Booking) -> Booking:
    """Return the booking; raise Conflict unless it is confirmed."""
    if booking.status is not BookingStatus.CONFIRMED:
        words = _("There is a ticket once the booking is confirmed.")
        raise Conflict(words, code="not_confirmed")
    return booking


def see_other(address: str) -> web.Response:
    """Return a redirect (303) that is kept nowhere."""
    return web.Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})
