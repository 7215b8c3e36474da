"""SetupIntents: a card is saved while its holder is there, to be charged when nobody is
(https://docs.stripe.com/api/setup_intents).
"""

from maritime_app.sandbox.stripe.model import Obj
from maritime_app.sandbox.stripe.objects.events import emit
from maritime_app.sandbox.stripe.objects.lists import page
from maritime_app.sandbox.stripe.params import Call


def begin(call: Call, intent_data: Obj) -> Obj:
    """The intent of a session in mode `setup`: there from the beginning."""
    identifier = call.ledger.new_id("seti")
    intent: Obj = {
        "id": identifier,
        "object": "setup_intent",
        "application": None,
        "automatic_payment_methods": None,
        "cancellation_reason": None,
        "client_secret": call.ledger.new_id(f"{identifier}_secret"),
        "created": call.now,
        "customer": None,
        "description": intent_data.get("description"),
        "last_setup_error": None,
        "latest_attempt": None,
        "livemode": False,
        "mandate": None,
        "metadata": intent_data["metadata"],
        "next_action": None,
        "payment_method": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "single_use_mandate": None,
        "status": "requires_payment_method",
        "usage": "off_session",
    }
    emit(call, "setup_intent.created", call.ledger.put(intent))
    return intent


def ask(call: Call, intent: Obj) -> None:
    """The bank wants to hear from the card's holder first."""
    intent |= {"status": "requires_action", "next_action": {"type": "use_stripe_sdk"}}
    emit(call, "setup_intent.requires_action", call.ledger.put(intent))


def succeed(call: Call, intent: Obj, method: Obj) -> None:
    """The card is saved."""
    intent |= {
        "status": "succeeded",
        "customer": method["customer"],
        "payment_method": method["id"],
        "last_setup_error": None,
        "next_action": None,
    }
    emit(call, "setup_intent.succeeded", call.ledger.put(intent))


def fail(call: Call, intent: Obj, error: Obj) -> None:
    """This card was not saved; the customer may try another."""
    intent |= {
        "status": "requires_payment_method",
        "last_setup_error": error,
        "next_action": None,
    }
    emit(call, "setup_intent.setup_failed", call.ledger.put(intent))


def void(call: Call, intent: Obj) -> None:
    """Cancel an intent whose session is over."""
    intent |= {"status": "canceled", "cancellation_reason": "abandoned", "next_action": None}
    emit(call, "setup_intent.canceled", call.ledger.put(intent))


def retrieve(call: Call) -> Obj:
    """GET /v1/setup_intents/:id"""
    call.allow(("client_secret",))
    return call.ledger.get("setup_intent", call.path_id, "intent")


def listed(call: Call) -> Obj:
    """GET /v1/setup_intents"""
    return page(call, call.ledger.all("setup_intent"), ("customer", "payment_method"))
