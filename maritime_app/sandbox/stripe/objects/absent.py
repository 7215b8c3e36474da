"""A saved card is charged while its holder is not there
(https://docs.stripe.com/payments/save-and-reuse#charge-saved-payment-method).
"""

from msgspec.structs import replace

from maritime_app.sandbox import currencies
from maritime_app.sandbox.stripe.model import Obj, StripeProblem, TestCard
from maritime_app.sandbox.stripe.objects import customers, intents
from maritime_app.sandbox.stripe.objects.events import emit
from maritime_app.sandbox.stripe.objects.order import least
from maritime_app.sandbox.stripe.params import Call, chargeable, invalid, metadata, required

_KNOWN = (
    "amount",
    "currency",
    "customer",
    "payment_method",
    "payment_method_types",
    "off_session",
    "confirm",
    "error_on_requires_action",
    "metadata",
    "description",
    "receipt_email",
    "statement_descriptor_suffix",
)
_NEEDS_HOLDER = "Your card was declined. This transaction requires authentication."


def create(call: Call) -> Obj:
    """POST /v1/payment_intents, confirmed at once and off session; 402 where the bank refuses."""
    call.allow(_KNOWN)
    for name in ("confirm", "off_session"):
        if call.params.get(name) != "true":
            raise invalid(f"The sandbox only plays intents with `{name}` true.", name)
    currency, amount = _sum(call)
    customer_id = str(required(call.params, "customer"))
    call.ledger.get("customer", customer_id, "customer")
    method_id = str(required(call.params, "payment_method"))
    method, card = customers.saved(call, method_id, customer_id)
    about = call.params | {"metadata": metadata(call.params.get("metadata"))}
    intent = intents.begin(call, amount, currency, about)
    intent |= {"customer": customer_id, "payment_method": method["id"]}
    payer = {name: method["billing_details"][name] for name in ("name", "email", "phone")}
    made = intents.charge(call, intent, _without_holder(card), payer)
    if made["status"] == "failed":
        raise _refused(call, intent, made, method)
    intents.succeed(call, intent, made)
    emit(call, "charge.succeeded", made)
    emit(call, "payment_intent.succeeded", intent)
    return intent


def _sum(call: Call) -> tuple[str, int]:
    currency = str(required(call.params, "currency")).lower()
    if len(currency) != 3 or not currency.isalpha():
        raise invalid(f"Invalid currency: {currency}.", "currency")
    amount = chargeable(required(call.params, "amount"), currency, "amount", 1)
    if amount < least(currency):
        shown = currencies.written(least(currency), currency)
        message = f"Amount must be at least {shown} {currency}"
        raise invalid(message, "amount", code="amount_too_small")
    return currency, amount


def _without_holder(card: TestCard) -> TestCard:
    """What the card does while nobody can confirm anything: one that was confirmed when it was
    saved is charged, one that asks every time is refused.
    """
    if not card.absent:
        return card
    return replace(card, code=card.absent, decline_code=card.absent, message=_NEEDS_HOLDER)


def _refused(call: Call, intent: Obj, made: Obj, method: Obj) -> StripeProblem:
    """The bank's refusal, with the intent: it waits for another card now."""
    code, decline_code = made["failure_code"], made["outcome"]["reason"]
    error: Obj = {
        "charge": made["id"],
        "code": code,
        "decline_code": decline_code,
        "message": made["failure_message"],
        "payment_method": dict(method),
        "type": "card_error",
    }
    intent["payment_method"] = None
    intents.fail(call, intent, error, made)
    extra = {
        "charge": made["id"],
        "decline_code": decline_code,
        "payment_intent": dict(intent),
        "payment_method": dict(method),
    }
    message = made["failure_message"]
    return StripeProblem(message, status=402, kind="card_error", code=code, extra=extra)
