"""A customer saves a card on the page of a session in mode `setup`: nothing is charged."""

from maritime_app.sandbox.stripe.ledger import ORDER
from maritime_app.sandbox.stripe.model import (
    Obj,
    Outcome,
    StripeProblem,
    TestCard,
    not_authenticated,
)
from maritime_app.sandbox.stripe.objects import customers, setups
from maritime_app.sandbox.stripe.objects.events import emit
from maritime_app.sandbox.stripe.params import Call


def save(call: Call, session: Obj, card: TestCard, payer: Obj) -> Outcome:
    """Try to save the card; events tell the outcome."""
    order = call.ledger.get(ORDER, f"order:{session['id']}")
    call.ledger.put(order | {"payer": payer, "card": card.number})
    intent = call.ledger.get("setup_intent", session["setup_intent"])
    if card.authenticate:
        setups.ask(call, intent)
        return "authenticate"
    if card.code and not card.saves:
        setups.fail(call, intent, card.declined())
        return "declined"
    return _saved(call, session, intent, card, payer)


def authenticate(call: Call, session: Obj, card: TestCard, success: bool) -> Outcome:
    """The customer came back from the bank's page."""
    order = call.ledger.get(ORDER, f"order:{session['id']}")
    intent = call.ledger.get("setup_intent", session["setup_intent"])
    if intent["status"] != "requires_action":
        raise StripeProblem("There is nothing to authenticate.", status=409)
    if success:
        return _saved(call, session, intent, card, order["payer"])
    setups.fail(call, intent, not_authenticated("setup_intent"))
    return "declined"


def _saved(call: Call, session: Obj, intent: Obj, card: TestCard, payer: Obj) -> Outcome:
    customer = customers.create(call, payer)
    setups.succeed(call, intent, customers.attach(call, customer, card, payer))
    session |= {
        "status": "complete",
        "customer": customer["id"],
        "url": None,
        "customer_details": payer | {"address": None},
    }
    emit(call, "checkout.session.completed", call.ledger.put(session))
    return "paid"
