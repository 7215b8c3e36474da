"""A Stripe event of the usual size (2.1 kB) and its signature
(https://docs.stripe.com/webhooks#verify-manually).
"""

import hashlib
import hmac
import json
import time
from typing import Any

SECRET = "whsec_bench"

_INTENT: dict[str, Any] = {
    "id": "pi_NUMBER",
    "object": "payment_intent",
    "amount": 12900,
    "amount_capturable": 0,
    "amount_details": {"tip": {}},
    "amount_received": 12900,
    "application": None,
    "application_fee_amount": None,
    "automatic_payment_methods": {"allow_redirects": "always", "enabled": True},
    "canceled_at": None,
    "cancellation_reason": None,
    "capture_method": "automatic_async",
    "client_secret": "pi_NUMBER_secret_0123456789",
    "confirmation_method": "automatic",
    "created": 1780000000,
    "currency": "eur",
    "customer": None,
    "description": "Piraeus - Heraklion, ABCD2345",
    "excluded_payment_method_types": None,
    "last_payment_error": None,
    "latest_charge": "ch_NUMBER",
    "livemode": False,
    "metadata": {"reference": "ABCD2345"},
    "next_action": None,
    "on_behalf_of": None,
    "payment_method": "pm_1PgafyB7WZ01zgkWJ5pEAd2z",
    "payment_method_configuration_details": {"id": "pmc_1PgafyB7WZ01zgkW0000", "parent": None},
    "payment_method_options": {
        "card": {
            "installments": None,
            "mandate_options": None,
            "network": None,
            "request_three_d_secure": "automatic",
        },
        "link": {"persistent_token": None},
    },
    "payment_method_types": ["card", "link"],
    "processing": None,
    "receipt_email": "ada@example.com",
    "review": None,
    "setup_future_usage": None,
    "shipping": None,
    "source": None,
    "statement_descriptor": None,
    "statement_descriptor_suffix": None,
    "status": "succeeded",
    "transfer_data": None,
    "transfer_group": None,
}
_EVENT: dict[str, Any] = {
    "id": "evt_NUMBER",
    "object": "event",
    "api_version": "2026-06-30.basil",
    "created": 1780000001,
    "data": {"object": _INTENT},
    "livemode": False,
    "pending_webhooks": 1,
    "request": {"id": "req_NUMBER", "idempotency_key": "0d6f2a2e-55b4-4d52-9e2b-0b7f5a1c0f11"},
    "type": "payment_intent.succeeded",
}
_TEMPLATE = json.dumps(_EVENT, indent=1).encode()


def event(number: str) -> bytes:
    """The event with that number."""
    return _TEMPLATE.replace(b"NUMBER", number.encode())


def signature(body: bytes, secret: bytes) -> str:
    """The value of the Stripe-Signature header, signed now."""
    at = str(int(time.time()))
    return f"t={at},v1={hmac.digest(secret, at.encode() + b'.' + body, hashlib.sha256).hex()}"
