"""Identifiers: ids of rows are in the order in which they were made."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from maritime_app import clock
from maritime_app.ids import first_uuid7, uuid7


def test_it_works(monkeypatch):
    """A version 7 of variant 2, with the milliseconds of its making in front."""
    monkeypatch.setattr(clock, "epoch_ms", lambda: 1_764_115_200_123)

    made = uuid7()

    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == 1_764_115_200_123


def test_those_of_one_millisecond_are_in_the_order_of_their_making(monkeypatch):
    monkeypatch.setattr(clock, "epoch_ms", lambda: 1_764_115_200_124)

    made = [uuid7() for _ in range(1_000)]

    assert made == sorted(set(made))
    assert {one.version for one in made} == {7}
    # Steps are random: from one id the next cannot be told.
    assert len({after.int - before.int for before, after in pairwise(made)}) > 900


def test_the_first_of_an_instant_is_not_greater_than_any_made_from_then_on():
    before = datetime.now(UTC) - timedelta(milliseconds=1)

    assert first_uuid7(before) <= uuid7()
