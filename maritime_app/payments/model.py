"""What a payment, a refund and an event are."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

# Stripe's ids and types are printable ASCII of at most 255 characters (docs.stripe.com/upgrades).
StripeWord = Annotated[
    str, msgspec.Meta(min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+(?![\s\S])")
]
# No amount of Stripe's has more than twelve digits (docs.stripe.com/currencies).
StripeMinor = Annotated[int, msgspec.Meta(ge=-(10**15), le=10**15)]
StripeCurrency = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}(?![\s\S])")]
StripeUrl = Annotated[str, msgspec.Meta(pattern=r"^https?://[\x21-\x7e]+(?![\s\S])")]


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
    COVERED = "covered"  # owed, and given back by Stripe's dashboard or by the bank


class RefundOrigin(StrEnum):
    """Who began a refund."""

    SERVICE = "service"
    STRIPE = "stripe"  # somebody in Stripe's dashboard


class RefundMethod(StrEnum):
    """By which road the money goes back."""

    STRIPE = "stripe"
    ELSEWHERE = "elsewhere"  # a bank transfer or cash, noted by staff


class DisputeDecision(StrEnum):
    """What staff decided about the journey after the money was lost."""

    HONOURED = "honoured"
    CANCELLED = "cancelled"


class Payment(msgspec.Struct, frozen=True):
    """One way of paying for one thing, or for a part of it: `part_id` None is the whole."""

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
    charge_id: str | None = None
    card_brand: str | None = None
    card_last4: str | None = None
    last_error: str | None = None
    part_id: UUID | None = None


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
    origin: RefundOrigin
    method: RefundMethod
    claim_id: UUID | None  # the failed refund that this one pays again
    failure: str | None
    note: str | None


class Dispute(msgspec.Struct, frozen=True):
    """A customer's bank wants the money back; `status` is Stripe's word.

    `withdrawn_minor` is what the bank holds of our balance because of it, fees apart.
    """

    id: str
    payment_id: UUID
    amount_minor: int
    currency: str
    reason: str
    status: str
    withdrawn_minor: int
    respond_by: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    decision: DisputeDecision | None
    decided_by: str | None

    @property
    def lost(self) -> bool:
        """Whether the bank has decided for the customer."""
        return self.status == "lost"

    @property
    def open(self) -> bool:
        """Whether the bank has not decided yet."""
        return self.closed_at is None


class Checkout(msgspec.Struct, frozen=True):
    """What the payment page says: what is bought, by whom, where to go afterwards."""

    description: str
    reference: str
    email: str
    success_url: str
    cancel_url: str


class SessionState(msgspec.Struct, frozen=True):
    """A Checkout Session as Stripe has it: status open, complete or expired."""

    id: StripeWord
    url: StripeUrl | None
    status: StripeWord
    intent_id: StripeWord | None


class IntentState(msgspec.Struct, frozen=True):
    """A PaymentIntent as Stripe has it, amounts in our minor units."""

    id: StripeWord
    status: StripeWord
    received_minor: StripeMinor
    currency: StripeCurrency
    payment_id: UUID | None
    error: str | None = None
    charge_id: StripeWord | None = None
    card_brand: str | None = None
    card_last4: str | None = None
    error_code: str | None = None


class RefundState(msgspec.Struct, frozen=True):
    """A refund as Stripe has it, amounts in our minor units."""

    id: StripeWord
    status: StripeWord
    amount_minor: StripeMinor
    currency: StripeCurrency
    intent_id: StripeWord | None
    refund_id: UUID | None
    failure: str | None = None


class DisputeState(msgspec.Struct, frozen=True):
    """A dispute as Stripe has it, amounts in our minor units.

    `movements` are the ids of its balance transactions with what each changed, fees apart.
    """

    id: StripeWord
    status: StripeWord
    reason: str
    amount_minor: StripeMinor
    currency: StripeCurrency
    intent_id: StripeWord | None
    opened_at: datetime
    respond_by: datetime | None
    movements: tuple[tuple[StripeWord, StripeMinor], ...]


class Movement(msgspec.Struct, frozen=True):
    """A movement of Stripe's balance, amounts in our minor units.

    `amount_minor` is before the fee; `intent_id` is known where the source is a charge or a
    refund.
    """

    id: StripeWord
    category: StripeWord
    amount_minor: StripeMinor
    fee_minor: StripeMinor
    currency: StripeCurrency
    source_id: StripeWord | None
    intent_id: StripeWord | None
    moved_at: datetime
    available_at: datetime


class Expanded(msgspec.Struct, frozen=True):
    """An object that stands where usually its id does."""

    id: StripeWord


class EventObject(msgspec.Struct, frozen=True):
    """What is read of an event's object; everything else is asked from Stripe again.

    Some have no id (invoice.upcoming), and any id may be an expanded object.
    """

    id: StripeWord | None = None
    payment_intent: StripeWord | Expanded | None = None

    @property
    def intent_id(self) -> str | None:
        """Return the id of the intent that it belongs to."""
        intent = self.payment_intent
        return intent.id if isinstance(intent, Expanded) else intent


class EventData(msgspec.Struct, frozen=True):
    """The envelope's inner part."""

    object: EventObject = EventObject()


class Event(msgspec.Struct, frozen=True):
    """A Stripe event's envelope: a trigger to look, never the truth.

    https://docs.stripe.com/api/events. What is inside is read when the event is worked through
    (`EventContent`): a shape that we do not know yet is no reason to refuse the delivery.
    """

    id: StripeWord
    type: StripeWord


class Delivery(msgspec.Struct, frozen=True):
    """An event as it came: its whole text, and the request that brought it."""

    event: Event
    text: str
    request_id: str | None = None
    trace_parent: str | None = None


class EventContent(msgspec.Struct, frozen=True):
    """What a stored event says; thin events (v2) have no `data`."""

    type: str
    data: EventData = EventData()


def account_of(owed: Payment | Refund) -> str:
    """Return the ledger's account of whatever is paid for: "bookings:<id>"."""
    return f"{owed.subject_kind}:{owed.subject_id}"
