"""What a ship says of itself: a message replaces what it carries, and nothing else."""

from datetime import UTC, datetime
from typing import Any

import pytest

from maritime_app.vessels.ais.decode import decode
from maritime_app.vessels.api import views
from maritime_app.vessels.codes.ship_types import ShipGroup
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.feed.particulars import REFRESH_MS
from maritime_app.vessels.model import EtaPrecision, HeardText, Report, Source, StationKind
from tests.vessels.frames import AURORA, NOON_MS, frame, position

VOYAGE: dict[str, Any] = {
    "Name": "AURORA",
    "CallSign": "OJAB",
    "Type": 70,
    "MaximumStaticDraught": 9.1,
    "Destination": "TALLINN",
    "Eta": {"Month": 12, "Day": 1, "Hour": 10, "Minute": 0},
}


def told(fleet, *frames, source=Source.AISSTREAM):
    for body in frames:
        report = decode(body, NOON_MS + 3_600_000)
        assert isinstance(report, Report), report
        fleet.apply(report, source)
    return fleet.ships[AURORA]


def test_it_works():
    ship = told(Fleet(), frame("ShipStaticData", **VOYAGE))
    known = ship.known.particulars
    assert (known.destination, known.draught_m, known.name) == ("TALLINN", 9.1, "AURORA")
    assert (ship.known.static_ms, ship.known.voyage_ms) == (NOON_MS, NOON_MS)
    assert ship.known.source is Source.AISSTREAM


def test_a_cleared_voyage_is_cleared():
    fleet = Fleet()
    told(fleet, frame("ShipStaticData", **VOYAGE))
    cleared: dict[str, Any] = {
        **VOYAGE,
        "Destination": "",
        "MaximumStaticDraught": 0,
        "Eta": {"Month": 0, "Day": 0, "Hour": 24, "Minute": 60},
    }
    known = told(fleet, frame("ShipStaticData", NOON_MS + 1, **cleared)).known.particulars
    assert (known.destination, known.draught_m, known.eta_ms) == (None, None, None)
    assert known.name == "AURORA"


def test_an_extended_report_leaves_the_call_sign():
    fleet = Fleet()
    told(fleet, frame("StaticDataReport", PartNumber=True, ReportB={"CallSign": "AB1"}))
    extended = frame(
        "ExtendedClassBPositionReport",
        NOON_MS + 1,
        Latitude=59.5,
        Longitude=24.5,
        Name="BO",
        Type=36,
    )
    known = told(fleet, extended).known.particulars
    assert (known.name, known.callsign, known.ship_type) == ("BO", "AB1", 36)


def test_what_is_only_said_again_is_published_now_and_then():
    fleet = Fleet()
    first = told(fleet, frame("ShipStaticData", **VOYAGE)).known
    assert told(fleet, frame("ShipStaticData", NOON_MS + 60_000, **VOYAGE)).known is first
    later = told(fleet, frame("ShipStaticData", NOON_MS + REFRESH_MS, **VOYAGE)).known
    assert later.static_ms == NOON_MS + REFRESH_MS


def test_a_poorer_source_does_not_overwrite_what_a_better_one_has_just_said():
    fleet = Fleet()
    told(fleet, frame("ShipStaticData", **VOYAGE))
    other = frame("ShipStaticData", NOON_MS + 60_000, Name="SOMEBODY", Type=60)
    assert told(fleet, other, source=Source.AISHUB).known.particulars.name == "AURORA"
    later = frame("ShipStaticData", NOON_MS + 1_000_000, Name="SOMEBODY", Type=60)
    assert told(fleet, later, source=Source.AISHUB).known.particulars.name == "SOMEBODY"


@pytest.mark.parametrize(
    ("hour", "minute", "precision"),
    [(10, 30, EtaPrecision.MINUTE), (5, 60, EtaPrecision.HOUR), (24, 60, EtaPrecision.DAY),
     (24, 0, EtaPrecision.DAY)],
)  # fmt: skip
def test_an_arrival_is_as_precise_as_it_was_told(hour, minute, precision):
    eta = {"Month": 12, "Day": 24, "Hour": hour, "Minute": minute}
    ship = told(Fleet(), frame("ShipStaticData", **{**VOYAGE, "Eta": eta}))
    assert ship.known.particulars.eta_precision is precision


def test_an_answer_to_an_inquiry_for_the_time_makes_no_base_station():
    fleet = Fleet()
    told(fleet, frame("ShipStaticData", **VOYAGE), position(AURORA, 59.5, 24.5, NOON_MS))
    answer = frame(
        "BaseStationReport", NOON_MS + 1_000, MessageID=11, Latitude=59.501, Longitude=24.5
    )
    ship = told(fleet, answer)
    assert (ship.kind, ship.group) == (StationKind.CLASS_A, ShipGroup.CARGO)
    assert (ship.motion.lat, ship.motion.sog_knots, ship.motion.heading_deg) == (59.501, 12.0, 90)


def test_a_base_station_stays_one_and_makes_none_of_a_ship():
    fleet = Fleet()
    base = frame("BaseStationReport", MessageID=4, UserID=2_300_001, Latitude=59.5, Longitude=24.5)
    report = decode(base, NOON_MS)
    assert isinstance(report, Report)
    assert (report.kind, report.flags) == (StationKind.BASE_STATION, 0)
    told(fleet, position(AURORA, 59.5, 24.5, NOON_MS))
    wrong = frame("BaseStationReport", NOON_MS + 1_000, MessageID=4, Latitude=59.5, Longitude=24.5)
    ship = told(fleet, wrong)
    assert ship.kind is StationKind.CLASS_A
    assert ship.motion.sog_knots == 12.0


def test_a_long_range_report_changes_no_class_and_no_finer_place():
    fleet = Fleet()
    fine = frame("StandardClassBPositionReport", Latitude=59.50123, Longitude=24.5, Sog=5)
    coarse: dict[str, Any] = {"MessageID": 27, "Latitude": 59.5, "Longitude": 24.5, "Sog": 5}
    told(fleet, fine)
    ship = told(fleet, frame("LongRangeAisBroadcastMessage", NOON_MS + 30_000, **coarse))
    assert (ship.kind, ship.motion.lat) == (StationKind.CLASS_B, 59.50123)
    ship = told(fleet, frame("LongRangeAisBroadcastMessage", NOON_MS + 90_000, **coarse))
    assert (ship.kind, ship.motion.lat) == (StationKind.CLASS_B, 59.5)


def test_a_distress_transmitter_under_test_is_no_distress():
    sart: dict[str, Any] = {"UserID": 970_111_222, "Latitude": 50.0, "Longitude": -20.0}
    groups, fleet = [], Fleet()
    for step, status in enumerate((14, 15, 14)):
        at_ms = NOON_MS + step * 60_000
        report = decode(frame("PositionReport", at_ms, **sart, NavigationalStatus=status), at_ms)
        assert isinstance(report, Report)
        fleet.apply(report)
        groups.append(fleet.ships[970_111_222].group)
    assert groups == [ShipGroup.DISTRESS, ShipGroup.DISTRESS_TEST, ShipGroup.DISTRESS]


def test_a_buoy_under_a_ships_number_does_not_name_the_ship():
    fleet = Fleet()
    told(fleet, frame("ShipStaticData", **VOYAGE), position(AURORA, 59.5, 24.5, NOON_MS))
    buoy: dict[str, Any] = {"Latitude": 59.5, "Longitude": 24.5, "Name": "NORTH BUOY"}
    ship = told(fleet, frame("AidsToNavigationReport", NOON_MS + 1000, **buoy))

    assert (ship.kind, ship.known.particulars.name) == (StationKind.CLASS_A, "AURORA")
    assert ship.known.particulars.destination == "TALLINN"


def test_the_feeds_name_serves_until_the_ship_has_told_its_own():
    fleet, place = Fleet(), {"Latitude": 59.5, "Longitude": 24.5}
    part_b = {"PartNumber": True, "ReportB": {"CallSign": "AB1"}}
    part_a = {"PartNumber": False, "ReportA": {"Name": "BO OF NOW"}}

    def named(number, message_type, ship_name, **fields):
        sent = frame(message_type, NOON_MS + number, ship_name=ship_name, **fields)
        return told(fleet, sent).known.particulars.name

    assert named(1, "PositionReport", "BO", **place) == "BO"
    assert named(2, "PositionReport", "BO THE SECOND   ", **place) == "BO THE SECOND"
    assert named(3, "PositionReport", "", **place) == "BO THE SECOND"
    assert named(4, "StaticDataReport", "BO THE SECOND", **part_b) == "BO THE SECOND"
    assert named(5, "StaticDataReport", "BO THE SECOND", **part_a) == "BO OF NOW"
    assert named(6, "PositionReport", "BO THE SECOND", **place) == "BO OF NOW"


def test_a_call_sign_that_comes_before_the_name_does_not_hide_the_feeds_name():
    part_b: dict[str, Any] = {"PartNumber": True, "ReportB": {"CallSign": "AB1"}}
    ship = told(Fleet(), frame("StaticDataReport", ship_name="BO      ", **part_b))

    assert (ship.known.particulars.name, ship.known.particulars.callsign) == ("BO", "AB1")


@pytest.mark.parametrize(
    ("words", "test"),
    [
        ("SART TEST", True),
        ("test-call please ignore", True),
        ("TESTING 1 2 3", True),
        ("THIS IS NOT A TEST", False),
        ("NO TEST MAN OVERBOARD", False),
        ("MOB ACTIVE", False),
        ("LATEST POSITION", False),
    ],
)
def test_a_text_is_a_test_when_its_sender_says_so(words, test):
    at = datetime(2026, 8, 20, tzinfo=UTC)
    heard = HeardText(AURORA, at, None, words, Source.AISSTREAM)
    assert views.safety_text_view(heard).test is test


def test_the_better_source_wins_the_same_moment_and_the_newest_the_rest():
    fleet = Fleet()
    told(fleet, position(AURORA, 59.5, 24.5, NOON_MS))
    pulled = position(AURORA, 59.49, 24.5, NOON_MS + 20_000)
    assert told(fleet, pulled, source=Source.AISHUB).source is Source.AISSTREAM
    pulled = position(AURORA, 59.51, 24.5, NOON_MS + 60_000)
    assert told(fleet, pulled, source=Source.AISHUB).source is Source.AISHUB
    back = position(AURORA, 59.52, 24.5, NOON_MS + 61_000)
    assert told(fleet, back).source is Source.AISSTREAM
