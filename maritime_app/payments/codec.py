"""Pure: Stripe's objects as our structs, amounts in our minor units (https://docs.stripe.com/api).

What money and states hang on is of the type that its struct says, or ValidationError is raised;
words that are only shown are None where they are no text.
"""

from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from maritime_app.payments.model import (
    DisputeState,
    IntentState,
    Movement,
    RefundState,
    SessionState,
)
from maritime_app.payments.saved_card import CardSession, SavedCard
from maritime_app.payments.stripe_amounts import from_stripe, rounded_from_stripe

T = TypeVar("T")


def session_state(session: Any) -> SessionState:
    """Return a Checkout Session as it is."""
    intent_id = _id_of(session.payment_intent)
    return _typed(SessionState(session.id, session.url, session.status, intent_id))


def card_session(session: Any) -> CardSession:
    """Return a page on which a card is saved; the card is known once its setup succeeded."""
    setup = session.setup_intent
    method = getattr(setup, "payment_method", None)
    card = None
    face = getattr(method, "card", None)
    if session.status == "complete" and method is not None and face is not None:
        card = SavedCard(
            _id_of(session.customer) or "",
            method.id,
            _words(face.brand) or "",
            _words(face.last4) or "",
        )
    return _typed(CardSession(session.id, session.url, session.status, card))


def intent_state(intent: Any) -> IntentState:
    """Return a PaymentIntent as it is; the card is known where its charge was expanded."""
    error = intent.last_payment_error
    received = from_stripe(intent.amount_received or 0, intent.currency)
    charge = getattr(intent, "latest_charge", None)
    card = _card(charge)
    state = IntentState(
        id=intent.id,
        status=intent.status,
        received_minor=received.amount_minor,
        currency=received.currency,
        payment_id=_uuid(intent.metadata, "payment_id"),
        error=_words(error.message) if error else None,
        charge_id=_id_of(charge),
        card_brand=_words(getattr(card, "brand", None)),
        card_last4=_words(getattr(card, "last4", None)),
        error_code=_words(getattr(error, "code", None)),
    )
    return _typed(state)


def refund_state(refund: Any) -> RefundState:
    """Return a refund as it is."""
    amount = from_stripe(refund.amount, refund.currency)
    state = RefundState(
        id=refund.id,
        status=refund.status,
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        intent_id=_id_of(refund.payment_intent),
        refund_id=_uuid(refund.metadata, "refund_id"),
        failure=_words(getattr(refund, "failure_reason", None)),
    )
    return _typed(state)


def dispute_state(dispute: Any) -> DisputeState:
    """Return a dispute as it is."""
    amount = from_stripe(dispute.amount, dispute.currency)
    due = dispute.evidence_details.due_by if dispute.evidence_details else None
    state = DisputeState(
        id=dispute.id,
        status=dispute.status,
        reason=_words(dispute.reason) or "unknown",
        amount_minor=amount.amount_minor,
        currency=amount.currency,
        intent_id=_id_of(dispute.payment_intent),
        opened_at=_instant(dispute.created),
        respond_by=_instant(due) if due else None,
        movements=tuple(
            (item.id, _taken(item.amount, amount.amount_minor))
            for item in dispute.balance_transactions
        ),
    )
    return _typed(state)


def _taken(moved: int, disputed_minor: int) -> int:
    """Return what a movement of a dispute changes, in the currency of the dispute.

    The balance may be kept in another currency: the sign says whether the disputed amount went
    or came back.
    """
    return -disputed_minor if moved < 0 else disputed_minor


def movement(item: Any) -> Movement:
    """Return a balance transaction whose source was expanded."""
    amount = rounded_from_stripe(item.amount, item.currency)
    source = item.source
    state = Movement(
        id=item.id,
        category=item.reporting_category,
        amount_minor=amount.amount_minor,
        fee_minor=rounded_from_stripe(item.fee, item.currency).amount_minor,
        currency=amount.currency,
        source_id=_id_of(source),
        intent_id=_id_of(getattr(source, "payment_intent", None)),
        moved_at=_instant(item.created),
        available_at=_instant(item.available_on),
    )
    return _typed(state)


def balance_by_currency(balance: Any) -> dict[str, int]:
    """Return the balance, available or not yet, by currency code in capitals."""
    sums: dict[str, int] = {}
    for part in (*balance.available, *balance.pending):
        amount = rounded_from_stripe(part.amount, part.currency)
        sums[amount.currency] = sums.get(amount.currency, 0) + amount.amount_minor
    return sums


def _typed(state: T) -> T:
    """Return the state; raise ValidationError where a field is not what its struct says."""
    plain = msgspec.to_builtins(state, builtin_types=(datetime, UUID))
    return msgspec.convert(plain, type(state))


def _words(value: Any) -> str | None:
    return value.replace("\0", "") if isinstance(value, str) else None


def _card(charge: Any) -> Any:
    details = getattr(charge, "payment_method_details", None)
    return getattr(details, "card", None)


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _id_of(value: Any) -> str | None:
    return value if isinstance(value, str) or value is None else str(value.id)


def _uuid(metadata: Any, key: str) -> UUID | None:
    try:
        return UUID(metadata[key]) if metadata and key in metadata else None
    except ValueError:
        return None
