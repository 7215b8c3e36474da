"""What a payment, a refund and an event are."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

# What is paid for. A settled payment asks for the task "<kind>.accept_payment".
SUBJECTS = ("bookings",)


class PaymentStatus(StrEnum):
    """Where a payment stands."""

    OPEN = "open"
    SUCCEEDED = "succeeded"
    CLOSED = "closed"  # nobody can pay it any more


class RefundStatus(StrEnum):
    """Where a refund stands."""

    PENDING = "pending"  # owed, Stripe was not asked yet
    REQUESTED = "requested"  # Stripe works on it
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # still owed: a person must act


class Payment(msgspec.Struct, frozen=True):
    """One way of paying for one thing."""

    id: UUID
    subject_kind: str
    subject_id: UUID
    amount_minor: int
    currency: str
    status: PaymentStatus
    session_id: str | None
    intent_id: str | None
    checkout_url: str | None
    received_minor: int | None
    created_at: datetime
    # When its subject accepted it; any other succeeded payment of the same subject goes back.
    accepted_at: datetime | None


class Refund(msgspec.Struct, frozen=True):
    """Money on its way back."""

    id: UUID
    payment_id: UUID
    amount_minor: int
    currency: str
    reason: str
    status: RefundStatus
    stripe_id: str | None
    intent_id: str | None
    subject_kind: str
    subject_id: UUID
    created_at: datetime


class Checkout(msgspec.Struct, frozen=True):
    """What the payment page says: what is bought, by whom, where to go afterwards."""

    description: str
    reference: str
    email: str
    success_url: str
    cancel_url: str


class SessionState(msgspec.Struct, frozen=True):
    """A Checkout Session as Stripe has it: status open, complete or expired."""

    id: str
    url: str | None
    status: str
    intent_id: str | None


class IntentState(msgspec.Struct, frozen=True):
    """A PaymentIntent as Stripe has it, amounts in our minor units."""

    id: str
    status: str
    received_minor: int
    currency: str
    payment_id: UUID | None
    error: str | None = None


class RefundState(msgspec.Struct, frozen=True):
    """A refund as Stripe has it, amounts in our minor units."""

    id: str
    status: str
    amount_minor: int
    currency: str
    intent_id: str | None
    refund_id: UUID | None
    failure: str | None = None


class EventObject(msgspec.Struct, frozen=True):
    """What is read of an event's object; everything else is asked from Stripe again."""

    id: str = ""
    object: str = ""
    payment_intent: str | None = None
    metadata: dict[str, Any] | None = None


class EventData(msgspec.Struct, frozen=True):
    """The envelope's inner part."""

    object: EventObject


class Event(msgspec.Struct, frozen=True):
    """A Stripe event: a trigger to look, never the truth (https://docs.stripe.com/api/events)."""

    id: str
    type: str
    data: EventData


def account_of(owed: Payment | Refund) -> str:
    """Return the ledger's account of whatever is paid for: "bookings:<id>"."""
    return f"{owed.subject_kind}:{owed.subject_id}"
