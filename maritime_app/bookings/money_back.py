"""Money of a booking on its way back, out of the payments that it stands on."""

from maritime_app.bookings.model import Booking
from maritime_app.bookings.service import payments_of
from maritime_app.infra.db import Conn
from maritime_app.payments.model import Payment
from maritime_app.payments.refunds import service as refunds


async def accepted_payments(conn: Conn, booking: Booking) -> list[Payment]:
    """Return the payments that the booking stands on, oldest first.

    Any other money goes back whole, by its own job.
    """
    return [paid for paid in await payments_of(conn, booking) if paid.accepted_at is not None]


async def received_minor(conn: Conn, booking: Booking) -> int:
    """Return what arrived for the booking, whatever became of it since."""
    return sum(paid.received_minor or 0 for paid in await accepted_payments(conn, booking))


async def kept_minor(conn: Conn, booking: Booking) -> int:
    """Return what arrived for the booking and was not decided to go back."""
    kept = 0
    for paid in await accepted_payments(conn, booking):
        kept += (paid.received_minor or 0) - (await refunds.claims_of(conn, paid.id)).claimed_minor
    return kept


async def give_back(conn: Conn, booking: Booking, amount_minor: int, reason: str, key: str) -> int:
    """Request refunds of that amount, of the newest payment first; return how much is to be sent.

    What the customer got without us counts towards it. The same key again gives nothing back. The
    caller holds the booking's row.
    """
    left_minor, sent_minor = amount_minor, 0
    stands_on = await accepted_payments(conn, booking)
    if await refunds.is_asked(conn, [f"{key}:{paid.id}" for paid in stands_on]):
        return 0
    for paid in reversed(stands_on):
        claims = await refunds.claims_of(conn, paid.id)
        part_minor = min(left_minor, (paid.received_minor or 0) - claims.claimed_minor)
        if part_minor > 0:
            left_minor -= part_minor
            sent_minor += await refunds.request_refund(
                conn, paid, part_minor, reason, f"{key}:{paid.id}"
            )
    return sent_minor
