"""Money that went back without us covers claims to the cent, and what it covers no more is owed."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from maritime_app.payments import store as payments
from maritime_app.payments.model import RefundOrigin, RefundStatus
from maritime_app.payments.refunds import covering, store

fake: Any = SimpleNamespace  # what has the fields that a rule asks for
conn: Any = None


@pytest.fixture
def done(monkeypatch):
    """What is written, in order."""
    written: list[Any] = []

    async def cover_refund(_conn, refund_id, minor):
        written.append(("covered", refund_id, minor))
        return True

    async def uncover(_conn, refund_id, _why):
        written.append(("uncovered", refund_id))

    async def set_covered(_conn, refund_id, minor):
        written.append(("covered", refund_id, minor))

    async def owe(_conn, _like, minor, _key, claim_id):
        written.append(("owed", claim_id, minor))

    for name, verb in (("cover_refund", cover_refund), ("uncover", uncover)):
        monkeypatch.setattr(store, name, verb)
    monkeypatch.setattr(store, "set_covered", set_covered)
    monkeypatch.setattr(covering, "_owe", owe)
    return written


def a_claim(status, amount_minor=100):
    one = uuid4()
    return fake(
        id=one,
        payment_id=uuid4(),
        status=status,
        amount_minor=amount_minor,
        origin=RefundOrigin.SERVICE,
        claim_id=one,
    )


@pytest.mark.parametrize(("outside", "rest"), [(1, 99), (99, 1), (100, 0), (101, 0)])
async def test_it_works(done, outside, rest):
    owed = a_claim(RefundStatus.PENDING)

    assert await covering.cover(conn, owed, outside)

    more = [("owed", owed.id, rest)] if rest else []
    assert done == [("covered", owed.id, 100 - rest), *more]


@pytest.mark.parametrize("outside", [0, -1])
async def test_nothing_covers_nothing(done, outside):
    assert not await covering.cover(conn, a_claim(RefundStatus.PENDING), outside)
    assert done == []


@pytest.mark.parametrize(
    ("held_minor", "newest", "oldest"),
    [(200, 0, 0), (199, 1, 0), (150, 50, 0), (100, 100, 0), (99, 100, 1), (0, 100, 100)],
)
async def test_the_newest_claim_is_owed_again_first(done, monkeypatch, held_minor, newest, oldest):
    """The bank holds less than it did: what it covered of two claims is owed, and no cent more."""
    pending = a_claim(RefundStatus.SUCCEEDED)
    lot = [a_claim(RefundStatus.COVERED), pending, a_claim(RefundStatus.COVERED)]

    async def refunds_of(*_asked):
        return lot

    async def disputes_of(*_asked):
        return [fake(withdrawn_minor=held_minor)]

    monkeypatch.setattr(store, "refunds_of", refunds_of)
    monkeypatch.setattr(payments, "disputes_of", disputes_of)

    await covering.uncover_payment(conn, uuid4(), "the dispute was won")

    owed = {claim_id: minor for what, claim_id, *minor in done if what == "owed"}
    expected = {lot[2].id: [newest], lot[0].id: [oldest]}
    assert owed == {claim_id: minor for claim_id, minor in expected.items() if minor[0]}
    whole = [one[1] for one in done if one[0] == "uncovered"]
    assert whole == [one.id for one, minor in ((lot[2], newest), (lot[0], oldest)) if minor == 100]
