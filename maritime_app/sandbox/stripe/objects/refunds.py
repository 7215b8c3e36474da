"""Refunds: partial, pending, failing later; never more than was paid."""

from maritime_app.sandbox import currencies
from maritime_app.sandbox.stripe.ledger import ORDER, SETTLING
from maritime_app.sandbox.stripe.model import TEST_CARDS, Obj, StripeProblem
from maritime_app.sandbox.stripe.objects import balance
from maritime_app.sandbox.stripe.objects.events import emit
from maritime_app.sandbox.stripe.objects.lists import page
from maritime_app.sandbox.stripe.params import Call, chargeable, choice, invalid, metadata

_REASONS = ("duplicate", "fraudulent", "requested_by_customer")
_PARAMETERS = (
    "amount",
    "charge",
    "payment_intent",
    "metadata",
    "reason",
    "currency",
    "instructions_email",
)


def create(call: Call) -> Obj:
    """POST /v1/refunds by `payment_intent` or `charge`; without `amount` all that is left."""
    call.allow(_PARAMETERS)
    charge = _charge(call)
    left_minor = charge["amount"] - charge["amount_refunded"]
    amount_minor = _amount(call, charge, left_minor)
    if "reason" in call.params:
        choice(call.params["reason"], "reason", _REASONS)
    outcome = _outcome(call, charge)
    refund = _refund(call, charge, amount_minor)
    refund["status"] = "pending" if outcome == "pending" else "succeeded"
    refund["balance_transaction"] = balance.refund(call, refund)
    call.ledger.put(refund)
    if outcome != "succeed":
        _settle_later(call, refund, "succeeded" if outcome == "pending" else "failed")
    before = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    _book(call, charge, amount_minor)
    emit(call, "refund.created", refund)
    emit(call, "charge.refunded", charge, before)
    if refund["status"] == "succeeded":
        emit(call, "refund.updated", refund, {"balance_transaction": None})
    return refund


def _refund(call: Call, charge: Obj, amount_minor: int) -> Obj:
    return {
        "id": call.ledger.new_id("re"),
        "object": "refund",
        "amount": amount_minor,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "destination_details": {"type": "card", "card": {"type": "refund"}},
        "metadata": metadata(call.params.get("metadata")),
        "payment_intent": charge["payment_intent"],
        "reason": call.params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "pending",
        "transfer_reversal": None,
    }


def _charge(call: Call) -> Obj:
    if "charge" in call.params:
        charge = call.ledger.get("charge", str(call.params["charge"]), "charge")
    elif "payment_intent" in call.params:
        intent = call.ledger.get(
            "payment_intent", str(call.params["payment_intent"]), "payment_intent"
        )
        found = call.ledger.find(intent["latest_charge"] or "")
        if found is None or found["status"] != "succeeded":
            message = (
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
            )
            raise StripeProblem(message, param="payment_intent")
        charge = found
    else:
        message = (
            "One of the following params should be provided for this request: "
            "payment_intent or charge."
        )
        raise invalid(message, "payment_intent", code="parameter_missing")
    if charge["status"] != "succeeded":
        raise StripeProblem(f"Charge {charge['id']} is not refundable: it failed.", param="charge")
    if charge["disputed"] and any(
        dispute["charge"] == charge["id"] and dispute["status"] != "won"
        for dispute in call.ledger.all("dispute")
    ):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise StripeProblem(message, code="charge_disputed")
    return charge


def _amount(call: Call, charge: Obj, left_minor: int) -> int:
    if left_minor == 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise StripeProblem(message, code="charge_already_refunded")
    sent = call.params.get("amount")
    if sent is None:
        return left_minor
    amount_minor = chargeable(sent, charge["currency"], "amount", 1)
    if amount_minor > left_minor:
        asked, left = (
            currencies.written(minor, charge["currency"]) for minor in (amount_minor, left_minor)
        )
        message = f"Refund amount ({asked}) is greater than unrefunded amount on charge ({left})"
        raise StripeProblem(message, param="amount")
    return amount_minor


def _outcome(call: Call, charge: Obj) -> str:
    for order in call.ledger.all(ORDER):
        if order.get("payment_intent") == charge["payment_intent"]:
            card = TEST_CARDS.get(order.get("card", ""))
            if card is not None and card.refund:
                return card.refund
            break
    return call.faults.refunds


def _settle_later(call: Call, refund: Obj, status: str) -> None:
    due_at = call.now + call.faults.refund_settles_seconds
    later = {"id": f"settling:{refund['id']}", "object": SETTLING, "refund": refund["id"]}
    call.ledger.put(later | {"due_at": due_at, "status": status})


def _book(call: Call, charge: Obj, amount_minor: int) -> None:
    charge["amount_refunded"] += amount_minor
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    call.ledger.put(charge)


def settle(call: Call, settling: Obj) -> None:
    """The bank has spoken: a pending refund succeeds, or one that had succeeded fails after all."""
    refund = call.ledger.get("refund", settling["refund"])
    before = {"status": refund["status"]}
    refund["status"] = settling["status"]
    call.ledger.put(refund)
    call.ledger.drop(settling["id"])
    if refund["status"] == "failed":
        refund |= {
            "failure_reason": "expired_or_canceled_card",
            "failure_balance_transaction": None,
        }
        refund["failure_balance_transaction"] = balance.refund_failure(call, refund)
        call.ledger.put(refund)
        charge = call.ledger.get("charge", refund["charge"])
        _book(call, charge, -refund["amount"])
        emit(call, "refund.failed", refund)
    emit(call, "refund.updated", refund, before)
    emit(call, "charge.refund.updated", refund, before)


def retrieve(call: Call) -> Obj:
    """GET /v1/refunds/:id"""
    call.allow(())
    return call.ledger.get("refund", call.path_id)


def update(call: Call) -> Obj:
    """POST /v1/refunds/:id: metadata."""
    call.allow(("metadata",))
    refund = call.ledger.get("refund", call.path_id)
    refund["metadata"] = metadata(call.params.get("metadata"), refund["metadata"])
    emit(call, "refund.updated", call.ledger.put(refund))
    return refund


def listed(call: Call) -> Obj:
    """GET /v1/refunds"""
    return page(call, call.ledger.all("refund"), ("charge", "payment_intent"))
