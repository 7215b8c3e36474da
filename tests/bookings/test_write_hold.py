"""The row of a hold, out of a request and its price: by the values alone."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from maritime_app.bookings.holds import rows
from maritime_app.bookings.holds.model import Held, HoldItem, HoldLeg, HoldReserved
from maritime_app.bookings.model import (
    BookingRequest,
    BookingStatus,
    Contact,
    LegRequest,
    PassengerRequest,
    VehicleBooking,
)
from maritime_app.bookings.pricing.model import LegDemand, LegQuote, Quote
from maritime_app.bookings.travellers.model import AssistanceKind
from maritime_app.ferries.model import PassengerKind, PriceLine, PriceReason, VehicleKind
from maritime_app.money import Money

fake: Any = SimpleNamespace  # what has the fields that a rule asks for

NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
KINDS = (PassengerKind.ADULT, PassengerKind.CHILD)


def leg(number, expires_in_seconds=None):
    sailing = fake(
        id=UUID(int=number),
        public_id=f"s{number}",
        origin="Oslo",
        destination="Kiel",
        departs_at=NOW,
        arrives_at=NOW,
        operator="NOR",
        ferry="Aurora",
        mmsi=230111000,
        fare=None,
    )
    party = fake(cabins=(("inside2", 1),), extras=(("lounge", 1),))
    lines = (
        PriceLine("adult", 1, 4300, PriceReason.FARE),
        PriceLine("child", 1, 2150, PriceReason.FARE),
    )
    until = expires_in_seconds and NOW + timedelta(seconds=expires_in_seconds)
    places = {"passenger": 2, "lane_cm": 480}
    return LegQuote(LegDemand(number, sailing, party, KINDS), lines, "EUR", places, until or None)


def quote(*legs):
    return Quote(legs, Money(6450 * len(legs), "EUR"))


def request(note=None, assistance=None):
    return BookingRequest(
        legs=[LegRequest("s1")],
        passengers=[
            PassengerRequest(
                " Ada ",
                "Lund ",
                birth_date=date(1980, 2, 3),
                assistance=assistance,
                assistance_note=note,
            ),
            PassengerRequest("Bo", "Berg", birth_date=date(2018, 1, 1)),
        ],
        vehicles=[VehicleBooking(VehicleKind.CAR, plate="AB 1"), VehicleBooking(VehicleKind.VAN)],
        contact=Contact("ada@example.org", "+47", "de"),
    )


def test_it_works():
    """Everything is numbered from one, in its order; the booking says what the row says."""
    priced = quote(leg(1), leg(2))
    row = rows.hold_row(request(), priced, "ABCDEFGH", 30, NOW)
    made = rows.held_booking(row, priced, Held(row.id, NOW, NOW + timedelta(minutes=30), row.id))

    assert row.legs == (HoldLeg(1, UUID(int=1), 6450), HoldLeg(2, UUID(int=2), 6450))
    assert row.reserved[:3] == (
        HoldReserved(1, UUID(int=1), "passenger", 2),
        HoldReserved(1, UUID(int=1), "lane_cm", 480),
        HoldReserved(2, UUID(int=2), "passenger", 2),
    )
    assert [(p.number, p.kind, p.given_name, p.family_name) for p in row.passengers] == [
        (1, PassengerKind.ADULT, "Ada", "Lund"),
        (2, PassengerKind.CHILD, "Bo", "Berg"),
    ]
    assert [(v.number, v.kind, v.plate) for v in row.vehicles] == [
        (1, VehicleKind.CAR, "AB 1"),
        (2, VehicleKind.VAN, None),
    ]
    assert row.items[0] == HoldItem(1, 1, "adult", 1, 4300, PriceReason.FARE)
    assert [(one.number, one.leg) for one in row.items] == [(1, 1), (2, 1), (3, 2), (4, 2)]
    assert (row.hold_seconds, row.total_minor, row.id != row.payment_id) == (1800, 12900, True)
    assert (made.status, made.version, made.expires_at - made.created_at) == (
        BookingStatus.HELD,
        1,
        timedelta(minutes=30),
    )
    assert [(one.number, one.price, one.cabins) for one in made.legs] == [
        (1, Money(6450, "EUR"), {"inside2": 1}),
        (2, Money(6450, "EUR"), {"inside2": 1}),
    ]
    assert [(one.leg, one.item, one.amount.amount_minor) for one in made.items] == [
        (1, "adult", 4300),
        (1, "child", 2150),
        (2, "adult", 4300),
        (2, "child", 2150),
    ]
    assert (made.paid_at, made.erased_at, made.cancel_fee_minor) == (None, None, None)
    assert (len(made.passengers), len(made.vehicles), made.email) == (2, 2, "ada@example.org")


@pytest.mark.parametrize(
    ("operators", "minutes", "seconds"),
    [
        ((None, None), 30, 1800),
        ((1200, None), 30, 1190),  # a payment must still reach the operator
        ((1200, 600), 30, 590),
        ((3600,), 30, 1800),
        ((1810,), 30, 1800),
        ((11.5,), 30, 1.5),
        ((11,), 30, 1),
        ((5,), 30, 1),  # it ends at once, and not before it began
        ((-60,), 30, 1),
    ],
)
def test_the_shortest_of_all_holds_counts(operators, minutes, seconds):
    legs = [leg(number, until) for number, until in enumerate(operators, start=1)]
    assert rows.hold_row(request(), quote(*legs), "R", minutes, NOW).hold_seconds == seconds


@pytest.mark.parametrize(
    ("assistance", "note", "kept"),
    [
        (None, "a note without a need", None),
        (AssistanceKind.OTHER, "  by the lift ", "by the lift"),
        (AssistanceKind.OTHER, "   ", None),
        (AssistanceKind.OTHER, None, None),
    ],
)
def test_a_note_is_kept_with_what_it_is_about(assistance, note, kept):
    row = rows.hold_row(request(note, assistance), quote(leg(1)), "R", 30, NOW)
    assert (row.passengers[0].assistance, row.passengers[0].assistance_note) == (assistance, kept)
