"""Book again: the same sailings for the same people, after a booking that ended."""

from collections import Counter

import msgspec

from maritime_app.bookings import service as bookings, store
from maritime_app.bookings.cancellations import service as cancellations
from maritime_app.bookings.invoices import store as invoices
from maritime_app.bookings.link_tokens import Entry
from maritime_app.bookings.model import (
    Booking,
    BookingRequest,
    BookingStatus,
    Contact,
    LegRequest,
    VehicleBooking,
)
from maritime_app.bookings.responses import BookingResponse
from maritime_app.bookings.unpaid.model import Holder
from maritime_app.errors import Conflict, Invalid
from maritime_app.ferries.fares.rules import PROMOTION
from maritime_app.i18n import translate as _
from maritime_app.resources import Resources

_ENDED = (BookingStatus.EXPIRED, BookingStatus.REFUSED, BookingStatus.CANCELLED)


async def book_again(res: Resources, ended: Booking, holder: Holder) -> BookingResponse:
    """Hold what an ended booking held and return the new booking; a second click finds it.

    Raise Conflict when the booking has not ended or the places are gone.
    """
    if ended.status not in _ENDED:
        raise Conflict(_("This booking still stands."), code="booking_changed")
    standing = await _renewed(res, ended)
    if standing is not None:
        return await bookings.answer(res, standing, Entry.LINK)
    booked = await _book(res, await _request(res, ended), holder)
    async with res.db.transaction() as conn:
        # Else the statement of a second click may look at the bookings as they were before the
        # first one's, wait for its row, and take its place, too.
        await store.lock_booking(conn, ended.id)
        fresh = await store.booking_by_reference(conn, booked.reference)
        first = fresh is not None and await store.renewed(conn, ended.id, fresh.id)
    standing = None if first else await _renewed(res, ended)
    if fresh is None or standing is None:
        return booked
    await cancellations.cancel(res, fresh, 0)  # another click was faster: one hold is enough
    return await bookings.answer(res, standing, Entry.LINK)


async def _book(res: Resources, request: BookingRequest, holder: Holder) -> BookingResponse:
    """Book, without the promo code where that cannot be used any more: the page says the price."""
    try:
        return await bookings.book(res, request, holder)
    except Invalid as refusal:
        if "promo_code" not in refusal.fields:
            raise
    without = msgspec.structs.replace(request, promo_code=None)
    return await bookings.book(res, without, holder)


async def _renewed(res: Resources, ended: Booking) -> Booking | None:
    """Return the booking that took this one's place, while it stands."""
    async with res.db.acquire() as conn:
        renewal_id = await store.renewal_of(conn, ended.id)
        booking = await store.booking_by_id(conn, renewal_id) if renewal_id else None
    return booking if booking is not None and booking.status not in _ENDED else None


async def _request(res: Resources, ended: Booking) -> BookingRequest:
    async with res.db.acquire() as conn:
        people = await store.passenger_requests(conn, ended.id)
        buyer = await invoices.buyer_of(conn, ended.id)
    pets = Counter({item.leg: item.quantity for item in ended.items if item.item == "pet"})
    codes = (i.item.removeprefix(PROMOTION) for i in ended.items if i.item.startswith(PROMOTION))
    return BookingRequest(
        legs=[
            LegRequest(leg.sailing_id, cabins=leg.cabins, fewer_berths=True, extras=leg.extras)
            for leg in ended.legs
        ],
        passengers=people,
        contact=Contact(ended.email, ended.phone, ended.language),
        vehicles=[
            VehicleBooking(v.kind, v.length_cm, v.height_cm, v.weight_kg, v.plate)
            for v in ended.vehicles
        ],
        pets=max(pets.values(), default=0),
        buyer=buyer,
        promo_code=next(codes, None),
    )
