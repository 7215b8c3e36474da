"""Pure: what a promo code takes off which leg, in whole minor units."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from maritime_app import clock
from maritime_app.ferries.model import OperatorKind, PriceLine, PriceReason
from maritime_app.ferries.promotions import rules
from maritime_app.ferries.promotions.model import PricedLeg, folded

fake: Any = SimpleNamespace  # what has the fields that the rules ask for
PLENTY = 1_000_000
DAY = dt.date(2027, 5, 1)


def a_code(**what):
    usual = {
        "operator_code": "NOR",
        "code": "EARLY",
        "percent": None,
        "amount_minor": None,
        "currency": None,
        "sold_from": None,
        "sold_until": None,
        "travel_first": None,
        "travel_last": None,
        "origin_code": None,
        "destination_code": None,
        "most_uses": None,
        "with_residents": False,
        "uses": 0,
        "ended_at": None,
    }
    return fake(**usual | what)


def a_leg(fare_minor, *, operator="NOR", kind=OperatorKind.HOUSE, tax_minor=0, residents_minor=0):
    sailing = fake(
        operator=fake(code=operator, kind=kind, name=operator),
        origin=fake(code="NOOSL"),
        destination=fake(code="DEKEL"),
        day=DAY,
    )
    lines = [
        PriceLine("adult", 1, fare_minor),
        PriceLine("harbour_tax", 1, tax_minor, PriceReason.TAX),
    ]
    if residents_minor:
        less = -residents_minor
        lines.append(PriceLine("resident:GR-M:adult", 1, less, PriceReason.DISCOUNT))
    return PricedLeg(sailing, tuple(lines), "EUR")


def test_it_works():
    """A tenth of the fare, less what residents pay less, without taxes; rounded down."""
    leg = a_leg(1_999, tax_minor=500, residents_minor=400)
    assert rules.taken_off(a_code(percent=10), [leg], PLENTY) == [159]


@pytest.mark.parametrize(
    ("what", "off"),
    [
        ({"percent": 50}, [50, 0, 0, 100]),
        ({"amount_minor": 100}, [33, 0, 0, 67]),
        ({"amount_minor": 101}, [33, 0, 0, 68]),
        ({"amount_minor": 1}, [0, 0, 0, 1]),
        ({"amount_minor": 999}, [100, 0, 0, 200]),
    ],
)
def test_legs_of_other_operators_and_of_remote_ones_stay(what, off):
    legs = [
        a_leg(100),
        a_leg(100, operator="THA"),
        a_leg(100, kind=OperatorKind.REMOTE),
        a_leg(200),
    ]
    assert rules.taken_off(a_code(**what), legs, PLENTY) == off


@pytest.mark.parametrize(("room_minor", "off"), [(150, [100, 50]), (0, [0, 0]), (-5, [0, 0])])
def test_never_more_than_there_is_room(room_minor, off):
    assert rules.taken_off(a_code(percent=100), [a_leg(100), a_leg(100)], room_minor) == off


def test_a_code_is_the_same_however_it_is_typed():
    assert folded(" early -10 ") == folded("EARLY-10") == "EARLY-10"


def test_remote_operators_alone_take_none():
    remote = a_leg(100, kind=OperatorKind.REMOTE)
    assert rules.unknown([remote]).code != rules.UNKNOWN
    assert rules.unknown([remote, a_leg(100)]).code == rules.UNKNOWN


@pytest.mark.parametrize(
    ("name", "step", "is_refused"),
    [
        ("sold_from", dt.timedelta(), False),
        ("sold_from", dt.timedelta(microseconds=1), True),
        ("sold_until", dt.timedelta(microseconds=1), False),
        ("sold_until", dt.timedelta(), True),
    ],
)
def test_a_window_begins_with_its_first_instant_and_ends_before_its_last(name, step, is_refused):
    now = clock.now()
    refusal = rules.refusal(a_code(percent=10, **{name: now + step}), [a_leg(100)], now)
    assert (refusal is not None) == is_refused
