"""Money of a booking on its way back, out of the payments that it stands on."""

from collections.abc import Sequence

from maritime_app.bookings.model import Booking
from maritime_app.bookings.service import payments_of
from maritime_app.ferries.sailings.sales import SaleEnd
from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.db import Conn
from maritime_app.payments.model import Payment
from maritime_app.payments.refunds import service as refunds

# Why money buys nothing that has come.
_IN_VAIN = (
    "wrong_amount",
    "paid_twice",
    "late",
    "change_void",
    *(f"sailing_{end}" for end in SaleEnd),
)


async def send_back(conn: Conn, paid: Payment, reason: str, words: str) -> str:
    """Send money back whole that buys nothing, and raise an alert with these words."""
    await refunds.request_refund(
        conn, paid, paid.received_minor or 0, reason, _key_in_vain(reason, paid)
    )
    subject = ("bookings", str(paid.subject_id))
    await raise_alert(conn, f"refund_{reason}", words, subject=subject)
    return f"refunded: {reason}"


async def is_sent_back(conn: Conn, paid: Payment) -> bool:
    """Return whether `send_back` was said of the money: that stays so, whatever is sold by now."""
    return await refunds.is_asked(conn, [_key_in_vain(reason, paid) for reason in _IN_VAIN])


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
    """Request refunds of that amount; return how much is to be sent.

    Where the customer got money without us, that counts first; the rest is of the newest payment.
    The same key again gives nothing back. The caller holds the booking's row.
    """
    stands_on = (await accepted_payments(conn, booking))[::-1]
    if await refunds.is_asked(conn, [f"{key}:{paid.id}" for paid in stands_on]):
        return 0
    claims = [await refunds.claims_of(conn, paid.id) for paid in stands_on]
    room = [
        (paid.received_minor or 0) - one.claimed_minor
        for paid, one in zip(stands_on, claims, strict=True)
    ]
    parts = _shared_out(amount_minor, room, [one.uncovered_minor for one in claims])
    sent_minor = 0
    for paid, part_minor in zip(stands_on, parts, strict=True):
        if part_minor > 0:
            sent_minor += await refunds.request_refund(
                conn, paid, part_minor, reason, f"{key}:{paid.id}"
            )
    return sent_minor


def _key_in_vain(reason: str, paid: Payment) -> str:
    return f"{reason}:{paid.id}"


def _shared_out(amount_minor: int, room: Sequence[int], outside: Sequence[int]) -> list[int]:
    """Return how much of the amount each payment gives back, of what it has room for.

    First where the customer got money without us: what a bank holds of one payment would else be
    sent once more from another one.
    """
    parts = [0] * len(room)
    for most in (outside, room):
        for place, limit in enumerate(most):
            part = max(0, min(amount_minor, limit - parts[place], room[place] - parts[place]))
            parts[place] += part
            amount_minor -= part
    return parts
