"""What a mail says.

Contexts are structs, so that what is stored can be read back with its types.
"""

from datetime import datetime
from uuid import UUID

import msgspec


class Amount(msgspec.Struct, frozen=True):
    """Minor units of an ISO 4217 currency."""

    amount_minor: int
    currency: str


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
    """What any mail about a booking may say; amounts that do not apply are null."""

    reference: str
    status: str
    legs: tuple[MailLeg, ...]
    passengers: tuple[MailPerson, ...]
    vehicles: tuple[MailVehicle, ...]
    total: Amount
    booking_url: str
    ticket_url: str
    pay_url: str
    paid: Amount | None = None
    fee: Amount | None = None
    refund: Amount | None = None
    reason: str | None = None
    expires_at: datetime | None = None
    sandbox: bool = False


class Attachment(msgspec.Struct, frozen=True):
    """A file that goes with a mail."""

    filename: str
    content_type: str
    body: bytes


class Mail(msgspec.Struct, frozen=True):
    """A mail as it was written down."""

    id: UUID
    template: str
    recipient: str
    language: str
    context: BookingMail
    sent: bool
    attachments: tuple[Attachment, ...] = ()
