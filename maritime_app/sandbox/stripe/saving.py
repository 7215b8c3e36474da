"""A customer saves a card on the page of a session in mode `setup`: nothing is charged."""

from maritime_app.sandbox.stripe.ledger import ORDER
from maritime_app.sandbox.stripe.model import Obj, Outcome, StripeProblem, TestCard
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
        error = {
            "code": card.code,
            "decline_code": card.decline_code,
            "message": card.message,
            "type": "card_error",
        }
        setups.fail(call, intent, error)
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
    error = {
        "code": "setup_intent_authentication_failure",
        "message": "We are unable to authenticate your payment method. Please choose a different "
        "payment method and try again.",
        "type": "invalid_request_error",
    }
    setups.fail(call, intent, error)
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
