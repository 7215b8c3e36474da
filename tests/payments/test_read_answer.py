"""What Stripe answers is read by its type: an odd one is no answer, and none becomes a row."""

import copy
from typing import Any

import pytest
import stripe

from maritime_app.errors import Unavailable
from maritime_app.payments import codec
from maritime_app.payments.stripe_calls import call

SESSION = {"id": "cs_1", "url": "https://pay", "status": "open", "payment_intent": "pi_1"}
CHARGE: dict[str, Any] = {
    "id": "ch_1",
    "payment_method_details": {"card": {"brand": "visa", "last4": "4242"}},
}
INTENT = {
    "id": "pi_1", "status": "succeeded", "amount_received": 500, "currency": "eur",
    "last_payment_error": {"message": "no", "code": "declined"}, "metadata": {},
    "latest_charge": CHARGE,
}  # fmt: skip
REFUND = {
    "id": "re_1", "status": "pending", "amount": 500, "currency": "eur", "payment_intent": "pi_1",
    "metadata": {}, "failure_reason": "lost",
}  # fmt: skip
DISPUTE = {
    "id": "du_1", "status": "lost", "reason": "fraudulent", "amount": 500, "currency": "eur",
    "payment_intent": "pi_1", "created": 1_700_000_000, "evidence_details": None,
    "balance_transactions": [{"id": "txn_1", "amount": -500}],
}  # fmt: skip
MOVEMENT = {
    "id": "txn_1", "amount": 500, "fee": 9, "currency": "eur", "reporting_category": "charge",
    "source": "ch_1", "created": 1_700_000_000, "available_on": 1_700_000_000,
}  # fmt: skip
READ: dict[str, tuple[dict[str, Any], Any]] = {
    "session": (SESSION, codec.session_state),
    "intent": (INTENT, codec.intent_state),
    "refund": (REFUND, codec.refund_state),
    "dispute": (DISPUTE, codec.dispute_state),
    "movement": (MOVEMENT, codec.movement),
}
AMOUNTS: tuple[Any, ...] = (None, "500", 500.0, 45.5, 10**19, 10**400, float("nan"), [], {})
WORDS: tuple[Any, ...] = (None, 5, True, "", "a\0b", "é", [], {}, "x" * 256)
TIMES = (None, "now", 10**19, -(10**19), float("inf"))
ODD: list[tuple[str, str, Any]] = [
    *[("session", field, odd) for field in ("id", "status") for odd in WORDS],
    *[("session", "url", odd) for odd in (5, True, "javascript:alert(1)", "https://a b")],
    *[("intent", field, odd) for field in ("id", "status", "currency") for odd in WORDS],
    *[("intent", "amount_received", odd) for odd in AMOUNTS[1:7]],  # none of it is 0
    *[("refund", field, odd) for field in ("id", "status", "currency") for odd in WORDS],
    *[("refund", "amount", odd) for odd in AMOUNTS],
    *[("dispute", field, odd) for field in ("id", "status", "currency") for odd in WORDS],
    *[("dispute", "amount", odd) for odd in AMOUNTS],
    *[("dispute", "created", odd) for odd in TIMES],
    *[("movement", field, odd) for field in ("id", "reporting_category") for odd in WORDS],
    *[("movement", field, odd) for field in ("amount", "fee") for odd in AMOUNTS],
    *[("movement", "available_on", odd) for odd in TIMES],
]  # fmt: skip


async def test_it_works():
    for kind in READ:
        assert (await read(kind)).id


async def test_what_money_hangs_on_must_be_of_its_type():
    for kind, field, odd in ODD:
        with pytest.raises(Unavailable):
            await read(kind, **{field: odd})
            raise AssertionError(f"{kind}.{field} = {odd!r} was read")


async def test_words_that_are_only_shown_keep_no_money_waiting():
    odd_card = copy.deepcopy(CHARGE)
    odd_card["payment_method_details"]["card"] = {"brand": 5, "last4": ["4242"]}
    error = {"message": {"text": "no"}, "code": 7}

    intent = await read("intent", latest_charge=odd_card, last_payment_error=error)
    refund = await read("refund", failure_reason=[1])

    assert (intent.received_minor, intent.card_brand, intent.card_last4) == (500, None, None)
    assert (intent.error, intent.error_code, refund.failure) == (None, None, None)
    error = {"message": "a\0b", "code": None}
    assert (await read("intent", last_payment_error=error)).error == "ab"


async def test_a_status_that_is_new_is_read():
    assert (await read("refund", status="on_its_way")).status == "on_its_way"


async def read(kind, **changed):
    values, reader = READ[kind]

    async def answered():
        return stripe.StripeObject.construct_from(values | changed, "key")

    return await call(kind, answered(), reader)
