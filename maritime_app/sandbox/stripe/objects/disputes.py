"""Chargebacks: opened and closed from the control page, read through the API."""

from maritime_app.sandbox.stripe.model import Obj, StripeProblem
from maritime_app.sandbox.stripe.objects import balance
from maritime_app.sandbox.stripe.objects.events import emit
from maritime_app.sandbox.stripe.objects.lists import page
from maritime_app.sandbox.stripe.params import Call

_ANSWER_WITHIN_SECONDS = 7 * 86_400


def start(call: Call, charge_id: str, reason: str = "product_not_received") -> Obj:
    """The cardholder asks the bank for the money back: it is gone until the dispute is won."""
    charge = call.ledger.get("charge", charge_id, "charge")
    if charge["disputed"] or charge["status"] != "succeeded":
        raise StripeProblem(
            f"Charge {charge_id} cannot be disputed (again).", code="charge_disputed"
        )
    dispute: Obj = {
        "id": call.ledger.new_id("du"),
        "object": "dispute",
        "amount": charge["amount"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge_id,
        "created": call.now,
        "currency": charge["currency"],
        "evidence": {},
        "evidence_details": {
            "due_by": call.now + _ANSWER_WITHIN_SECONDS,
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "reason": reason,
        "status": "needs_response",
    }
    dispute["balance_transactions"] = [balance.dispute(call, dispute)]
    charge["disputed"] = True
    call.ledger.put(charge)
    emit(call, "charge.dispute.created", call.ledger.put(dispute))
    emit(call, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def close(call: Call, dispute_id: str, won: bool) -> Obj:
    """The bank decides."""
    dispute = call.ledger.get("dispute", dispute_id)
    if dispute["status"] in ("won", "lost"):
        raise StripeProblem(f"Dispute {dispute_id} is already {dispute['status']}.")
    before = {"status": dispute["status"]}
    dispute["status"] = "won" if won else "lost"
    if won:
        dispute["balance_transactions"].append(balance.dispute_reversal(call, dispute))
    call.ledger.put(dispute)
    emit(call, "charge.dispute.closed", dispute, before)
    if won:
        emit(call, "charge.dispute.funds_reinstated", dispute)
    return dispute


def retrieve(call: Call) -> Obj:
    """GET /v1/disputes/:id"""
    call.allow(())
    return call.ledger.get("dispute", call.path_id)


def listed(call: Call) -> Obj:
    """GET /v1/disputes"""
    return page(call, call.ledger.all("dispute"), ("charge", "payment_intent"))
