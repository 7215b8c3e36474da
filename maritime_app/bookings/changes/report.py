"""The tickets of a changed booking, to its contact: those that were sent before are void."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from maritime_app.bookings import store as bookings
from maritime_app.bookings.changes import store
from maritime_app.bookings.changes.model import Change
from maritime_app.bookings.invoices import service as invoices
from maritime_app.bookings.mailing import mails
from maritime_app.bookings.mailing.mail_content import ChangeNews
from maritime_app.bookings.model import Booking, BookingStatus
from maritime_app.bookings.open_change import ChangeOrigin, ChangeStatus
from maritime_app.bookings.service import token_of
from maritime_app.bookings.tickets import service as tickets
from maritime_app.emails.model import Attachment
from maritime_app.errors import Unavailable
from maritime_app.infra.db import Conn
from maritime_app.money import Money
from maritime_app.resources import Resources

_MOST_DRAWINGS = 3  # of tickets that were changed meanwhile


async def mail_tickets(res: Resources, change_id: UUID) -> str:
    """Write the mail with the tickets as they are now, once per version of the booking.

    A change that was carried out together with others is invoiced first. Raise Unavailable where
    the booking changes again and again while they are drawn.
    """
    for _try in range(_MOST_DRAWINGS):
        async with res.db.transaction() as conn:
            change = await store.change(conn, change_id)
            booking = await bookings.locked_booking(conn, change.booking_id)
            if change.status is not ChangeStatus.APPLIED:
                return "nothing to report"
            if booking.status is not BookingStatus.CONFIRMED:
                return "not confirmed any more"
            await invoices.issue_changed(conn, booking, change.id)
        ended = calendar_cancellations(res, booking, change)
        documents = await invoices.printed(res, booking, f"change:{change.id}")
        attachments = [*await tickets.printed(res, booking), *documents, *ended]
        if await _mailed(res, booking, change, attachments):
            return "mailed"
    raise Unavailable("the booking has just changed", retry_after_seconds=1)


async def _mailed(
    res: Resources, booking: Booking, change: Change, attachments: Sequence[Attachment]
) -> bool:
    """Write the mail; return False where the booking is another one than was drawn."""
    async with res.db.transaction() as conn:
        now = await bookings.locked_booking(conn, booking.id)
        if (now.status, now.version) != (booking.status, booking.version):
            return False
        await mails.write(
            conn,
            res,
            now,
            mails.CHANGED,
            key=f"booking:{booking.id}:changed:{booking.version}",
            paid_minor=max(0, change.due_minor) or None,
            refund_minor=max(0, -change.due_minor) or None,
            attachments=attachments,
        )
    return True


async def mail_request(conn: Conn, res: Resources, booking: Booking, change: Change) -> None:
    """Ask the customer to pay for a change by staff, in the transaction that holds its places."""
    token = token_of(res, booking.reference)
    pay_url = f"{res.settings.public_url}/bookings/{booking.reference}/change/pay?token={token}"
    due = Money(change.due_minor, booking.currency)
    await mails.write(
        conn,
        res,
        booking,
        mails.CHANGE_TO_PAY,
        key=f"booking:{booking.id}:change_to_pay:{change.id}",
        change=ChangeNews(due, change.expires_at, pay_url),
    )


async def mail_refusal(conn: Conn, res: Resources, change: Change) -> None:
    """Write that the operator would not have the change, in the transaction that ends it.

    Passengers of a sailing that does not go hear of it by their own road.
    """
    if change.origin is ChangeOrigin.DISRUPTION:
        return
    booking = await bookings.booking_by_id(conn, change.booking_id)
    back_minor, key = max(0, change.due_minor), f"booking:{booking.id}:change_refused:{change.id}"
    await mails.write(
        conn, res, booking, mails.CHANGE_REFUSED, key=key, refund_minor=back_minor or None
    )


def calendar_cancellations(res: Resources, booking: Booking, change: Change) -> list[Attachment]:
    """Return what takes the legs that were dropped out of calendars."""
    dropped = change.content.dropped_legs
    before = msgspec.structs.replace(booking, legs=dropped)
    return tickets.calendar_cancellations(res.settings, before, booking.version)
