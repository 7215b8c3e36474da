"""Customers, and the cards that were saved of them (https://docs.stripe.com/api/payment_methods)."""

from maritime_app.sandbox.stripe.ledger import CARD
from maritime_app.sandbox.stripe.model import TEST_CARDS, Obj, StripeProblem, TestCard
from maritime_app.sandbox.stripe.objects.events import emit
from maritime_app.sandbox.stripe.objects.intents import card_face
from maritime_app.sandbox.stripe.params import Call

_DETACHED = (
    "The provided PaymentMethod was previously used with a PaymentIntent without Customer "
    "attachment, shared with a connected account without Customer attachment, or was detached from "
    "a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach "
    "it to a Customer first."
)


def create(call: Call, payer: Obj) -> Obj:
    """A customer of a session that makes one."""
    customer: Obj = {
        "id": call.ledger.new_id("cus", 14),
        "object": "customer",
        "address": None,
        "created": call.now,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "email": payer["email"],
        "invoice_settings": {"default_payment_method": None},
        "livemode": False,
        "metadata": {},
        "name": payer["name"],
        "phone": payer["phone"],
        "preferred_locales": [],
        "shipping": None,
    }
    emit(call, "customer.created", call.ledger.put(customer))
    return customer


def attach(call: Call, customer: Obj, card: TestCard, payer: Obj) -> Obj:
    """The card of a customer, kept for later; its number never leaves the provider."""
    method: Obj = {
        "id": call.ledger.new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": payer | {"address": None},
        "card": card_face(card),
        "created": call.now,
        "customer": customer["id"],
        "livemode": False,
        "metadata": {},
        "type": "card",
    }
    call.ledger.put({"id": f"card:{method['id']}", "object": CARD, "number": card.number})
    emit(call, "payment_method.attached", call.ledger.put(method))
    return method


def saved(call: Call, identifier: str, customer_id: str) -> tuple[Obj, TestCard]:
    """The saved card of that customer; refused where it is another's, or nobody's any more."""
    method = call.ledger.get("payment_method", identifier, "payment_method")
    if method["customer"] is None:
        raise StripeProblem(_DETACHED)
    if method["customer"] != customer_id:
        message = (
            f"The customer does not have a payment method with the ID {identifier}. "
            "The payment method must be attached to the customer."
        )
        raise StripeProblem(message, code="resource_missing", param="payment_method")
    number = call.ledger.get(CARD, f"card:{identifier}")["number"]
    return method, TEST_CARDS[number]


def retrieve(call: Call) -> Obj:
    """GET /v1/customers/:id"""
    call.allow(())
    return call.ledger.get("customer", call.path_id)


def retrieve_method(call: Call) -> Obj:
    """GET /v1/payment_methods/:id"""
    call.allow(())
    return call.ledger.get("payment_method", call.path_id, "payment_method")


def detach(call: Call) -> Obj:
    """POST /v1/payment_methods/:id/detach: it can never be charged again."""
    call.allow(())
    method = call.ledger.get("payment_method", call.path_id, "payment_method")
    if method["customer"] is None:
        message = (
            "The payment method you provided is not attached to a customer so detachment is "
            "impossible."
        )
        raise StripeProblem(message)
    before = {"customer": method["customer"]}
    method["customer"] = None
    emit(call, "payment_method.detached", call.ledger.put(method), before)
    return method
