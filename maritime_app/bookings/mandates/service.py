"""What other domains may ask of mandates: pay with one, and see what it has left."""

from maritime_app import clock
from maritime_app.bookings.mandates import granting, paying, rules, store
from maritime_app.bookings.mandates.model import (
    Mandate,
    MandateOutcome,
    MandateView,
    PayOutcome,
    UseStatus,
)
from maritime_app.bookings.model import Booking
from maritime_app.resources import Resources


async def view(res: Resources, key: str) -> MandateView:
    """Return what the mandate of a key still allows; raise NotFound."""
    return await _viewed(res, await granting.by_key(res, key))


async def pay(
    res: Resources, key: str, booking: Booking, difference_minor: int | None = None
) -> MandateOutcome:
    """Pay a booking, or that difference of its change, with the mandate of a key; say what came of
    it.

    Raise NotFound for a key that is none, and as `paying.pay`.
    """
    mandate = await granting.by_key(res, key)
    use = await paying.pay(res, mandate, booking, difference_minor)
    is_paid = use.status is UseStatus.SPENT
    outcome = PayOutcome.PAID if is_paid else PayOutcome.HANDED_OVER
    shown = await _viewed(res, await granting.opened(res, mandate.id))
    return MandateOutcome(outcome, use.amount, use.refusal, shown)


async def _viewed(res: Resources, mandate: Mandate) -> MandateView:
    now = clock.now()
    async with res.db.acquire() as conn:
        used = await store.used(conn, mandate.id)
    left, bookings_left = rules.left(mandate, used, now)
    return MandateView(
        status=mandate.standing(now),
        limit=mandate.limit,
        left=left,
        bookings_left=bookings_left,
        origin=mandate.origin,
        destination=mandate.destination,
        valid_until=mandate.valid_until,
    )
