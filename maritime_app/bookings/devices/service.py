"""Open a booking in a browser, and close it there."""

import hashlib
import secrets

from maritime_app.bookings import service as bookings, store as bookings_store
from maritime_app.bookings.contacts import not_erased
from maritime_app.bookings.devices import store
from maritime_app.bookings.devices.model import Device
from maritime_app.bookings.link_tokens import LINK_SECONDS, Entry
from maritime_app.bookings.model import Booking
from maritime_app.resources import Resources

IDLE_DAYS = 90
_SECRET_BYTES = 32
_MOST_DEVICES = 20  # of one booking; families and their telephones have fewer
_STAFF_SECONDS = 3_600  # the customer's view is for one look


async def begin(res: Resources, booking: Booking, entry: Entry) -> tuple[str, Device]:
    """Open the booking in one more browser; return the secret of its cookie, and the device."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    is_staff = entry is Entry.STAFF
    made = Device(_hashed(secret), is_trusted=entry is Entry.BOOKED, is_staff=is_staff)
    seconds = _STAFF_SECONDS if is_staff else LINK_SECONDS
    async with res.db.transaction() as conn:
        await store.add(conn, made, booking.id, seconds)
        await store.keep_newest(conn, booking.id, _MOST_DEVICES, made.secret_hash)
    return secret, made


async def opened(res: Resources, reference: str, secret: str) -> tuple[Booking, Device] | None:
    """Return the booking that is open in a browser; None where it is not (any more).

    Raise NotFound for one whose people are erased.
    """
    wanted = bookings.canonical(reference)
    async with res.db.acquire() as conn:
        known = await store.device(conn, _hashed(secret), wanted, IDLE_DAYS)
        booking = await bookings_store.booking_by_reference(conn, wanted) if known else None
        if known is None or booking is None:
            return None
        if known.seen_long_ago:
            await store.see(conn, known.secret_hash)
    return not_erased(booking), known


async def again(res: Resources, booking: Booking, device: Device) -> Device:
    """Return the device as it is now; as it was, where it has ended meanwhile."""
    async with res.db.acquire() as conn:
        now = await store.device(conn, device.secret_hash, booking.reference, IDLE_DAYS)
    return now or device


async def trust(res: Resources, device: Device) -> None:
    """Make the device a trusted one: the booking was made in it."""
    async with res.db.acquire() as conn:
        await store.trust(conn, device.secret_hash)


async def count(res: Resources, booking: Booking) -> int:
    """Return in how many browsers the booking is open."""
    async with res.db.acquire() as conn:
        return await store.count(conn, booking.id, IDLE_DAYS)


async def end(res: Resources, device: Device) -> None:
    """Close the booking in one browser."""
    async with res.db.acquire() as conn:
        await store.end(conn, device.secret_hash)


async def end_others(res: Resources, booking: Booking, device: Device) -> None:
    """Close the booking everywhere else, and make every link useless that was written so far."""
    async with res.db.transaction() as conn:
        await store.end_others(conn, booking.id, device.secret_hash)


def _hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
