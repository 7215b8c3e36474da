"""Which legs are made, which do not sail as booked, and what a price of a journey is: pure."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from maritime_app.bookings import rights
from maritime_app.bookings.model import Leg
from maritime_app.ferries.model import Operator, OperatorKind, Place, SailingStatus
from maritime_app.money import Money

OSLO, KIEL = Place("NOOSL", "Oslo", "Europe/Oslo"), Place("DEKEL", "Kiel", "Europe/Berlin")
LINE = Operator("NOR", "Northern Test Line", OperatorKind.HOUSE)
OTHERS = Operator("BAL", "Baltic Test Line", OperatorKind.HOUSE)
LEAVES = datetime(2026, 11, 26, 12, tzinfo=UTC)
S, H = timedelta(seconds=1), timedelta(hours=1)
CANCELLED: dict[str, Any] = {"status": SailingStatus.CANCELLED}
DEPARTED: dict[str, Any] = {"status": SailingStatus.DEPARTED}


def a_leg(number: int = 1, **more: Any) -> Leg:
    leg = Leg(
        number=number,
        sailing_id="s",
        origin=OSLO,
        destination=KIEL,
        departs_at=LEAVES,
        arrives_at=LEAVES + 20 * H,
        operator=LINE,
        ferry="Aurora Borealis",
        mmsi=230111000,
        operator_reference=None,
        price=Money(10_001, "EUR"),
    )
    return msgspec.structs.replace(leg, **more)


def a_booking(*legs: Leg, may_choose: bool | None = None) -> Any:
    asked = None if may_choose is None else SimpleNamespace(may_choose=may_choose)
    return SimpleNamespace(legs=legs, asked=asked)


def off_time(by: timedelta) -> dict[str, Any]:
    return {"expected_departs_at": LEAVES + by, "expected_arrives_at": LEAVES + 20 * H + by}


def test_it_works():
    assert rights.is_gone(a_leg(**CANCELLED), late_minutes=90)
    assert not rights.is_gone(a_leg(), late_minutes=90)


@pytest.mark.parametrize("sign", [1, -1], ids=["later", "earlier"])
def test_so_many_minutes_off_time_is_not_as_booked_to_the_second(sign):
    """Earlier counts as well: who comes at the booked time finds no ship."""
    found = [
        rights.is_gone(a_leg(**off_time(sign * (1.5 * H + off))), 90) for off in (-S, 0 * S, S)
    ]
    assert found == [False, True, True]


@pytest.mark.parametrize(
    ("known", "off", "made"),
    [
        ({}, -S, False),
        ({}, 0 * S, True),
        (off_time(2 * H), S, False),
        (off_time(2 * H), 2 * H, True),
        (DEPARTED, -H, True),  # it left before its time
        (CANCELLED, 30 * H, False),
    ],
)
def test_a_leg_is_made_from_when_it_leaves(known, off, made):
    assert rights.is_made(a_leg(**known), LEAVES + off) is made


def test_only_what_is_not_sailed_yet_loses_its_sense():
    out, back = a_leg(), a_leg(2, departs_at=LEAVES + 72 * H, arrives_at=LEAVES + 92 * H)
    assert rights.unmade(a_booking(out, back), LEAVES + H) == [back]
    assert rights.unmade(a_booking(out, back), LEAVES - H) == [out, back]


@pytest.mark.parametrize(
    ("leg", "may_choose", "off", "free"),
    [
        ({}, None, -H, False),
        ({}, False, -H, False),
        ({}, True, -H, True),  # they were asked, and have not answered
        (CANCELLED, None, -H, True),
        (CANCELLED, False, H, True),
        (off_time(2 * H), None, H, True),
        (off_time(2 * H), None, 3 * H, False),  # it has left by now
    ],
)
def test_who_may_leave_for_nothing(leg, may_choose, off, free):
    booking = a_booking(a_leg(**leg), may_choose=may_choose)
    assert rights.free_to_leave(booking, 90, LEAVES + off) is free


BACK: dict[str, Any] = {"origin": KIEL, "destination": OSLO, "price": Money(8_000, "EUR")}


@pytest.mark.parametrize(
    ("legs", "price"),
    [
        ([a_leg()], (10_001, 1)),
        ([a_leg(), a_leg(2, **BACK)], (18_001, 2)),  # article 19 (4): there and back
        ([a_leg(), a_leg(2, **BACK, operator=OTHERS)], (10_001, 1)),
        ([a_leg(), a_leg(2, origin=KIEL, destination=KIEL)], (10_001, 1)),
        ([a_leg(), a_leg(2, **BACK), a_leg(3)], (10_001, 1)),
    ],
)
def test_the_price_of_a_journey_is_of_both_ways_with_one_carrier(legs, price):
    assert rights.price_of_journey(a_booking(*legs), legs[0]) == price
