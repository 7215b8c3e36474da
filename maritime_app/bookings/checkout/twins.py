"""What a browser holds on a sailing, so that a second tab does not silently hold it again."""

import hashlib
from collections.abc import Iterable

from maritime_app.bookings import store
from maritime_app.bookings.model import Booking, BookingStatus
from maritime_app.infra.redis import RedisError
from maritime_app.resources import Resources


async def remember(res: Resources, visitor: str, booking: str, sailings: Iterable[str]) -> None:
    """Write down which booking holds these sailings for a browser, as long as a hold lasts."""
    seconds = max(1, int(res.settings.bookings.hold_minutes * 60))
    try:
        for sailing in sailings:
            await res.redis_cache.command("SET", _key(visitor, sailing), booking, "EX", seconds)
    except RedisError:
        return  # then a second tab is not noticed


async def held_already(res: Resources, visitor: str, sailings: Iterable[str]) -> Booking | None:
    """Return a booking of this browser that holds one of the sailings and waits to be paid."""
    try:
        found = [await res.redis_cache.command("GET", _key(visitor, one)) for one in sailings]
    except RedisError:
        return None
    async with res.db.acquire() as conn:
        for reference in dict.fromkeys(one.decode() for one in found if one):
            booking = await store.booking_by_reference(conn, reference)
            if booking is not None and booking.status is BookingStatus.HELD:
                return booking
    return None


def _key(visitor: str, sailing: str) -> str:
    who = hashlib.sha256(f"{visitor}\0{sailing}".encode()).hexdigest()[:40]
    return f"bookings:held-by-browser:{who}"
