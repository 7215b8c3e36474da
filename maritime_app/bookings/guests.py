"""Who may see a booking: the proof in the address, and answers that no cache keeps."""

from aiohttp import web

from maritime_app import ids
from maritime_app.bookings import service
from maritime_app.bookings.model import Booking, BookingStatus, Proof
from maritime_app.bookings.story import service as stories
from maritime_app.bookings.story.model import TICKETED
from maritime_app.bookings.unpaid.model import Holder
from maritime_app.errors import Conflict, NotFound
from maritime_app.i18n import translate as _
from maritime_app.web import access, limits
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import query


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
    whose = "".join(char for char in reference.upper() if char.isalnum())[: ids.REFERENCE_LENGTH]
    await limits.guess(request, "reference", whose)
    return await service.by_reference(resources(request), reference, Proof(surname=surname))


async def proved(request: web.Request, proof: Proof) -> Booking:
    """Return the booking of the address for what a program shows; raise NotFound or TooMany."""
    return await proof_of(request, request.match_info["reference"], proof.token, proof.surname)


async def proof_of(request: web.Request, reference: str, token: str, surname: str) -> Booking:
    """Return the booking for what a program shows; raise NotFound or TooMany."""
    if not token:
        return await by_surname(request, reference, surname)
    return await service.by_reference(resources(request), reference, Proof(token=token))


async def guest_booking(request: web.Request) -> tuple[Booking, str]:
    """Return the booking of the address and the token that proves it; raise NotFound."""
    proof = query(request, Proof)
    if not proof.token:
        words = _("Please open the booking with the link from your mail, or look it up.")
        raise NotFound(words, code="proof")
    reference = request.match_info["reference"]
    booking = await service.by_reference(resources(request), reference, Proof(token=proof.token))
    return booking, proof.token


async def confirmed_booking(request: web.Request) -> tuple[Booking, str]:
    """Return a booking whose tickets are valid and its token.

    Raise Conflict where there is no ticket (yet), or where it is not valid at the moment; the code
    is the situation.
    """
    booking, token = await guest_booking(request)
    confirmed(booking)
    res = resources(request)
    async with res.db.acquire() as conn:
        told = await stories.story(conn, res, booking)
    if told.situation not in TICKETED:
        raise Conflict(f"{told.headline}. {told.sentence}", code=told.situation)
    return booking, token


def confirmed(booking: Booking) -> Booking:
    """Return the booking; raise Conflict unless it is confirmed."""
    if booking.status is not BookingStatus.CONFIRMED:
        words = _("There is a ticket once the booking is confirmed.")
        raise Conflict(words, code="not_confirmed")
    return booking


def see_other(address: str) -> web.Response:
    """Return a redirect (303) that is kept nowhere."""
    return web.Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})
