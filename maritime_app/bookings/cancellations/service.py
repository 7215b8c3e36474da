"""What cancelling costs, and doing it for exactly that."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

from maritime_app import clock
from maritime_app.bookings import rights, store
from maritime_app.bookings.cancellations.model import CancellationQuote, LegFee
from maritime_app.bookings.confirmation.service import ask_operators_to_cancel
from maritime_app.bookings.holds import service as holds
from maritime_app.bookings.invoices import service as invoices
from maritime_app.bookings.mailing import mails
from maritime_app.bookings.model import Booking, BookingStatus, Leg
from maritime_app.bookings.money_back import accepted_payments, give_back, kept_minor
from maritime_app.bookings.pricing.sources import source_of_leg
from maritime_app.bookings.service import by_id, payments_of
from maritime_app.bookings.states import BOOKING, BookingEvent
from maritime_app.bookings.tickets import service as tickets
from maritime_app.errors import Conflict
from maritime_app.ferries.model import PriceReason
from maritime_app.i18n import translate as _
from maritime_app.infra.db import CommitUnknown, Conn
from maritime_app.money import Money
from maritime_app.payments import service as payments
from maritime_app.payments.model import PaymentStatus
from maritime_app.payments.refunds import service as refunds
from maritime_app.resources import Resources

# Until every operator has confirmed there is nothing to pay a fee for.
_FREE = (BookingStatus.HELD, BookingStatus.PAID, BookingStatus.CONFIRMING)


async def quote(res: Resources, booking: Booking) -> CancellationQuote:
    """Return the fee now; raise Conflict when the booking cannot be cancelled."""
    now = clock.now()
    may_leave = rights.free_to_leave(booking, res.settings.sailings.choice_minutes, now)
    _check(booking, may_leave=may_leave)
    # Regulation (EU) 1177/2010, article 18: the full price where the sailing does not go as booked.
    if may_leave or booking.status in _FREE:
        fees = [LegFee(leg.number, 0, _money(booking, 0), None) for leg in booking.legs]
    else:
        fees = [await _leg_fee(res, booking, leg) for leg in booking.legs]
    async with res.db.acquire() as conn:
        await _check_ashore(conn, booking, may_leave=may_leave)
        stands_on = await accepted_payments(conn, booking)
        received_minor = sum(paid.received_minor or 0 for paid in stands_on)
        claims = [await refunds.claims_of(conn, paid.id) for paid in stands_on]
    return _sum(booking, received_minor, sum(claim.gone_minor for claim in claims), fees)


async def cancel(
    res: Resources,
    booking: Booking,
    fee_minor: int,
    *,
    waived: bool = False,
    also: Callable[[Conn], Awaitable[None]] | None = None,
) -> Booking:
    """Cancel for exactly the quoted fee and return the booking as it is then.

    `waived`: staff have agreed to a lower fee. `also` is done in the same transaction. Raise
    Conflict when the fee has changed meanwhile or somebody else was faster.
    """
    quoted = await quote(res, booking)
    quoted_minor = quoted.fee.amount_minor
    if fee_minor > quoted_minor or (fee_minor < quoted_minor and not waived):
        words = _("The cancellation fee has changed. Please look at it again.")
        raise Conflict(words, code="fee_changed")
    if booking.status is BookingStatus.HELD or booking.change is not None:
        await _close_payments(res, booking)
    try:
        async with res.db.transaction() as conn:
            await _end(conn, res, booking, fee_minor, quoted.legs)
            if also is not None:
                await also(conn)
    except CommitUnknown:
        now = await by_id(res, booking.id)
        if (now.status, now.cancel_fee_minor) != (BookingStatus.CANCELLED, fee_minor):
            raise
        return now
    return await by_id(res, booking.id)


async def _end(
    conn: Conn, res: Resources, booking: Booking, fee_minor: int, legs: Sequence[LegFee]
) -> None:
    now = await store.locked_booking(conn, booking.id)
    may_leave = rights.free_to_leave(booking, res.settings.sailings.choice_minutes, clock.now())
    await _check_ashore(conn, booking, may_leave=may_leave)  # a gate holds the booking's row, too
    fees = {part.number: part.fee.amount_minor for part in legs}
    # Legs, operators and fees of another version are not those that were quoted, and out of what
    # staff gave back meanwhile no fee can be kept.
    is_as_quoted = (now.version, now.goodwill_minor) == (booking.version, booking.goodwill_minor)
    if not (is_as_quoted and await end(conn, res, booking, fee_minor, fees=fees)):
        words = _("This booking has just changed. Please look at it again.")
        raise Conflict(words, code="booking_changed")


async def end(
    conn: Conn,
    res: Resources,
    booking: Booking,
    fee_minor: int,
    reason: str | None = None,
    *,
    fees: Mapping[int, int] | None = None,
) -> bool:
    """End a booking for that fee: places and money go back, mail and operators follow.

    Return False when it is not in the state any more in which the caller saw it. The caller holds
    the booking's row. `fees` is what of the fee belongs to each leg, where it was quoted so.
    """
    if not await store.apply(conn, booking.id, BookingEvent.CANCEL, within=[booking.status]):
        return False
    await holds.release(conn, res, booking)
    await store.set_cancel_fee(conn, booking.id, fee_minor)
    await mails.write(
        conn,
        res,
        booking,
        mails.CANCELLATION,
        key=f"booking:{booking.id}:cancellation:{booking.version + 1}",
        fee_minor=fee_minor,
        refund_minor=await _give_back(conn, booking, fee_minor, reason),
        attachments=tickets.calendar_cancellations(res.settings, booking, booking.version + 1)
        if booking.status is BookingStatus.CONFIRMED
        else (),
        reason=reason,
    )
    await ask_operators_to_cancel(conn, booking)
    await invoices.issue_cancelled(conn, booking, fee_minor, fees or {})
    return True


async def _give_back(conn: Conn, booking: Booking, fee_minor: int, reason: str | None) -> int:
    """Request the refund and return how much is to be sent."""
    owed_minor = await kept_minor(conn, booking) - fee_minor
    return await give_back(conn, booking, owed_minor, reason or "cancelled", f"cancel:{booking.id}")


def _check(booking: Booking, *, may_leave: bool) -> None:
    if BOOKING.after(booking.status, BookingEvent.CANCEL) is None:
        words = _("This booking cannot be cancelled any more.")
        raise Conflict(words, code="not_cancellable")
    if rights.is_made(booking.legs[0], clock.now()):
        if may_leave:
            words = _("A part of the journey is made. Please choose on the page of the change.")
            raise Conflict(words, code="partly_made")
        raise Conflict(_("The ferry has left."), code="departed")


async def _check_ashore(conn: Conn, booking: Booking, *, may_leave: bool) -> None:
    """Raise Conflict where somebody was let aboard of a sailing that goes as booked."""
    if not may_leave and await store.boarded_legs(conn, booking.id):
        words = _("Somebody of this booking is aboard: the gate must take that back first.")
        raise Conflict(words, code="boarded")


async def _close_payments(res: Resources, booking: Booking) -> None:
    """Let nobody pay a cancelled booking, and cancel nothing that somebody has just paid."""
    async with res.db.acquire() as conn:
        found = await payments_of(conn, booking)
    for owed in found:
        if owed.status is not PaymentStatus.OPEN:
            continue
        status = await payments.close(res, owed.id)
        if status is PaymentStatus.SUCCEEDED:
            words = _("A payment has just arrived. Please look at it again.")
            raise Conflict(words, code="booking_changed")
        if status is PaymentStatus.OPEN:
            raise CommitUnknown  # it could still be paid: nothing is cancelled yet


async def _leg_fee(res: Resources, booking: Booking, leg: Leg) -> LegFee:
    """Return the fee of a leg: the share that its seller keeps, and earlier fees whole.

    Who went over to a later day pays at least what cancelling would have cost before. What is left
    can be given back to a card: the fee is lowered to the currency's step.
    """
    source, key = source_of_leg(res, booking, leg)
    kept_minor = _fees_paid(booking, leg)
    price_minor = leg.price.amount_minor - kept_minor
    worth = msgspec.structs.replace(leg, price=_money(booking, price_minor))
    row = booking.leg_rows.get(leg.number)
    least_minor = -(-price_minor * (row.least_fee_percent if row else 0) // 100)
    fee_minor = kept_minor + max(await source.cancel_fee_minor(worth, key), least_minor)
    fee_minor -= fee_minor % payments.step_minor(booking.currency)
    percent = round(100 * fee_minor / leg.price.amount_minor) if leg.price.amount_minor else 0
    changes_at = await source.fee_changes_at(leg)
    return LegFee(leg.number, percent, _money(booking, fee_minor), changes_at)


def _fees_paid(booking: Booking, leg: Leg) -> int:
    """Return what of a leg's price are fees of earlier changes."""
    return sum(
        item.amount.amount_minor
        for item in booking.items
        if item.leg == leg.number and item.reason is PriceReason.FEE
    )


def _sum(
    booking: Booking, paid_minor: int, gone_minor: int, fees: Sequence[LegFee]
) -> CancellationQuote:
    """Return the quote; nobody pays a fee out of money that is back, or is to go back, already."""
    kept_minor = max(0, paid_minor - gone_minor)
    fee_minor = min(kept_minor, sum(part.fee.amount_minor for part in fees))
    return CancellationQuote(
        paid=_money(booking, paid_minor),
        already_back=_money(booking, paid_minor - kept_minor),
        fee=_money(booking, fee_minor),
        refund=_money(booking, kept_minor - fee_minor),
        legs=tuple(fees),
    )


def _money(booking: Booking, amount_minor: int) -> Money:
    return Money(amount_minor, booking.currency)
