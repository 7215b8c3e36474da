"""The mails of a booking: what they say is worked out in the transaction that is the reason for
them.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from maritime_app import signing
from maritime_app.bookings.model import Booking
from maritime_app.emails import service as emails
from maritime_app.emails.model import Attachment, MailKind
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.money import Money
from maritime_app.resources import Resources


class MailPlace(msgspec.Struct, frozen=True):
    """A harbour as a mail names it."""

    code: str
    name: str
    timezone: str


class MailOperator(msgspec.Struct, frozen=True):
    """Who sails."""

    name: str


class MailLeg(msgspec.Struct, frozen=True):
    """One sailing of a booking."""

    origin: MailPlace
    destination: MailPlace
    departs_at: datetime
    arrives_at: datetime
    operator: MailOperator
    ferry: str | None
    operator_reference: str | None = None


class MailPerson(msgspec.Struct, frozen=True):
    """A passenger."""

    name: str
    kind: str


class MailVehicle(msgspec.Struct, frozen=True):
    """A vehicle."""

    kind: str
    plate: str | None


class BookingMail(msgspec.Struct, frozen=True):
    """What any mail about a booking may say; amounts that do not apply are null.

    It is stored with the mail: fields may be added with a default, never renamed.
    """

    reference: str
    status: str
    legs: tuple[MailLeg, ...]
    passengers: tuple[MailPerson, ...]
    vehicles: tuple[MailVehicle, ...]
    total: Money
    booking_url: str
    ticket_url: str
    pay_url: str
    paid: Money | None = None
    fee: Money | None = None
    refund: Money | None = None
    reason: str | None = None
    expires_at: datetime | None = None


def _kind(name: str, subject: Callable[[], str]) -> MailKind[BookingMail]:
    return MailKind(
        name,
        BookingMail,
        noun="booking",
        folder="bookings/mails",
        subject=lambda booking: subject() % {"reference": booking.reference},
    )


CONFIRMATION = _kind("booking_confirmation", lambda: _("Your ticket %(reference)s"))
CANCELLATION = _kind("cancellation", lambda: _("Booking %(reference)s is cancelled"))
PAYMENT_SUCCESS = _kind("payment_success", lambda: _("We received your payment for %(reference)s"))
PAYMENT_FAILED = _kind(
    "payment_failed", lambda: _("Your payment for %(reference)s did not go through")
)
REFUND = _kind("refund_confirmation", lambda: _("Your refund for %(reference)s is on its way"))
MAILS = [CONFIRMATION, CANCELLATION, PAYMENT_SUCCESS, PAYMENT_FAILED, REFUND]


async def write(
    conn: Conn,
    res: Resources,
    booking: Booking,
    kind: MailKind[BookingMail],
    *,
    key: str,
    paid_minor: int | None = None,
    fee_minor: int | None = None,
    refund_minor: int | None = None,
    reason: str | None = None,
    attachments: Sequence[Attachment] = (),
) -> bool:
    """Write one mail to the booking's contact; return False when this key was written before."""
    return await emails.write(
        conn,
        kind,
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

    def amount(minor: int | None) -> Money | None:
        return Money(minor, booking.currency) if minor is not None else None

    return BookingMail(
        reference=booking.reference,
        status=booking.status,
        legs=_legs(booking),
        passengers=tuple(
            MailPerson(f"{p.given_name} {p.family_name}", p.kind) for p in booking.passengers
        ),
        vehicles=tuple(MailVehicle(v.kind, v.plate) for v in booking.vehicles),
        total=Money(booking.total_minor, booking.currency),
        booking_url=f"{base}?token={token}",
        ticket_url=f"{base}/ticket?token={token}",
        pay_url=f"{base}/pay?token={token}",
        paid=amount(paid),
        fee=amount(fee),
        refund=amount(refund),
        reason=reason,
        expires_at=booking.expires_at,
    )


def _legs(booking: Booking) -> tuple[MailLeg, ...]:
    return tuple(
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
