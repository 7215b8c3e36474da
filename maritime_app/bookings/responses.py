"""What the API answers about a booking."""

from datetime import datetime

import msgspec

from maritime_app.bookings.invoices.model import InvoiceKind
from maritime_app.bookings.model import (
    BookedVehicle,
    BookingItem,
    BookingStatus,
    Leg,
    Passenger,
)
from maritime_app.bookings.open_change import ChangeStatus
from maritime_app.bookings.story.model import Story
from maritime_app.money import Money


class RefundView(msgspec.Struct, frozen=True):
    """Money on its way back."""

    amount: Money
    status: str
    created_at: datetime


class ChangeView(msgspec.Struct, frozen=True):
    """A change that has not ended: until then the booking is as it was.

    `difference` is to be paid (negative: goes back); `checkout_url` is there while it can be paid.
    """

    status: ChangeStatus
    difference: Money
    expires_at: datetime
    checkout_url: str | None


class InvoiceView(msgspec.Struct, frozen=True):
    """An invoice or (with a negative total) a credit note; `url` is its PDF."""

    number: str
    kind: InvoiceKind
    total: Money
    issued_at: datetime
    url: str


class BookingResponse(msgspec.Struct, frozen=True):
    """A booking for whoever holds the proof. `checkout_url` is there while it can be paid.

    `booking_token` stands only in the answer that made the booking: a secret of the program that
    made it, which cancels it later. `token` and the links are worth what the proof was worth.
    """

    reference: str
    status: BookingStatus
    created_at: datetime
    expires_at: datetime
    total: Money
    checkout_url: str | None
    booking_url: str
    ticket_url: str | None
    token: str
    legs: tuple[Leg, ...]
    passengers: tuple[Passenger, ...]
    vehicles: tuple[BookedVehicle, ...]
    items: tuple[BookingItem, ...]
    story: Story
    refunds: tuple[RefundView, ...] = ()
    cancel_fee: Money | None = None
    change: ChangeView | None = None
    invoices: tuple[InvoiceView, ...] = ()
    booking_token: str | None = None
