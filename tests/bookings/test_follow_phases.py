"""Which phase of its journey a booking is in: a table of what is known and the clock."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from maritime_app.bookings.model import Leg
from maritime_app.bookings.trips.arrival import EstimateSource, estimate
from maritime_app.bookings.trips.phases import Phase, current_leg, phase_of
from maritime_app.ferries.model import Operator, OperatorKind, Place, SailingStatus
from maritime_app.money import Money

OSLO, KIEL = Place("NOOSL", "Oslo", "Europe/Oslo"), Place("DEKEL", "Kiel", "Europe/Berlin")
LEAVES = datetime(2026, 11, 26, 12, tzinfo=UTC)
LANDS = LEAVES + timedelta(hours=20)
H, S = timedelta(hours=1), timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def a_leg(number: int = 1, **more: Any) -> Leg:
    line = Operator("NOR", "Northern Test Line", OperatorKind.HOUSE)
    leg = Leg(
        number=number,
        sailing_id="s",
        origin=OSLO,
        destination=KIEL,
        departs_at=LEAVES,
        arrives_at=LANDS,
        operator=line,
        ferry="Aurora Borealis",
        mmsi=230111000,
        operator_reference=None,
        price=Money(10_000, "EUR"),
    )
    return msgspec.structs.replace(leg, **more)


def a_booking(*legs: Leg) -> Any:
    return SimpleNamespace(legs=legs or (a_leg(),))


def late(by: timedelta) -> dict[str, Any]:
    return {"expected_departs_at": LEAVES + by, "expected_arrives_at": LANDS + by}


LEFT = {"departed_at": LEAVES + 2 * MINUTE}
TABLE = [
    # what is known, the clock, the phase
    ({}, LEAVES - 30 * H, Phase.BEFORE),
    ({}, LEAVES - 3 * H - S, Phase.BEFORE),
    ({}, LEAVES - 3 * H, Phase.GATE),
    ({}, LEAVES - S, Phase.GATE),
    ({}, LEAVES, Phase.AT_SEA),
    ({}, LANDS + H, Phase.AT_SEA),
    ({}, LANDS + H + S, Phase.AFTER),
    # A quarter of an hour is how ferries sail; from there on it is late until it leaves.
    (late(15 * MINUTE - S), LEAVES - S, Phase.GATE),
    (late(15 * MINUTE), LEAVES - 30 * H, Phase.LATE),
    (late(2 * H), LEAVES + 2 * H - S, Phase.LATE),
    (late(2 * H), LEAVES + 2 * H, Phase.AT_SEA),
    (late(2 * H), LANDS + 3 * H, Phase.AT_SEA),
    (late(2 * H), LANDS + 3 * H + S, Phase.AFTER),
    # Earlier than booked: the gate is open earlier, too.
    (late(-H), LEAVES - 4 * H, Phase.GATE),
    # What was measured counts before what was expected.
    ({"departed_at": LEAVES - 5 * MINUTE}, LEAVES - 5 * MINUTE, Phase.AT_SEA),
    (late(2 * H) | LEFT, LEAVES + 3 * MINUTE, Phase.AT_SEA),
    (LEFT, LANDS + 12 * H, Phase.AT_SEA),
    (LEFT, LANDS + 12 * H + S, Phase.AFTER),
    (LEFT | {"arrived_at": LANDS - H}, LANDS - H - S, Phase.AT_SEA),
    (LEFT | {"arrived_at": LANDS - H}, LANDS - H, Phase.AFTER),
    ({"status": SailingStatus.CANCELLED}, LEAVES - 30 * H, Phase.CANCELLED),
    ({"status": SailingStatus.CANCELLED}, LANDS + 30 * H, Phase.CANCELLED),
    ({"place_lost": True}, LEAVES - 30 * H, Phase.NO_PLACE),
    ({"place_lost": True}, LANDS + 30 * H, Phase.NO_PLACE),
]


def test_it_works():
    assert phase_of(a_booking(), LEAVES - 2 * H) is Phase.GATE


@pytest.mark.parametrize(("known", "now", "phase"), TABLE)
def test_what_is_known_and_the_clock_say_it(known, now, phase):
    assert phase_of(a_booking(a_leg(**known)), now) is phase


def test_every_phase_is_in_the_table():
    assert {phase for _known, _now, phase in TABLE} == set(Phase)


def test_the_way_back_begins_when_the_way_out_is_over():
    back = a_leg(2, departs_at=LANDS + 48 * H, arrives_at=LANDS + 68 * H)
    both = a_booking(a_leg(), back)
    found = [current_leg(both, LANDS + off).number for off in (H, H + S)]
    assert found == [1, 2]
    assert phase_of(both, LANDS + H + S) is Phase.BEFORE
    gone = a_booking(a_leg(status=SailingStatus.CANCELLED), back)
    assert current_leg(gone, LEAVES - 30 * H).number == 2


def a_ship(**more: Any) -> Any:
    """60 nautical miles north of Kiel, southward at 20 knots."""
    fields = {
        "lat": 55.3,
        "lon": 10.1,
        "speed_knots": 20.0,
        "received_at": LANDS,
        "stale": False,
        "trusted": True,
    }
    return SimpleNamespace(**fields | more)


QUAYS: Any = SimpleNamespace(origin=(59.9, 10.7), destination=(54.3, 10.1))


@pytest.mark.parametrize(
    ("leg", "ship", "source"),
    [
        (a_leg(), None, EstimateSource.TIMETABLE),
        (a_leg(**late(H)), None, EstimateSource.OPERATOR),
        (a_leg(**late(H)), a_ship(), EstimateSource.SHIP),
        (a_leg(), a_ship(stale=True), EstimateSource.TIMETABLE),
        (a_leg(), a_ship(trusted=False), EstimateSource.TIMETABLE),
        (a_leg(), a_ship(speed_knots=2.9), EstimateSource.TIMETABLE),
        # Days away from the timetable: another voyage's ship, or a wrong report.
        (a_leg(), a_ship(lat=-40.0), EstimateSource.TIMETABLE),
        (a_leg(arrived_at=LANDS), a_ship(), EstimateSource.MEASURED),
    ],
)
def test_an_arrival_says_who_says_so(leg, ship, source):
    assert estimate(leg, QUAYS, ship).source is source


def test_the_ships_own_arrival_is_a_range():
    """Straight ahead it takes three hours; round capes a quarter more."""
    found = estimate(a_leg(), QUAYS, a_ship())
    assert found.earliest
    assert found.latest
    assert abs(found.earliest - (LANDS + 3 * H)) < 2 * MINUTE
    assert found.earliest < found.at < found.latest < LANDS + 4 * H
