"""What stays of a leg's price when the leg changes: by the lines alone, with numbers of a child."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from maritime_app.bookings.changes import places
from maritime_app.bookings.changes.pricing import differences
from maritime_app.bookings.changes.pricing.differences import LegPrice
from maritime_app.bookings.changes.pricing.promoted import Paid
from maritime_app.bookings.holds.model import HoldReserved
from maritime_app.ferries.capacity.model import Reserved
from maritime_app.ferries.model import PriceLine, PriceReason

fake: Any = SimpleNamespace  # what has the fields that a rule asks for

FARE, TAX, FEE = PriceReason.FARE, PriceReason.TAX, PriceReason.FEE


def line(item, quantity, amount_minor, reason=FARE):
    return PriceLine(item, quantity, amount_minor, reason)


def shown(price):
    return [(one.item, one.quantity, one.amount_minor) for one in price.lines]


def test_it_works():
    """One adult more: the two stay at 40 each, the third costs 50 today."""
    paid, today = [line("adult", 2, 80)], [line("adult", 3, 150)]
    price = differences.same_sailing(Paid(tuple(paid)), today, 25)
    assert (shown(price), price.fees_minor, price.total_minor) == ([("adult", 3, 130)], 0, 130)


@pytest.mark.parametrize(
    ("paid", "today", "percent", "lines"),
    [
        # The same again costs what it cost, whatever today's price is.
        ([line("adult", 2, 80)], [line("adult", 2, 999)], 50, [("adult", 2, 80)]),
        # One goes: what is given up is half of 80, and a quarter of that is kept.
        (
            [line("adult", 2, 80)],
            [line("adult", 1, 50)],
            25,
            [("adult", 1, 40), ("cancellation_fee", 1, 10)],
        ),
        # A fee is rounded up, and one of nothing is no line.
        (
            [line("adult", 2, 3)],
            [line("adult", 1, 9)],
            50,
            [("adult", 1, 1), ("cancellation_fee", 1, 1)],
        ),
        ([line("adult", 2, 80)], [line("adult", 1, 50)], 0, [("adult", 1, 40)]),
        (
            [line("adult", 3, 12000)],
            [line("adult", 2, 1)],
            25,
            [("adult", 2, 8000), ("cancellation_fee", 1, 1000)],
        ),
        # What is not sold any more at all is given up; another line is sold at today's price.
        (
            [line("adult", 1, 40), line("car", 1, 100)],
            [line("adult", 1, 50), line("van", 1, 200)],
            10,
            [("adult", 1, 40), ("van", 1, 200), ("cancellation_fee", 1, 10)],
        ),
        # Tax goes back whole; so does a rounding, which is worked out anew.
        (
            [line("adult", 2, 80), line("tax", 2, 10, TAX), line("r", 1, -1, PriceReason.ROUNDING)],
            [line("adult", 1, 50), line("tax", 1, 5, TAX)],
            100,
            [("adult", 1, 40), ("tax", 1, 5), ("cancellation_fee", 1, 40)],
        ),
        ([line("tax", 1, 5, TAX)], [line("adult", 1, 7)], 100, [("adult", 1, 7)]),
        # Fees that were paid before stay, and are no part of what is given up.
        (
            [line("adult", 2, 80), line("change_fee", 1, 15, FEE)],
            [line("adult", 1, 50)],
            50,
            [("adult", 1, 40), ("change_fee", 1, 15), ("cancellation_fee", 1, 20)],
        ),
    ],
)
def test_another_party_on_the_same_sailing(paid, today, percent, lines):
    assert shown(differences.same_sailing(Paid(tuple(paid)), today, percent)) == lines


@pytest.mark.parametrize(
    ("today_minor", "percent", "change_fee_minor", "fees"),
    [
        (100, 50, 0, []),
        (120, 50, 7, [("change_fee", 7)]),
        (80, 50, 7, [("change_fee", 7), ("cancellation_fee", 10)]),
        (99, 50, 0, [("cancellation_fee", 1)]),
        (80, 0, 0, []),
    ],
)
def test_another_sailing_costs_its_own_price_and_the_fares_fee(
    today_minor, percent, change_fee_minor, fees
):
    paid = [line("adult", 2, 100), line("change_fee", 1, 3, FEE)]
    price = differences.other_sailing(
        paid, [line("adult", 2, today_minor)], percent, change_fee_minor
    )
    new = [(item, 1, amount) for item, amount in fees]
    assert shown(price) == [("adult", 2, today_minor), ("change_fee", 1, 3), *new]
    assert price.fees_minor == sum(amount for _item, amount in fees)


def test_what_is_given_up_or_sold_anew_keeps_its_charge():
    paid = [line("adult", 2, 80), line("change_fee", 1, 15, FEE), line("tax", 2, 10, TAX)]
    assert differences.sold_minor(paid) == 90
    assert shown(differences.given_up(paid, 30)) == [
        ("change_fee", 1, 15),
        ("cancellation_fee", 1, 30),
    ]
    anew = differences.booked_anew(paid, [line("adult", 1, 55)], 5)
    assert shown(anew) == [("adult", 1, 55), ("change_fee", 1, 15), ("cancellation_fee", 1, 5)]
    assert (anew.fees_minor, differences.with_fee(anew, "x", 1, 0)) == (5, anew)
    assert differences.with_fee(anew, "x", 2, 4).fees_minor == 9
    assert LegPrice(()).fees_minor == 0


@pytest.mark.parametrize(
    ("total", "goodwill", "after", "due"),
    [
        (100, 0, 130, 30),
        (100, 0, 70, -30),
        (100, 20, 100, 0),
        (100, 20, 130, 30),
        (100, 20, 10, -80),  # nobody gets more back than was paid
        (100, 100, 50, 0),
    ],
)
def test_goodwill_stays_given_as_far_as_there_is_a_price(total, goodwill, after, due):
    booking = fake(total_minor=total, goodwill_minor=goodwill)
    assert differences.due_minor(booking, after) == due


OUT, BACK = UUID(int=1), UUID(int=2)


def content(*legs):
    """Legs as (sailing, what it takes, whether it is new)."""
    return fake(legs=[fake(sailing_id=s, places=taken, new=new) for s, taken, new in legs])


def test_places_are_compared_by_sailing_and_resource():
    """Two legs on one ship need both; what is beyond is said in a fixed order."""
    needs = places.needed(content((OUT, {"passenger": 2}, False), (OUT, {"passenger": 1}, False)))
    has = places.held([HoldReserved(1, OUT, "passenger", 1), Reserved(OUT, "lane_cm", 480)])
    assert places.beyond(needs, has) == [Reserved(OUT, "passenger", 2)]
    assert places.beyond(has, needs) == [Reserved(OUT, "lane_cm", 480)]


@pytest.mark.parametrize(
    ("legs", "sold"),
    [
        ([(OUT, {"passenger": 2}, False), (BACK, {"passenger": 2}, False)], []),
        ([(OUT, {"passenger": 3}, False), (BACK, {"passenger": 2}, False)], [OUT]),
        ([(OUT, {"passenger": 1}, False), (BACK, {"passenger": 2, "pet": 1}, False)], [BACK]),
        ([(OUT, {"passenger": 2}, False), (BACK, {}, True)], [BACK]),
        ([(OUT, {"passenger": 2}, False)], []),
    ],
)
def test_only_what_is_sold_anew_is_asked_about(legs, sold):
    has = [HoldReserved(1, OUT, "passenger", 2), HoldReserved(2, BACK, "passenger", 2)]
    assert places.selling(content(*legs), has) == sold
