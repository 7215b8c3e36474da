"""What is owed of a payment and what went back, as one sum: pure."""

from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from maritime_app.payments.claims import Claims, claims, held_minor, outstanding_minor
from maritime_app.payments.model import RefundOrigin, RefundStatus

fake: Any = SimpleNamespace  # what has the fields that a rule asks for

NONE = {
    "claimed_minor": 0,
    "covered_minor": 0,
    "sent_minor": 0,
    "outside_minor": 0,
    "pending_minor": 0,
    "failed_minor": 0,
}


def test_it_works():
    assert Claims(**NONE).gone_minor == 0


@pytest.mark.parametrize(
    ("known", "gone_minor"),
    [
        ({"claimed_minor": 9100, "sent_minor": 9100}, 9100),
        ({"claimed_minor": 9100, "pending_minor": 9100}, 9100),  # decided, not sent yet
        ({"claimed_minor": 9100, "failed_minor": 9100}, 9100),  # owed until somebody pays it
        ({"outside_minor": 500}, 500),  # the bank took it, and nobody had claimed it
        ({"claimed_minor": 9100, "covered_minor": 9100, "outside_minor": 9100}, 9100),
        ({"claimed_minor": 100, "sent_minor": 100, "outside_minor": 500}, 600),
    ],
)
def test_what_is_owed_is_not_ours_to_keep(known, gone_minor):
    """No fee is asked for out of money that is to go back, however far it is on its way."""
    assert Claims(**NONE | known).gone_minor == gone_minor


def a_refund(status, amount_minor=100, origin=RefundOrigin.SERVICE, claim_id=None):
    return fake(
        id=uuid4(), status=status, amount_minor=amount_minor, origin=origin, claim_id=claim_id
    )


def a_dispute(withdrawn_minor):
    return fake(withdrawn_minor=withdrawn_minor)


_R = RefundStatus


@pytest.mark.parametrize(
    ("refunds", "disputes", "counted"),
    [
        ([a_refund(_R.PENDING)], [], {"claimed_minor": 100, "pending_minor": 100}),
        ([a_refund(_R.REQUESTED)], [], {"claimed_minor": 100, "sent_minor": 100}),
        ([a_refund(_R.SUCCEEDED)], [], {"claimed_minor": 100, "sent_minor": 100}),
        ([a_refund(_R.COVERED)], [], {"claimed_minor": 100, "covered_minor": 100}),
        ([a_refund(_R.FAILED)], [], {"claimed_minor": 100, "failed_minor": 100}),
        ([], [a_dispute(30), a_dispute(40)], {"outside_minor": 70}),
        # What was begun in Stripe's dashboard is no claim of ours, and counts once it left.
        ([a_refund(_R.PENDING, origin=RefundOrigin.STRIPE)], [], {}),
        ([a_refund(_R.FAILED, origin=RefundOrigin.STRIPE)], [], {}),
        ([a_refund(_R.REQUESTED, origin=RefundOrigin.STRIPE)], [], {"outside_minor": 100}),
        (
            [a_refund(_R.SUCCEEDED, 60, RefundOrigin.STRIPE), a_refund(_R.COVERED, 60)],
            [a_dispute(5)],
            {"claimed_minor": 60, "covered_minor": 60, "outside_minor": 65},
        ),
    ],
)
def test_each_state_of_a_refund_is_counted_once(refunds, disputes, counted):
    assert claims(refunds, disputes) == Claims(**NONE | counted)


@pytest.mark.parametrize(
    ("again", "left_minor"),
    [
        ([], 100),
        ([(_R.PENDING, 30)], 70),
        ([(_R.SUCCEEDED, 30), (_R.REQUESTED, 30)], 40),
        ([(_R.FAILED, 30), (_R.SUCCEEDED, 50)], 50),
        ([(_R.SUCCEEDED, 100)], 0),
    ],
)
def test_a_failed_claim_is_owed_until_others_have_paid_it(again, left_minor):
    failed = a_refund(_R.FAILED)
    parts = [a_refund(status, amount, claim_id=failed.id) for status, amount in again]
    others = [a_refund(_R.SUCCEEDED, 7), a_refund(_R.PENDING, 7, claim_id=uuid4())]
    everything = [failed, *parts, *others]

    assert outstanding_minor(failed, everything) == left_minor
    assert claims(everything, []).failed_minor == left_minor
    assert [outstanding_minor(part, everything) for part in parts] == [0] * len(parts)
    assert outstanding_minor(others[0], everything) == 0
    assert claims(everything, []).claimed_minor == 107  # what pays a claim is none itself


@pytest.mark.parametrize(
    ("covered_minor", "withdrawn_minor", "held"),
    [(0, 0, 0), (0, 50, 50), (30, 50, 20), (50, 50, 0), (60, 50, 0)],
)
def test_what_the_bank_holds_beyond_the_claims(covered_minor, withdrawn_minor, held):
    refunds = [a_refund(_R.COVERED, covered_minor)]
    assert held_minor(refunds, iter([a_dispute(withdrawn_minor)])) == held
    known = claims(refunds, [a_dispute(withdrawn_minor)])
    assert known.back_minor == withdrawn_minor
    assert known.uncovered_minor == held


def test_a_gift_in_the_dashboard_is_not_held_by_the_bank():
    gift = a_refund(_R.SUCCEEDED, 80, RefundOrigin.STRIPE)
    assert held_minor([gift], [a_dispute(50)]) == 50
    assert claims([gift, a_refund(_R.SUCCEEDED, 7)], []).back_minor == 87
