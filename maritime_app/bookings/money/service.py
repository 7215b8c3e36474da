"""Follow refunds and disputes that were begun elsewhere, and what staff decide about them."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

from maritime_app import clock
from maritime_app.bookings import store
from maritime_app.bookings.cancellations import service as cancellations
from maritime_app.bookings.mailing import mails
from maritime_app.bookings.model import Booking, BookingStatus
from maritime_app.bookings.money_back import accepted_payments
from maritime_app.errors import Conflict, NotFound
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.payments import service as payments
from maritime_app.payments.disputes import service as disputes
from maritime_app.payments.model import Dispute, DisputeDecision, Payment, RefundOrigin
from maritime_app.payments.refunds import service as refunds
from maritime_app.resources import Resources

_STANDING = (BookingStatus.PAID, BookingStatus.CONFIRMING, BookingStatus.CONFIRMED)


async def follow(res: Resources, booking_id: UUID) -> str:
    """Look at a booking whose money moved without us; repeating it changes nothing.

    All of it refunded in Stripe's dashboard ends the booking; a lost dispute makes its ticket
    invalid until a person decides.
    """
    async with res.db.transaction() as conn:
        booking = await store.locked_booking(conn, booking_id)
        stands_on = await accepted_payments(conn, booking)
        if not stands_on or booking.status not in _STANDING:
            return "the booking does not stand on this money"
        lost = [d for d in await disputes.disputes_of(conn, stands_on) if _needs_decision(d)]
        if lost:
            key = f"dispute:{lost[-1].id}:lost"
            await mails.write(conn, res, booking, mails.SUSPENDED, key=key)
            return "the ticket is not valid until staff decide"
        return await _end_if_refunded(conn, res, booking, stands_on)


async def _end_if_refunded(
    conn: Conn, res: Resources, booking: Booking, stands_on: Sequence[Payment]
) -> str:
    given_back = [
        refund
        for refund in await refunds.refunds_of(conn, stands_on)
        if refund.origin is RefundOrigin.STRIPE
    ]
    kept_minor = 0
    for paid in stands_on:
        claims = await refunds.claims_of(conn, paid.id)
        kept_minor += max(0, (paid.received_minor or 0) - claims.back_minor)
    if not given_back or kept_minor:
        return "a part went back, the booking stands"
    if booking.legs[0].departs_at <= clock.now():
        return "all of it went back after departure"
    for paid in stands_on:
        await refunds.rename_outside(conn, paid, "cancelled")
    if not await cancellations.end(conn, res, booking, 0):
        raise Conflict("the booking has just changed", code="booking_changed")
    return "all of it went back: cancelled"


def _needs_decision(dispute: Dispute) -> bool:
    return dispute.lost and dispute.decision is None


async def decide(
    res: Resources,
    booking_id: UUID,
    dispute_id: str,
    decision: DisputeDecision,
    staff: str,
    *,
    also: Callable[[Conn], Awaitable[None]] | None = None,
) -> None:
    """Do what staff decided after a lost dispute: let them travel, or end the booking.

    `also` is done in the same transaction. Raise NotFound for another booking's dispute, Conflict
    when it was decided before.
    """
    async with res.db.transaction() as conn:
        booking = await store.locked_booking(conn, booking_id)
        paid = await payments.payments_of(conn, "bookings", booking.id)
        found = [d for d in await disputes.disputes_of(conn, paid) if d.id == dispute_id]
        if not found:
            raise NotFound(_("There is no such dispute."))
        await disputes.decide(conn, found[0], decision, staff)
        if decision is DisputeDecision.HONOURED:
            key = f"dispute:{dispute_id}:honoured"
            await mails.write(conn, res, booking, mails.CONFIRMATION, key=key)
        elif not await cancellations.end(conn, res, booking, 0):
            words = _("This booking has just changed. Please look at it again.")
            raise Conflict(words, code="booking_changed")
        if also is not None:
            await also(conn)
