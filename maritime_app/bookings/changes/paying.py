"""The money of a change that makes a booking dearer: asked for, accepted, or sent back.

Places wait for it; where it does not come they are free again, and the booking is as it was.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

from maritime_app import clock, i18n
from maritime_app.bookings import money_back, store as bookings
from maritime_app.bookings.changes import completion, service, store
from maritime_app.bookings.changes.model import Change
from maritime_app.bookings.changes.states import ChangeEvent
from maritime_app.bookings.link_tokens import return_token
from maritime_app.bookings.model import Booking, BookingStatus
from maritime_app.bookings.open_change import ChangeStatus
from maritime_app.bookings.pricing.sources import remote_operator
from maritime_app.errors import Conflict
from maritime_app.ferries.operators import service as operators
from maritime_app.ferries.sailings import sales
from maritime_app.i18n import translate as _
from maritime_app.infra.db import CommitUnknown, Conn
from maritime_app.money import Money
from maritime_app.payments import service as payments
from maritime_app.payments.model import Checkout, Payment, PaymentStatus
from maritime_app.resources import Resources


async def ask(conn: Conn, booking: Booking, change: Change) -> None:
    """Ask for the difference, in the transaction that holds the change's places."""
    due = Money(change.due_minor, booking.currency)
    await payments.ask_for(conn, "bookings", booking.id, change.id, due)


async def payable(res: Resources, booking: Booking) -> tuple[Change, Payment]:
    """Return the change that waits for money, and its payment.

    Raise Conflict when there is nothing to pay (any more), Unavailable when nobody answers.
    """
    async with res.db.acquire() as conn:
        change = await store.open_change(conn, booking.id)
        owed = await _payment_for(conn, change) if change else None
    if change is None or owed is None or change.expires_at <= clock.now():
        raise Conflict(_("The time to pay ran out."), code="not_payable")
    await _verify(res, change)
    return change, owed


async def last_asked(conn: Conn, booking: Booking) -> Payment | None:
    """Return the payment of the change that is open, else of the last one that was to be paid."""
    change = await store.open_change(conn, booking.id)
    found = await payments.payments_of(conn, "bookings", booking.id)
    parts = [one for one in found if one.part_id is not None]
    if change is not None:
        parts = [one for one in parts if one.part_id == change.id]
    return parts[-1] if parts else None


async def payment_page(res: Resources, booking: Booking) -> str:
    """Return where the difference is paid; raise as `payable` does."""
    _change, owed = await payable(res, booking)
    base = f"{res.settings.public_url}/bookings/{booking.reference}"
    token = return_token(res.settings, booking.reference, booking.links_from, owed.created_at)
    with i18n.using(booking.language):
        description = _("Change of booking %(reference)s") % {"reference": booking.reference}
    checkout = Checkout(
        description=description,
        reference=booking.reference,
        email=booking.email,
        success_url=f"{base}/return?token={token}",
        cancel_url=f"{base}?token={token}",
    )
    return await payments.checkout_url(res, owed.id, checkout)


async def withdraw_unpaid(
    res: Resources, booking: Booking, *, also: Callable[[Conn], Awaitable[None]] | None = None
) -> bool:
    """End a change that waits for money, so that nobody can pay it any more.

    Return whether there was one; `also` is done in the transaction that ends it. Raise Conflict
    where its money has just arrived, CommitUnknown where it could still be paid.
    """
    async with res.db.acquire() as conn:
        change = await store.open_change(conn, booking.id)
    if change is None or change.status is not ChangeStatus.HELD or change.due_minor <= 0:
        return False
    if await close(res, change) is PaymentStatus.SUCCEEDED:
        words = _("A payment has just arrived. Please look at it again.")
        raise Conflict(words, code="booking_changed")
    async with res.db.transaction() as conn:
        await bookings.lock_booking(conn, booking.id)
        ended = await service.withdraw(conn, res, change.id, ChangeEvent.WITHDRAW)
        if ended and also is not None:
            await also(conn)
    return ended


async def close(res: Resources, change: Change) -> PaymentStatus | None:
    """Let nobody pay for the change any more; return how its payment stands, None without one.

    Raise CommitUnknown where it could still be paid.
    """
    async with res.db.acquire() as conn:
        owed = await _payment_for(conn, change)
    if owed is None:
        return None
    status = await payments.close(res, owed.id)
    if status is PaymentStatus.OPEN:
        raise CommitUnknown
    return status


async def accept_payment(res: Resources, paid: Payment, change_id: UUID) -> str:
    """Money has arrived for a change: carry it out, or send the money back at once.

    The same payment again is "accepted before" or "sent back before". Where something is not sold
    any more, the change ends with it.
    """
    async with res.db.transaction() as conn:
        booking = await bookings.locked_booking(conn, paid.subject_id)
        accepted = await payments.accepted(conn, "bookings", booking.id, change_id)
        if accepted is not None and accepted.id == paid.id:
            return "accepted before"
        change = await store.change(conn, change_id)
        if change.status is not ChangeStatus.HELD and await money_back.is_sent_back(conn, paid):
            return "sent back before"
        reason = why_void(paid, booking, change)
        if reason is None and (reason := await _why_unsold(conn, res, change)):
            await service.withdraw(conn, res, change.id, ChangeEvent.EXPIRE)
        if reason:
            words = "Money came for a change that could not be kept; it goes back."
            return await money_back.send_back(conn, paid, reason, words)
        await payments.accept(conn, paid)
        await completion.decide(conn, res, change)
    return "paid: the change is carried out"


def why_void(paid: Payment, booking: Booking, change: Change) -> str | None:
    """Return why this money buys nothing any more; None where it may be kept."""
    if (paid.received_minor, paid.currency) != (change.due_minor, booking.currency):
        return "wrong_amount"
    if change.status in (ChangeStatus.ACCEPTED, ChangeStatus.APPLIED):
        return "paid_twice"
    is_as_quoted = (booking.status, booking.version) == (
        BookingStatus.CONFIRMED,
        change.from_version,
    )
    return None if is_as_quoted and change.status is ChangeStatus.HELD else "change_void"


async def _why_unsold(conn: Conn, res: Resources, change: Change) -> str | None:
    ended = await service.sale_end(conn, res, change.booking_id, change.content)
    return f"sailing_{ended}" if ended else None


async def _payment_for(conn: Conn, change: Change) -> Payment | None:
    found = await payments.payments_of(conn, "bookings", change.booking_id)
    return next((payment for payment in found if payment.part_id == change.id), None)


async def _verify(res: Resources, change: Change) -> None:
    """Raise Conflict or Unavailable unless all of it is still sold, and held by its seller."""
    async with res.db.acquire() as conn:
        ended = await service.sale_end(conn, res, change.booking_id, change.content)
        booking = await bookings.booking_by_id(conn, change.booking_id)
    if ended:
        raise sales.refusal(ended)
    for leg in change.held_remotely():
        code = operators.split_id(leg.public_id)[0]
        known = next(one for one in booking.legs if one.operator.code == code)
        await remote_operator(res, code).verify(known, leg.operator_key or "")
