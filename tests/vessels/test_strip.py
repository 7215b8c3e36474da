"""The home page's strip: merchant ships under way, ferries first, as long as they sail."""

from maritime_app.vessels.ais.decode import decode
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.feed.strip import Strip
from maritime_app.vessels.model import Report
from tests.vessels.frames import AURORA, NEREID, NOON_MS, frame, position


def sail(fleet, mmsi, name, ship_type, sog=12.0, at_ms=NOON_MS):
    static = frame("ShipStaticData", at_ms, UserID=mmsi, Name=name, Type=ship_type)
    for body in (static, position(mmsi, 59.5, 24.5, at_ms, sog=sog)):
        report = decode(body, at_ms)
        assert isinstance(report, Report)
        fleet.apply(report)
    return fleet.ships[mmsi]


def test_it_works():
    fleet, strip = Fleet(), Strip()
    strip.note([sail(fleet, NEREID, "NEREID", 70), sail(fleet, AURORA, "AURORA", 60)])
    lines = strip.lines(NOON_MS)
    assert [(line.name, line.group, line.sog_knots) for line in lines] == [
        ("AURORA", "passenger", 12.0),
        ("NEREID", "cargo", 12.0),
    ]


def test_ships_at_rest_and_other_craft_are_not_on_it():
    fleet, strip = Fleet(), Strip()
    strip.note([sail(fleet, AURORA, "AURORA", 60, sog=0.1), sail(fleet, NEREID, "NEREID", 36)])
    assert strip.lines(NOON_MS) == []


def test_a_ship_that_moors_or_falls_silent_leaves_it():
    fleet, strip = Fleet(), Strip()
    strip.note([sail(fleet, AURORA, "AURORA", 60), sail(fleet, NEREID, "NEREID", 60)])
    sail(fleet, AURORA, "AURORA", 60, sog=0.0, at_ms=NOON_MS + 60_000)
    assert [line.name for line in strip.lines(NOON_MS + 60_000)] == ["NEREID"]
    assert strip.lines(NOON_MS + 120_000) == []


def test_it_is_bounded():
    fleet, strip = Fleet(), Strip()
    strip.note([sail(fleet, 230_000_000 + n, f"SHIP {n}", 70) for n in range(100)])
    assert len(strip.lines(NOON_MS)) == 60
