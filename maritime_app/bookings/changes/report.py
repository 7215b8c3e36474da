"""The tickets of a changed booking, to its contact: those that were sent before are void."""

from uuid import UUID

from maritime_app.bookings import mails, store as bookings
from maritime_app.bookings.changes import store
from maritime_app.bookings.changes.model import ChangeStatus
from maritime_app.bookings.model import BookingStatus
from maritime_app.bookings.tickets import service as tickets
from maritime_app.resources import Resources


async def mail_tickets(res: Resources, change_id: UUID) -> str:
    """Write the mail with the tickets as they are now, once per version of the booking."""
    async with res.db.acquire() as conn:
        change = await store.change(conn, change_id)
        booking = await bookings.booking_by_id(conn, change.booking_id) if change else None
    if change is None or booking is None or change.status is not ChangeStatus.APPLIED:
        return "nothing to report"
    if booking.status is not BookingStatus.CONFIRMED:
        return "not confirmed any more"
    attachments = await tickets.printed(res, booking)
    async with res.db.transaction() as conn:
        key = f"booking:{booking.id}:changed:{booking.version}"
        back_minor = max(0, -change.due_minor)
        await mails.write(
            conn,
            res,
            booking,
            mails.CHANGED,
            key=key,
            refund_minor=back_minor or None,
            attachments=attachments,
        )
    return "mailed"
