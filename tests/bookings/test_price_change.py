"""What a change of one leg costs, at the edges of the rules alone; nothing is asked of anybody."""

from types import SimpleNamespace
from typing import Any

import pytest

from maritime_app.bookings import rights
from maritime_app.bookings.changes.pricing import quoting, terms
from maritime_app.bookings.changes.pricing.promoted import Paid
from maritime_app.bookings.changes.pricing.terms import Terms
from maritime_app.errors import Conflict
from maritime_app.ferries.model import OperatorKind

fake: Any = SimpleNamespace  # what has the fields that a rule asks for

NOTHING: Any = None
SETTINGS = fake(settings=fake(sailings=fake(choice_minutes=90)))


def leg(kind=OperatorKind.HOUSE, code="NOR", sailing_id="s1"):
    return fake(operator=fake(kind=kind, code=code), sailing_id=sailing_id, number=1)


async def test_it_works(monkeypatch):
    """What does not sail as booked is given up for nothing, whatever its fare says."""
    monkeypatch.setattr(rights, "free_to_leave", lambda *_any: True)
    assert await terms.terms(SETTINGS, NOTHING, leg()) == Terms(0, 0)


async def test_another_operators_sailing_is_a_booking_of_its_own():
    quoted = fake(sailing=fake(operator=fake(code="THA")))
    with pytest.raises(Conflict) as refused:
        await quoting._changed(NOTHING, NOTHING, NOTHING, leg(), quoted, Paid())
    assert refused.value.code == "other_operator"


@pytest.mark.parametrize("booked", [None, leg(OperatorKind.REMOTE)])
async def test_who_had_no_leg_or_an_unknown_ship_had_no_place_without_a_berth(booked):
    """Then nobody loses a berth unasked: the form asks for a word."""
    wanted = fake(booked=booked, sailing_id="s2")
    sailing = fake(berths={})
    assert await quoting._without_berth(NOTHING, NOTHING, wanted, sailing) == 0
