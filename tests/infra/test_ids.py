"""Identifiers: ids of rows are in the order in which they were made; letters of references are as
likely as each other.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from maritime_app import clock
from maritime_app.ids import (
    REFERENCE_ALPHABET,
    REFERENCE_LENGTH,
    first_uuid7,
    reference,
    uuid7,
)


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


def test_each_letter_of_a_reference_is_as_likely(monkeypatch):
    monkeypatch.setattr("os.urandom", lambda size: bytes(range(256)) if size else b"")
    monkeypatch.setattr("maritime_app.ids.REFERENCE_LENGTH", 253)

    letters = reference()

    assert Counter(letters) == dict.fromkeys(REFERENCE_ALPHABET, 11)


def test_bytes_that_are_no_letters_are_drawn_anew(monkeypatch):
    drawn = iter([b"\xff" * 16, b"\xfe\xfd" + bytes(14)])
    monkeypatch.setattr("os.urandom", lambda _size: next(drawn))

    assert reference() == REFERENCE_ALPHABET[0] * REFERENCE_LENGTH
