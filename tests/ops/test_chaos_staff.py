"""What staff know of an act whose answer was lost, and what may then stand in the books."""

import random
from typing import Any

import pytest

from bench.chaos.api import Answer
from bench.chaos.staff import Came, Staff, add_possible
from bench.chaos.verdict import is_that_fee

NOBODY: Any = None


class Calls:
    """Answers in this order."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = iter(statuses)

    async def ask(self, *_words: str, **_more: object) -> Answer:
        return Answer(next(self.statuses))


@pytest.mark.pure
@pytest.mark.parametrize(
    ("statuses", "came"),
    [
        ([200], Came.DONE),
        ([409], Came.REFUSED),
        ([503, 200], Came.DONE),
        # Refused the second time because it was done the first time, or for another reason.
        ([0, 409], Came.UNKNOWN),
        ([429, 409], Came.REFUSED),
        ([0] * 8, Came.UNKNOWN),
    ],
)
async def test_it_works(statuses, came, monkeypatch):
    monkeypatch.setattr("bench.chaos.staff.FIRST_PAUSE_SECONDS", 0.0)
    calls: Any = Calls(*statuses)
    staff = Staff(calls, NOBODY, random.Random(1), "token")

    assert await staff.act("refund", "/somewhere", {}) is came


@pytest.mark.pure
def test_what_is_not_known_may_be_either():
    known = {"before"}

    add_possible(known, "refused", Came.REFUSED)
    assert known == {"before"}
    add_possible(known, "perhaps", Came.UNKNOWN)
    assert known == {"before", "perhaps"}
    add_possible(known, "so", Came.DONE)
    assert known == {"so"}


@pytest.mark.pure
def test_a_fee_is_what_was_promised_less_goodwill():
    booking = {"cancel_fee_minor": 900, "goodwill_minor": 100}

    assert is_that_fee(booking, 1000)
    assert is_that_fee(booking, 900)
    assert not is_that_fee(booking, 1001)
    assert not is_that_fee(booking, 899)
