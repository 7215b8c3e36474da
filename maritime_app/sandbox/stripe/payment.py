"""A customer pays a session, or saves a card on it: approved, declined, or asked to authenticate
first.
"""

from maritime_app.sandbox.stripe import saving
from maritime_app.sandbox.stripe.ledger import ORDER
from maritime_app.sandbox.stripe.model import (
    Obj,
    Outcome,
    StripeProblem,
    TestCard,
    not_authenticated,
)
from maritime_app.sandbox.stripe.objects import intents
from maritime_app.sandbox.stripe.objects.events import emit
from maritime_app.sandbox.stripe.objects.sessions import settle_expiry
from maritime_app.sandbox.stripe.params import Call


def open_session(call: Call) -> Obj:
    """The session of the page, or a refusal when nobody can pay it any more."""
    session = settle_expiry(call, call.ledger.get("checkout.session", call.path_id, "session"))
    if session["status"] != "open":
        raise StripeProblem(f"This Checkout Session is {session['status']}.", status=410)
    return session


def pay(call: Call, session: Obj, card: TestCard, payer: Obj) -> Outcome:
    """Try to charge the card for the whole session; events tell the outcome."""
    if session["mode"] == "setup":
        return saving.save(call, session, card, payer)
    order = call.ledger.get(ORDER, f"order:{session['id']}")
    intent = call.ledger.find(session["payment_intent"] or "")
    if intent is None:
        intent = _begin(call, session, order)
        session["payment_intent"] = order["payment_intent"] = intent["id"]
        call.ledger.put(session)
    order |= {"payer": payer, "card": card.number}
    call.ledger.put(order)
    if card.authenticate:
        intent |= {"status": "requires_action", "next_action": {"type": "use_stripe_sdk"}}
        emit(call, "payment_intent.requires_action", call.ledger.put(intent))
        return "authenticate"
    return _charge(call, session, intent, card, payer)


def authenticate(call: Call, session: Obj, card: TestCard, success: bool) -> Outcome:
    """The customer came back from the bank's page; only an intent that asked for it can go on."""
    if session["mode"] == "setup":
        return saving.authenticate(call, session, card, success)
    order = call.ledger.get(ORDER, f"order:{session['id']}")
    intent = call.ledger.find(session["payment_intent"] or "")
    if intent is None or intent["status"] != "requires_action":
        raise StripeProblem("There is nothing to authenticate.", status=409)
    if success:
        return _charge(call, session, intent, card, order["payer"])
    intents.fail(call, intent, not_authenticated("payment_intent"))
    return "declined"


def _begin(call: Call, session: Obj, order: Obj) -> Obj:
    total, currency = session["amount_total"], session["currency"]
    return intents.begin(call, total, currency, order["intent_data"])


def _charge(call: Call, session: Obj, intent: Obj, card: TestCard, payer: Obj) -> Outcome:
    made = intents.charge(call, intent, card, payer)
    if made["status"] == "failed":
        intents.fail(call, intent, {"charge": made["id"]} | card.declined(), made)
        return "declined"
    intents.succeed(call, intent, made)
    session |= {
        "status": "complete",
        "payment_status": "paid",
        "url": None,
        "customer_details": payer | {"address": None},
    }
    call.ledger.put(session)
    emit(call, "charge.succeeded", made)
    emit(call, "payment_intent.succeeded", intent)
    emit(call, "checkout.session.completed", session)
    if call.faults.paid_twice:
        _charge_again(call, session, card, payer)
    return "paid"


def _charge_again(call: Call, session: Obj, card: TestCard, payer: Obj) -> None:
    """The fault: another intent for the same order succeeds, beside the session that knows only the
    first.
    """
    order = call.ledger.get(ORDER, f"order:{session['id']}")
    intent = _begin(call, session, order)
    made = intents.charge(call, intent, card, payer)
    intents.succeed(call, intent, made)
    emit(call, "charge.succeeded", made)
    emit(call, "payment_intent.succeeded", intent)
