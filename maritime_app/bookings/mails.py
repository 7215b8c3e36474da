"""What the mails of a booking say: worked out in the transaction that is the reason for them."""

from collections.abc import Sequence

from maritime_app import signing
from maritime_app.bookings.model import Booking
from maritime_app.emails import service as emails
from maritime_app.emails.model import (
    Amount,
    Attachment,
    BookingMail,
    MailLeg,
    MailOperator,
    MailPerson,
    MailPlace,
    MailVehicle,
)
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources


async def write(
    conn: Conn,
    res: Resources,
    booking: Booking,
    template: str,
    *,
    key: str,
    paid_minor: int | None = None,
    fee_minor: int | None = None,
    refund_minor: int | None = None,
    reason: str | None = None,
    attachments: Sequence[Attachment] = (),
) -> bool:
    """Write one mail to the booking's contact, once per key."""
    return await emails.write(
        conn,
        template,
        unique_key=key,
        recipient=booking.email,
        language=booking.language,
        context=_context(res, booking, paid_minor, fee_minor, refund_minor, reason),
        subject=("bookings", str(booking.id)),
        attachments=attachments,
    )


def _context(
    res: Resources,
    booking: Booking,
    paid: int | None,
    fee: int | None,
    refund: int | None,
    reason: str | None,
) -> BookingMail:
    token = signing.sign_dated(res.settings, "booking", booking.reference)
    base = f"{res.settings.public_url}/bookings/{booking.reference}"

    def amount(minor: int | None) -> Amount | None:
        return Amount(minor, booking.currency) if minor is not None else None

    legs = tuple(
        MailLeg(
            MailPlace(leg.origin.code, leg.origin.name, leg.origin.timezone),
            MailPlace(leg.destination.code, leg.destination.name, leg.destination.timezone),
            leg.departs_at,
            leg.arrives_at,
            MailOperator(leg.operator.name),
            leg.ferry,
            leg.operator_reference,
        )
        for leg in booking.legs
    )
    return BookingMail(
        reference=booking.reference,
        status=booking.status,
        legs=legs,
        passengers=tuple(
            MailPerson(f"{p.given_name} {p.family_name}", p.kind) for p in booking.passengers
        ),
        vehicles=tuple(MailVehicle(v.kind, v.plate) for v in booking.vehicles),
        total=Amount(booking.total_minor, booking.currency),
        booking_url=f"{base}?token={token}",
        ticket_url=f"{base}/ticket?token={token}",
        pay_url=f"{base}/pay?token={token}",
        paid=amount(paid),
        fee=amount(fee),
        refund=amount(refund),
        reason=reason,
        expires_at=booking.expires_at,
        sandbox=bool(res.settings.sandboxed),
    )
