"""From money to a confirmed place, or to money going back (see bookings/states.py).

Every step can be repeated, and every step can be the last: a process may die between any two.
"""

from datetime import timedelta
from uuid import UUID

from maritime_app import clock
from maritime_app.bookings import money_back, store
from maritime_app.bookings.holds import service as holds
from maritime_app.bookings.invoices import service as invoices
from maritime_app.bookings.invoices.model import CONFIRMED
from maritime_app.bookings.mailing import mails
from maritime_app.bookings.model import Booking, BookingStatus, Leg
from maritime_app.bookings.pricing.giving_back import give_back
from maritime_app.bookings.pricing.model import LegRefused
from maritime_app.bookings.pricing.sources import source_of_leg
from maritime_app.bookings.service import by_id, payments_of
from maritime_app.bookings.states import BookingEvent
from maritime_app.bookings.tickets import service as tickets
from maritime_app.bookings.unpaid import service as unpaid
from maritime_app.emails import service as emails
from maritime_app.errors import Unavailable
from maritime_app.ferries.model import OperatorKind
from maritime_app.ferries.sailings.sales import SaleEnd
from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.payments import service as payments
from maritime_app.payments.model import Payment, PaymentStatus
from maritime_app.payments.refunds import service as refunds
from maritime_app.resources import Resources

_MOST_DRAWINGS = 3  # of tickets that were changed meanwhile
_ENDED = (BookingStatus.EXPIRED, BookingStatus.REFUSED, BookingStatus.CANCELLED)
_SALE_ENDED = {f"sailing_{end}" for end in SaleEnd}
_FIRST_VERSION = 1  # a booking that was never confirmed has never changed


async def accept_payment(res: Resources, payment_id: UUID) -> str:
    """Money has arrived for a booking: keep the places, or send the money back at once.

    A booking accepts one payment. Which one is decided while its row is locked, and stays decided:
    the same payment again is "accepted before" or "sent back before", any other is too much, in
    whatever order they are heard of. Where something is not sold any more, the hold ends with it.
    """
    paid = await payments.payment(res, payment_id)
    booking = await by_id(res, paid.subject_id)
    async with res.db.transaction() as conn:
        status, _overdue = await store.lock_booking(conn, booking.id)
        accepted = await payments.accepted(conn, "bookings", booking.id)
        if accepted is not None and accepted.id == paid.id:
            return "accepted before"
        if status is BookingStatus.EXPIRED and await money_back.is_sent_back(conn, paid):
            return "sent back before"
        reason = await _why_not_kept(conn, res, booking, paid, accepted, status)
        if reason:
            if status is BookingStatus.HELD and reason in _SALE_ENDED:
                await _end_unsold(conn, res, booking)
            words = "Money came that could not be kept; it goes back."
            return await money_back.send_back(conn, paid, reason, words)
        await _keep(conn, res, booking, paid)
    if status is BookingStatus.EXPIRED:
        return "paid late, places taken again"
    return "paid"


async def _why_not_kept(
    conn: Conn,
    res: Resources,
    booking: Booking,
    paid: Payment,
    accepted: Payment | None,
    status: BookingStatus,
) -> str | None:
    """Return the reason for which the money goes back, or None with the places taken."""
    if (paid.received_minor, paid.currency) != (booking.total_minor, booking.currency):
        return "wrong_amount"
    if accepted is not None:
        return "paid_twice"
    if status not in (BookingStatus.HELD, BookingStatus.EXPIRED):
        return "late"
    if status is BookingStatus.EXPIRED:
        # Whoever follows a sailing takes it for gone: it comes aboard before that, or not at all.
        legs = booking.leg_rows.values()
        await store.lock_sailings(conn, (leg.sailing_id for leg in legs))
    ended = await store.sale_end(conn, booking.id, res.settings.sailings.sales_close_minutes)
    if ended:
        return f"sailing_{ended}"
    if status is BookingStatus.EXPIRED and not await _take_again(conn, res, booking):
        return "late"
    return None


async def _take_again(conn: Conn, res: Resources, booking: Booking) -> bool:
    house = [
        booking.leg_rows[leg.number].sailing_id
        for leg in booking.legs
        if leg.operator.kind is OperatorKind.HOUSE
    ]
    if await store.refuse_vehicles(conn, house, booking.vehicles):
        return False  # another ship sails than the one that it was held on
    return await holds.take_again(conn, res, booking)


async def _end_unsold(conn: Conn, res: Resources, booking: Booking) -> None:
    """End a hold that nothing can come of; where it can be paid once more, its job prevents it."""
    await _end_hold(conn, res, booking)
    if any(one.status is PaymentStatus.OPEN for one in await payments_of(conn, booking)):
        await enqueue(
            conn,
            "bookings.expire_hold",
            {"booking_id": str(booking.id)},
            subject=("bookings", str(booking.id)),
            unique_key=f"expire:{booking.id}:unsold",
        )


async def _keep(conn: Conn, res: Resources, booking: Booking, paid: Payment) -> None:
    conn.after_commit.append(lambda: unpaid.settle(res, booking.reference))
    await store.apply(conn, booking.id, BookingEvent.PAY)
    await payments.accept(conn, paid)
    await mails.write(
        conn,
        res,
        booking,
        mails.PAYMENT_SUCCESS,
        key=f"payment:{paid.id}",
        paid_minor=paid.received_minor,
    )
    await enqueue(
        conn,
        "bookings.confirm_booking_with_operator",
        {"booking_id": str(booking.id)},
        subject=("bookings", str(booking.id)),
        unique_key=f"confirm:{booking.id}:{paid.id}",
    )


async def confirm(res: Resources, booking_id: UUID) -> str:
    """Ask every operator to confirm, then write the ticket; a refusal sends the money back.

    Raise Unavailable while an operator does not answer.
    """
    booking = await by_id(res, booking_id)
    if _is_too_late(res, booking):
        return await refuse(res, booking, "no answer in time", "operator_silent")
    async with res.db.transaction() as conn:
        await store.apply(conn, booking_id, BookingEvent.ASK_OPERATORS)
        status, _overdue = await store.lock_booking(conn, booking_id)
    if status is BookingStatus.CONFIRMED:
        return await _mail_ticket(res, booking.id)
    if status is not BookingStatus.CONFIRMING:
        return f"nothing to confirm: {status}"
    for leg in booking.legs:
        if leg.operator_reference is None:
            try:
                await _confirm_leg(res, booking, leg)
            except LegRefused as refused:
                return await refuse(res, booking, str(refused))
    if not await _finish(res, await by_id(res, booking_id)):
        return "confirmed before"
    return await _mail_ticket(res, booking_id)


def _is_too_late(res: Resources, booking: Booking) -> bool:
    """Return whether nobody waits for the operators any more: the deadline, or departure."""
    if booking.status not in (BookingStatus.PAID, BookingStatus.CONFIRMING):
        return False
    now, since = clock.now(), booking.paid_at or booking.created_at
    deadline = since + timedelta(minutes=res.settings.bookings.confirm_minutes)
    return now >= min(deadline, booking.legs[0].departs_at)


async def _confirm_leg(res: Resources, booking: Booking, leg: Leg) -> None:
    source, key = source_of_leg(res, booking, leg)
    reference = await source.confirm(leg.operator.code, key)
    async with res.db.acquire() as conn:
        await store.set_operator_reference(conn, booking.id, leg.number, reference)


async def _finish(res: Resources, booking: Booking) -> bool:
    async with res.db.transaction() as conn:
        if not await store.apply(conn, booking.id, BookingEvent.CONFIRM):
            return False
        await invoices.issue_confirmed(conn, booking)
    return True


async def _mail_ticket(res: Resources, booking_id: UUID) -> str:
    """Mail ticket and invoice, once; drawing them in the transaction that confirms would keep
    whoever needs the next invoice number waiting.

    Raise Unavailable where the booking changes again and again while they are drawn.
    """
    key = f"booking:{booking_id}:confirmation:{_FIRST_VERSION}"
    for _try in range(_MOST_DRAWINGS):
        async with res.db.acquire() as conn:
            if await emails.is_written(conn, key):
                return "confirmed before"
        booking = await by_id(res, booking_id)
        if booking.status is not BookingStatus.CONFIRMED:
            return "not confirmed any more"
        attachments = [
            *await tickets.printed(res, booking),
            *await invoices.printed(res, booking, CONFIRMED),
        ]
        async with res.db.transaction() as conn:
            now = await store.locked_booking(conn, booking_id)
            if (now.status, now.version) == (booking.status, booking.version):
                kind = mails.CONFIRMATION
                await mails.write(conn, res, now, kind, key=key, attachments=attachments)
                return "confirmed"
    raise Unavailable("the booking has just changed", retry_after_seconds=1)


async def refuse(res: Resources, booking: Booking, detail: str, reason: str = "refused") -> str:
    """Give places and money back after money was taken, and write to the customer why.

    `reason` is "refused" where an operator said no, "operator_silent" where none answered in time.
    """
    async with res.db.transaction() as conn:
        if not await store.apply(conn, booking.id, BookingEvent.REFUSE):
            return "decided meanwhile"
        await holds.release(conn, res, booking)
        for paid in await payments_of(conn, booking):
            if paid.status is PaymentStatus.SUCCEEDED:
                amount, key = paid.received_minor or 0, f"refused:{booking.id}:{paid.id}"
                await refunds.request_refund(conn, paid, amount, reason, key)
        await mails.write(
            conn,
            res,
            booking,
            mails.CANCELLATION,
            key=f"booking:{booking.id}:refused",
            fee_minor=0,
            reason=reason,
        )
        await ask_operators_to_cancel(conn, booking)
        subject = ("bookings", str(booking.id))
        kind = "operator_refused" if reason == "refused" else reason
        await raise_alert(conn, kind, detail, subject=subject)
    return f"refused: {detail}"


async def expire(res: Resources, booking_id: UUID) -> str:
    """End an overdue hold, after Stripe has said that nobody paid (or can pay any more), and after
    it was decided about money that has come: what it pays for is not given away before.
    """
    booking = await by_id(res, booking_id)
    async with res.db.acquire() as conn:
        found = await payments_of(conn, booking)
    # A look that comes late meets one that was confirmed and is changed: that has its own clock.
    for owed in (one for one in found if one.part_id is None):
        is_open = owed.status is PaymentStatus.OPEN
        status = await payments.close(res, owed.id) if is_open else owed.status
        if status is PaymentStatus.SUCCEEDED and owed.accepted_at is None:
            await accept_payment(res, owed.id)
    async with res.db.transaction() as conn:
        if await store.lock_booking(conn, booking_id) != (BookingStatus.HELD, True):
            return "not overdue"
        await _end_hold(conn, res, booking)
    return "expired"


async def _end_hold(conn: Conn, res: Resources, booking: Booking) -> None:
    await store.apply(conn, booking.id, BookingEvent.EXPIRE)
    await holds.release(conn, res, booking)
    await ask_operators_to_cancel(conn, booking)


async def cancel_with_operators(res: Resources, booking_id: UUID) -> str:
    """Give remote legs back; what an operator keeps is its own fare's, ours was quoted before.

    A booking that stands keeps its legs, whoever asked for this. Raise Unavailable while an
    operator does not answer; the others are asked all the same.
    """
    booking = await by_id(res, booking_id)
    if booking.status not in _ENDED:
        return f"nothing to give back: {booking.status}"
    given_back = await give_back(
        res, booking_id, booking.legs, lambda leg: source_of_leg(res, booking, leg)
    )
    return f"{given_back} given back"


async def ask_operators_to_cancel(conn: Conn, booking: Booking) -> None:
    """Let remote operators know, after the commit and until they have answered."""
    if any(leg.operator.kind is OperatorKind.REMOTE for leg in booking.legs):
        await enqueue(
            conn,
            "bookings.cancel_booking_with_operator",
            {"booking_id": str(booking.id)},
            subject=("bookings", str(booking.id)),
            unique_key=f"cancel_operator:{booking.id}",
        )
