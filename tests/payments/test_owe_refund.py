"""Money is owed back to the cent, and never more of it than was received."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from maritime_app.payments import store as payments
from maritime_app.payments.claims import Claims
from maritime_app.payments.model import RefundStatus
from maritime_app.payments.refunds import covering, service as refunds, store

fake: Any = SimpleNamespace  # what has the fields that a rule asks for
conn: Any = None
NONE = {
    "claimed_minor": 0,
    "covered_minor": 0,
    "sent_minor": 0,
    "outside_minor": 0,
    "pending_minor": 0,
    "failed_minor": 0,
}


@pytest.fixture
def owe(monkeypatch):
    """Owes an amount of a payment; returns what is to be sent, and what was written and sent."""

    async def owed(amount_minor, received_minor, known, is_new=True):
        written, sent = [], []

        async def lock_payment(*_asked):
            return None if received_minor is None else fake(received_minor=received_minor)

        async def claims_of(*_asked):
            return Claims(**NONE | known)

        async def is_asked(*_asked):
            return not is_new

        async def add_refund(_conn, _id, _payment, minor, *_more, **named):
            written.append((minor, named.get("status") is RefundStatus.COVERED))
            return True

        async def enqueue_send(_conn, _owed, refund_id):
            sent.append(refund_id)

        monkeypatch.setattr(payments, "lock_payment", lock_payment)
        monkeypatch.setattr(refunds, "claims_of", claims_of)
        monkeypatch.setattr(store, "is_asked", is_asked)
        monkeypatch.setattr(store, "add_refund", add_refund)
        monkeypatch.setattr(covering, "enqueue_send", enqueue_send)
        to_send = await refunds.request_refund(
            conn, fake(id=uuid4()), amount_minor, "cancelled", "key"
        )
        return to_send, written, len(sent)

    return owed


async def test_it_works(owe):
    assert await owe(100, 100, {}) == (100, [(100, False)], 1)


@pytest.mark.parametrize(
    ("amount", "received", "known", "covered", "rest"),
    [
        (101, 100, {}, 0, 100),
        (100, 100, {"claimed_minor": 99}, 0, 1),
        (100, 100, {"claimed_minor": 100}, 0, 0),
        (100, 100, {"outside_minor": 1}, 1, 99),
        (100, 100, {"outside_minor": 99}, 99, 1),
        (100, 100, {"outside_minor": 100}, 100, 0),
        (100, None, {}, 0, 0),
    ],
)
async def test_what_went_back_without_us_counts(owe, amount, received, known, covered, rest):
    written = [(minor, is_covered) for minor, is_covered in ((covered, True), (rest, False))]

    found = await owe(amount, received, known)

    assert found == (rest, [one for one in written if one[0]], 1 if rest else 0)


async def test_nothing_is_sent_twice_under_one_name(owe):
    assert await owe(100, 100, {}, is_new=False) == (0, [], 0)
