"""How goodwill is shared out over what was sold: by the lines alone."""

from types import SimpleNamespace
from typing import Any

import pytest

from maritime_app.bookings.invoices import goodwill
from maritime_app.bookings.model import BookingItem
from maritime_app.ferries.model import PriceReason
from maritime_app.money import Money

fake: Any = SimpleNamespace  # what has the fields that a rule asks for
FARE, FEE, DISCOUNT = PriceReason.FARE, PriceReason.FEE, PriceReason.DISCOUNT
TWO_LEGS = [(1, 1000, FARE), (2, 3000, FARE), (1, 200, FEE)]


def sold(lines):
    return [BookingItem(leg, "x", 1, Money(minor, "EUR"), reason) for leg, minor, reason in lines]


def said(item, leg, minor, reason=DISCOUNT):
    return fake(item=item, leg=leg, reason=reason, amount_minor=-minor)


def test_it_works():
    """Leg by leg by what it costs, and of fees last."""
    shares = goodwill.shares(400, sold(TWO_LEGS), [])
    assert shares == {(1, DISCOUNT): 100, (2, DISCOUNT): 300, (1, FEE): 0}


@pytest.mark.parametrize(
    ("lines", "given", "before", "parts"),
    [
        (TWO_LEGS, 0, [], (0, 0, 0)),
        (TWO_LEGS, 4000, [], (1000, 3000, 0)),
        (TWO_LEGS, 4100, [], (1000, 3000, 100)),
        (TWO_LEGS, 4200, [], (1000, 3000, 200)),
        # What documents say already stays where it is; only what is new is shared out.
        (TWO_LEGS, 400, [said("goodwill", 2, 300)], (28, 372, 0)),
        (TWO_LEGS, 300, [said("goodwill", 2, 300)], (0, 300, 0)),
        (TWO_LEGS, 150, [said("goodwill", 2, 300)], (0, 150, 0)),
        (TWO_LEGS, 400, [said("adult", 2, 300)], (100, 300, 0)),
        (TWO_LEGS, 100, [said("goodwill", 1, 50, FEE), said("goodwill", 1, 50, FEE)], (0, 0, 100)),
    ],
)
def test_the_parts_add_up(lines, given, before, parts):
    shares = goodwill.shares(given, sold(lines), before)
    assert (shares[1, DISCOUNT], shares[2, DISCOUNT], shares[1, FEE]) == parts
    assert sum(shares.values()) == given


@pytest.mark.parametrize(
    ("minor", "given", "parts"),
    [
        ((3, 3, 3), 8, [3, 3, 2]),  # what rounding leaves goes first, and fits
        ((1, 1, 1), 2, [1, 1, 0]),
        ((-5, 1000), 1000, [0, 1000]),  # a leg that costs less than nothing takes none of it
        ((0, 0), 0, [0, 0]),
    ],
)
def test_no_leg_takes_more_than_it_costs(minor, given, parts):
    lines = [(number, one, FARE) for number, one in enumerate(minor, start=1)]
    assert list(goodwill.shares(given, sold(lines), []).values()) == parts
