"""Two stations under one number are two stations, whatever the order in which they report."""

from itertools import pairwise

from hypothesis import given, settings, strategies as st

from maritime_app.geo import distance_m
from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.feed.events import PositionReported, ReportRejected, ShipExpired
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.live import packed_report
from maritime_app.vessels.model import Motion, Rejection, Report, StationKind
from tests.vessels.frames import AURORA, NOON_MS

HOMES = [(59.5, 24.5), (30.0, -40.0), (-10.0, 110.0)]
SECOND_MS = 1_000


def report(place, second, drift=0.0):
    lat, lon = place
    motion = Motion(lat + drift, lon, 12.0, 0.0)
    return Report(AURORA, StationKind.CLASS_A, NOON_MS + second * SECOND_MS, motion)


def apart_m(a, b):
    return distance_m(a[0], a[1], b[0], b[1])


def stations(fleet):
    """Where each station under the number is, by its hypothesis."""
    return {ship.hypothesis: (ship.motion.lat, ship.motion.lon) for ship in fleet.ships.values()}


def test_it_works():
    """Both are there and flagged, each with a key of its own."""
    fleet = Fleet()
    for second in range(0, 60, 10):
        fleet.apply(report(HOMES[0], second))
        fleet.apply(report(HOMES[1], second + 3))
    assert stations(fleet) == {0: HOMES[0], 1: HOMES[1]}
    for ship in fleet.ships.values():
        station = packed_report.unpack(ship.packed()).station
        assert station.mmsi == AURORA
        assert station.flags & Flag.SHARED_NUMBER


def test_a_single_wrong_report_is_held_back():
    fleet = Fleet()
    fleet.apply(report(HOMES[0], 0))
    fleet.apply(report(HOMES[0], 10))
    (event,) = fleet.apply(report(HOMES[1], 20))
    assert isinstance(event, ReportRejected)
    assert event.reason is Rejection.JUMP
    fleet.apply(report(HOMES[0], 30))
    assert stations(fleet) == {0: HOMES[0]}
    assert not fleet.ships[AURORA].shared


def test_the_same_transmission_twice_confirms_nothing():
    fleet = Fleet()
    fleet.apply(report(HOMES[0], 0))
    fleet.apply(report(HOMES[0], 10))
    for ms in (0, 300):
        wrong = report(HOMES[1], 20)
        again = Report(wrong.mmsi, wrong.kind, wrong.at_ms + ms, wrong.motion)
        assert isinstance(fleet.apply(again)[0], ReportRejected)
    assert stations(fleet) == {0: HOMES[0]}


def test_a_first_report_that_was_wrong_gives_way():
    fleet = Fleet()
    fleet.apply(report(HOMES[1], 0))
    fleet.apply(report(HOMES[0], 10))
    (event,) = fleet.apply(report(HOMES[0], 20))
    assert isinstance(event, PositionReported)
    assert event.report.flags & Flag.RELOCATED
    assert stations(fleet) == {0: HOMES[0]}


def test_who_falls_silent_gives_the_number_back():
    """Half an hour later the other one is alone, under the bare number, and not flagged."""
    fleet = Fleet()
    for second in range(0, 60, 10):
        fleet.apply(report(HOMES[0], second))
        fleet.apply(report(HOMES[1], second + 3))
    events = fleet.apply(report(HOMES[1], 60 + 1_900))
    assert [event.ship.hypothesis for event in events if isinstance(event, ShipExpired)] == [1]
    assert stations(fleet) == {0: HOMES[1]}
    assert not fleet.ships[AURORA].shared


@settings(max_examples=200)
@given(st.integers(2, 3), st.lists(st.integers(0, 2), min_size=12, max_size=80))
def test_nobody_stays_hidden_and_nobody_jumps(count, order):
    """Whatever the order: who reported four times is shown, no station moves between homes."""
    fleet, seen = Fleet(), dict[int, list[tuple[float, float]]]()
    told = [0] * count
    for step, number in enumerate(order):
        home = number % count
        told[home] += 1
        for event in fleet.apply(report(HOMES[home], step * 10, drift=told[home] / 10_000)):
            if isinstance(event, PositionReported):
                motion = event.report.motion
                assert motion is not None
                if event.report.flags & Flag.RELOCATED:
                    seen[event.ship.key] = []
                seen.setdefault(event.ship.key, []).append((motion.lat, motion.lon))
    for path in seen.values():
        assert all(apart_m(a, b) < 2_000 for a, b in pairwise(path))
    shown = list(stations(fleet).values())
    for home, times in enumerate(told):
        near = [place for place in shown if apart_m(place, HOMES[home]) < 2_000]
        assert len(near) == 1 if times >= 4 else len(near) <= 1
