"""Share a journey, revoke it, open it. A share shows where the ship is and when it arrives; it
proves nothing about the booking, and no other page takes it for a proof.
"""

from datetime import timedelta
from uuid import UUID

from maritime_app import clock, signed_links
from maritime_app.bookings import store as bookings
from maritime_app.bookings.model import Booking, BookingStatus
from maritime_app.bookings.shares import store
from maritime_app.errors import Conflict, NotFound
from maritime_app.i18n import translate as _
from maritime_app.ids import uuid7
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources

_PURPOSE = "share"  # under which the links are signed
_MOST_OPEN = 10
_AFTERWARDS = timedelta(hours=24)  # somebody waits on the quay, nobody for longer


async def share(res: Resources, booking: Booking) -> None:
    """Hand out another link; raise Conflict for a booking without a ticket or with too many."""
    if booking.status is not BookingStatus.CONFIRMED:
        words = _("A journey can be shared once the booking is confirmed.")
        raise Conflict(words, code="not_confirmed")
    async with res.db.transaction() as conn:
        await bookings.lock_booking(conn, booking.id)
        if not await store.add_share(conn, uuid7(), booking.id, _MOST_OPEN):
            raise Conflict(_("Please end one of the links first."), code="shares")


async def links(conn: Conn, res: Resources, booking_id: UUID) -> list[tuple[UUID, str]]:
    """Return the open shares of a booking with their addresses, oldest first."""
    found = await store.shares_of(conn, booking_id)
    base = f"{res.settings.public_url}/trips"
    return [
        (one.id, f"{base}/{signed_links.token(res.settings, _PURPOSE, one.id)}") for one in found
    ]


async def revoke(res: Resources, booking: Booking, share_id: UUID) -> None:
    """End a link: from now on it opens nothing."""
    async with res.db.transaction() as conn:
        await store.revoke(conn, share_id, booking.id)


async def opened(res: Resources, token: str) -> Booking:
    """Return the booking that a link lets follow; raise NotFound for one that opens nothing."""
    share_id = signed_links.subject(res.settings, _PURPOSE, token)
    booking = None
    if share_id is not None:
        async with res.db.acquire() as conn:
            found = await store.share(conn, share_id)
            booking = await bookings.booking_by_id(conn, found.booking_id) if found else None
    if booking is None or not _is_followed(booking):
        raise NotFound(_("This link was ended, or its journey is over."), code="share")
    return booking


def _is_followed(booking: Booking) -> bool:
    is_real = booking.status is BookingStatus.CONFIRMED and booking.erased_at is None
    return is_real and clock.now() <= booking.legs[-1].lands_at + _AFTERWARDS
