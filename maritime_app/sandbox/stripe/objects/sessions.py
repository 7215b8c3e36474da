"""Checkout Sessions: created, looked at, expired."""

from maritime_app.sandbox.stripe.ledger import ORDER
from maritime_app.sandbox.stripe.model import Obj, StripeProblem
from maritime_app.sandbox.stripe.objects import intents, setups
from maritime_app.sandbox.stripe.objects.events import emit
from maritime_app.sandbox.stripe.objects.lists import page
from maritime_app.sandbox.stripe.objects.order import line_items, total_minor
from maritime_app.sandbox.stripe.params import (
    Call,
    choice,
    integer,
    invalid,
    metadata,
    required,
    url,
)

SHORTEST_SECONDS = 30 * 60
LONGEST_SECONDS = 24 * 3600
# A client's clock and the way here may take this much off the shortest life.
_CLOCK_GRACE_SECONDS = 60
_HOSTED = ("hosted_page", "hosted")
_KNOWN = [
    "mode",
    "line_items",
    "metadata",
    "payment_intent_data",
    "client_reference_id",
    "customer_email",
    "success_url",
    "cancel_url",
    "expires_at",
    "locale",
    "ui_mode",
    "payment_method_types",
    "submit_type",
    "customer_creation",
    "currency",
    "billing_address_collection",
    "phone_number_collection",
    "allow_promotion_codes",
    "automatic_tax",
    "custom_text",
    "payment_method_options",
    "branding_settings",
    "invoice_creation",
    "consent_collection",
    "setup_intent_data",
]
# What only a session that asks for money can have.
_OF_PAYMENT = ("line_items", "payment_intent_data", "submit_type", "invoice_creation")
_INTENT_DATA = (
    "metadata",
    "description",
    "receipt_email",
    "statement_descriptor_suffix",
    "statement_descriptor",
    "capture_method",
    "setup_future_usage",
)


def create(call: Call) -> Obj:
    """POST /v1/checkout/sessions, modes `payment` and `setup` on the hosted page."""
    call.allow(_KNOWN)
    mode = choice(required(call.params, "mode"), "mode", ("payment", "setup", "subscription"))
    if mode == "subscription":
        raise invalid("The sandbox does not play `subscription` mode.", "mode")
    choice(call.params.get("ui_mode", "hosted_page"), "ui_mode", _HOSTED)
    items = line_items(call) if mode == "payment" else []
    intent_data = _intent_data(call, "payment_intent_data")
    expires_at = _expires_at(call)
    identifier = call.ledger.new_id("cs_test", 58)
    success_url = url(required(call.params, "success_url"), "success_url")
    aim = _to_pay(items) if mode == "payment" else _to_save(call)
    session = _blank(call, identifier) | {
        **aim,
        "mode": mode,
        "expires_at": expires_at,
        "success_url": success_url,
        "url": f"{call.origin}/stripe/pay/{identifier}",
    }
    order = {
        "id": f"order:{identifier}",
        "object": ORDER,
        "items": items,
        "intent_data": intent_data,
    }
    call.ledger.put(order)
    return call.ledger.put(session)


def _to_pay(items: list[Obj]) -> Obj:
    total = total_minor(items)
    return {
        "amount_subtotal": total,
        "amount_total": total,
        "currency": items[0]["currency"],
        "payment_status": "unpaid",
    }


def _to_save(call: Call) -> Obj:
    """A session that only saves a card has its SetupIntent from the beginning."""
    for name in _OF_PAYMENT:
        if name in call.params:
            raise invalid(f"You can not pass `{name}` in `setup` mode.", name)
    intent = setups.begin(call, _intent_data(call, "setup_intent_data"))
    return {
        "amount_subtotal": None,
        "amount_total": None,
        "currency": call.params.get("currency"),
        "payment_status": "no_payment_required",
        "setup_intent": intent["id"],
    }


def _blank(call: Call, identifier: str) -> Obj:
    cancel_url = call.params.get("cancel_url")
    email = call.params.get("customer_email")
    return {
        "id": identifier,
        "object": "checkout.session",
        "allow_promotion_codes": None,
        "automatic_tax": {"enabled": False, "status": None},
        "billing_address_collection": call.params.get("billing_address_collection"),
        "cancel_url": url(cancel_url, "cancel_url") if cancel_url else None,
        "client_reference_id": call.params.get("client_reference_id"),
        "created": call.now,
        "customer": None,
        "customer_creation": choice(
            call.params.get("customer_creation", "if_required"),
            "customer_creation",
            ("if_required", "always"),
        ),
        "customer_details": {"email": email, "name": None, "phone": None, "address": None}
        if email
        else None,
        "customer_email": email,
        "livemode": False,
        "locale": call.params.get("locale"),
        "metadata": metadata(call.params.get("metadata")),
        "payment_intent": None,
        "payment_method_collection": "if_required",
        "payment_method_types": ["card"],
        "setup_intent": None,
        "status": "open",
        "submit_type": call.params.get("submit_type"),
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": call.params.get("ui_mode", "hosted_page"),
    }


def _intent_data(call: Call, param: str) -> Obj:
    sent = call.params.get(param) or {}
    if not isinstance(sent, dict):
        raise invalid("Invalid hash", param)
    for name in sent:
        if name not in _INTENT_DATA:
            full = f"{param}[{name}]"
            raise invalid(f"Received unknown parameter: {full}", full, code="parameter_unknown")
    return dict(sent) | {"metadata": metadata(sent.get("metadata"))}


def _expires_at(call: Call) -> int:
    sent = call.params.get("expires_at")
    if sent is None:
        return call.now + LONGEST_SECONDS
    expires_at = integer(sent, "expires_at", high=2**53)
    if expires_at < call.now + SHORTEST_SECONDS - _CLOCK_GRACE_SECONDS:
        message = (
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
        )
        raise invalid(message, "expires_at")
    if expires_at > call.now + LONGEST_SECONDS:
        message = (
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."
        )
        raise invalid(message, "expires_at")
    return expires_at


def retrieve(call: Call) -> Obj:
    """GET /v1/checkout/sessions/:id"""
    call.allow(())
    return settle_expiry(call, call.ledger.get("checkout.session", call.path_id, "session"))


def update(call: Call) -> Obj:
    """POST /v1/checkout/sessions/:id: metadata."""
    call.allow(("metadata",))
    session = call.ledger.get("checkout.session", call.path_id, "session")
    session["metadata"] = metadata(call.params.get("metadata"), session["metadata"])
    return call.ledger.put(session)


def listed(call: Call) -> Obj:
    """GET /v1/checkout/sessions"""
    found = call.ledger.all("checkout.session")
    return page(call, found, ("payment_intent", "status", "customer", "client_reference_id"))


def list_line_items(call: Call) -> Obj:
    """GET /v1/checkout/sessions/:id/line_items"""
    call.ledger.get("checkout.session", call.path_id, "session")
    order = call.ledger.get(ORDER, f"order:{call.path_id}")
    return page(call, order["items"])


def expire(call: Call) -> Obj:
    """POST /v1/checkout/sessions/:id/expire: only an open one; else look again, it may be paid."""
    call.allow(())
    session = settle_expiry(call, call.ledger.get("checkout.session", call.path_id, "session"))
    if session["status"] != "open":
        raise StripeProblem(
            'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of `{session['status']}`.",
        )
    return _end(call, session)


def settle_expiry(call: Call, session: Obj) -> Obj:
    """The session as it is now: expired when its time is over."""
    if session["status"] == "open" and session["expires_at"] <= call.now:
        _end(call, session)
    return session


def _end(call: Call, session: Obj) -> Obj:
    session |= {"status": "expired", "url": None}
    intent = call.ledger.find(session["payment_intent"] or "")
    if intent is not None:
        intents.void(call, intent, "expired")
    setup = call.ledger.find(session.get("setup_intent") or "")  # older sessions have none
    if setup is not None:
        setups.void(call, setup)
    emit(call, "checkout.session.expired", call.ledger.put(session))
    return session
