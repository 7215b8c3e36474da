"""PaymentIntents and their charges."""

from maritime_app.sandbox.stripe.ledger import ORDER
from maritime_app.sandbox.stripe.model import Obj, StripeProblem, TestCard
from maritime_app.sandbox.stripe.objects import balance
from maritime_app.sandbox.stripe.objects.events import emit
from maritime_app.sandbox.stripe.objects.lists import page
from maritime_app.sandbox.stripe.params import Call, choice, metadata

_CANCELLABLE = (
    "requires_payment_method",
    "requires_capture",
    "requires_confirmation",
    "requires_action",
    "processing",
)
_REASONS = ("duplicate", "fraudulent", "requested_by_customer", "abandoned")


def begin(call: Call, amount: int, currency: str, intent_data: Obj) -> Obj:
    """A new intent: of a Checkout Session it is made when the customer first tries to pay."""
    identifier = call.ledger.new_id("pi")
    intent: Obj = {
        "id": identifier,
        "object": "payment_intent",
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": call.ledger.new_id(f"{identifier}_secret"),
        "confirmation_method": "automatic",
        "created": call.now,
        "currency": currency,
        "customer": None,
        "description": intent_data.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": intent_data.get("metadata", {}),
        "next_action": None,
        "payment_method": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": intent_data.get("receipt_email"),
        "setup_future_usage": None,
        "shipping": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": intent_data.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }
    emit(call, "payment_intent.created", call.ledger.put(intent))
    return intent


def charge(call: Call, intent: Obj, card: TestCard, payer: Obj) -> Obj:
    """Charge the card once: the new charge has succeeded, or failed with the card's reason."""
    failed = bool(card.code)
    identifier = call.ledger.new_id("ch")
    new: Obj = {
        "id": identifier,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": 0 if failed else intent["amount"],
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": payer | {"address": None},
        "calculated_statement_descriptor": "SANDBOX",
        "captured": not failed,
        "created": call.now,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_code": card.code or None,
        "failure_message": card.message or None,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "outcome": _outcome(card),
        "paid": not failed,
        "payment_intent": intent["id"],
        "payment_method": intent["payment_method"] or call.ledger.new_id("pm"),
        "payment_method_details": _details(card),
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None if failed else f"{call.origin}/stripe/receipts/{identifier}",
        "refunded": False,
        "status": "failed" if failed else "succeeded",
    }
    if not failed:
        new["balance_transaction"] = balance.charge(call, new)
    return call.ledger.put(new)


def _outcome(card: TestCard) -> Obj:
    return {
        "network_status": "declined_by_network" if card.code else "approved_by_network",
        "reason": card.decline_code or None,
        "risk_level": "normal",
        "seller_message": card.message or "Payment complete.",
        "type": "issuer_declined" if card.code else "authorized",
    }


def card_face(card: TestCard) -> Obj:
    """What is told of a card."""
    face = {"brand": card.brand, "last4": card.number[-4:], "exp_month": 12, "exp_year": 2034}
    return face | {"country": "GR", "funding": "credit"}


def _details(card: TestCard) -> Obj:
    secure = {"result": "authenticated", "version": "2.2.0"} if card.authenticate else None
    return {"type": "card", "card": card_face(card) | {"three_d_secure": secure}}


def succeed(call: Call, intent: Obj, paid: Obj) -> None:
    """The money is there."""
    intent |= {
        "status": "succeeded",
        "amount_received": intent["amount"],
        "latest_charge": paid["id"],
        "payment_method": paid["payment_method"],
        "last_payment_error": None,
        "next_action": None,
    }
    call.ledger.put(intent)


def fail(call: Call, intent: Obj, error: Obj, failed: Obj | None = None) -> None:
    """This attempt did not work; the customer may try again."""
    intent |= {
        "status": "requires_payment_method",
        "last_payment_error": error,
        "next_action": None,
    }
    if failed is not None:
        intent["latest_charge"] = failed["id"]
        emit(call, "charge.failed", failed)
    emit(call, "payment_intent.payment_failed", call.ledger.put(intent))


def void(call: Call, intent: Obj, reason: str) -> None:
    """Cancel an intent that can still be cancelled."""
    intent |= {
        "status": "canceled",
        "canceled_at": call.now,
        "cancellation_reason": reason,
        "next_action": None,
    }
    emit(call, "payment_intent.canceled", call.ledger.put(intent))


def cancel(call: Call) -> Obj:
    """POST /v1/payment_intents/:id/cancel: not once it has succeeded, and not while Checkout owns
    it.
    """
    call.allow(("cancellation_reason",))
    reason = call.params.get("cancellation_reason") or "requested_by_customer"
    choice(reason, "cancellation_reason", _REASONS)
    intent = call.ledger.get("payment_intent", call.path_id, "intent")
    if intent["status"] not in _CANCELLABLE:
        raise StripeProblem(
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. "
            "Only a PaymentIntent with one of the following statuses may be canceled: "
            f"{', '.join(_CANCELLABLE)}.",
            code="payment_intent_unexpected_state",
            extra={"payment_intent": dict(intent)},
        )
    for order in call.ledger.all(ORDER):
        if order.get("payment_intent") == intent["id"]:
            raise StripeProblem(
                "You cannot cancel a PaymentIntent that was created by a Checkout Session. "
                "Expire the Checkout Session instead.",
                code="payment_intent_unexpected_state",
            )
    void(call, intent, reason)
    return intent


def retrieve(call: Call) -> Obj:
    """GET /v1/payment_intents/:id"""
    call.allow(("client_secret",))
    return call.ledger.get("payment_intent", call.path_id, "intent")


def update(call: Call) -> Obj:
    """POST /v1/payment_intents/:id: metadata, description."""
    call.allow(("metadata", "description"))
    intent = call.ledger.get("payment_intent", call.path_id, "intent")
    intent["metadata"] = metadata(call.params.get("metadata"), intent["metadata"])
    intent["description"] = call.params.get("description", intent["description"])
    return call.ledger.put(intent)


def listed(call: Call) -> Obj:
    """GET /v1/payment_intents"""
    return page(call, call.ledger.all("payment_intent"), ("customer",))


def retrieve_charge(call: Call) -> Obj:
    """GET /v1/charges/:id"""
    call.allow(())
    return call.ledger.get("charge", call.path_id)


def listed_charges(call: Call) -> Obj:
    """GET /v1/charges"""
    return page(call, call.ledger.all("charge"), ("payment_intent", "customer"))
