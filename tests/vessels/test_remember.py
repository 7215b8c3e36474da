"""The fleet: newest wins, static data is joined, impossible jumps wait for a second word, tracks
are thinned.
"""

from maritime_app.geo import destination, distance_m
from maritime_app.vessels import packed_report
from maritime_app.vessels.ais.decode import decode
from maritime_app.vessels.feed.fleet import STORED, Fleet
from maritime_app.vessels.model import Flag, Kept, LeftOut, Motion, Report
from maritime_app.vessels.tracks.thinning import Thinner
from tests.vessels.frames import AURORA, NEREID, NOON_MS, frame, position


def tell(fleet, sent, now_ms=NOON_MS):
    report = decode(sent, now_ms)
    assert isinstance(report, Report), report
    return fleet.apply(report, now_ms)


def test_it_works():
    fleet = Fleet()
    assert tell(fleet, position(AURORA, 59.5, 24.5, NOON_MS)) == STORED
    ship = fleet.ships[AURORA]
    assert ship.motion is not None
    assert packed_report.unpack(ship.record()).motion == Motion(59.5, 24.5, 12.0, 90.0, 90, 0, None)
    assert fleet.moved == {AURORA: ship}


def test_an_older_report_never_overwrites():
    fleet = Fleet()
    tell(fleet, position(AURORA, 59.5, 24.5, NOON_MS))
    assert tell(fleet, position(AURORA, 59.4, 24.4, NOON_MS - 1)) == LeftOut.OLDER
    assert fleet.ships[AURORA].motion == Motion(59.5, 24.5, 12.0, 90.0, 90, 0, None)


def test_the_same_report_twice_is_one():
    fleet = Fleet()
    tell(fleet, position(AURORA, 59.5, 24.5, NOON_MS))
    assert tell(fleet, position(AURORA, 59.5, 24.5, NOON_MS)) == LeftOut.OLDER


def test_static_data_joins_the_position_and_silence_erases_nothing():
    fleet = Fleet()
    tell(
        fleet,
        frame(
            "ShipStaticData",
            Name="NEREID",
            Type=70,
            UserID=NEREID,
            Dimension={"A": 9, "B": 9, "C": 2, "D": 2},
        ),
    )
    tell(fleet, position(NEREID, 37.0, 25.0, NOON_MS))
    tell(
        fleet,
        frame("StaticDataReport", PartNumber=True, ReportB={"CallSign": "SV1"}, UserID=NEREID),
    )
    particulars = fleet.ships[NEREID].particulars
    assert particulars is not None
    assert (particulars.name, particulars.callsign, particulars.length_m) == ("NEREID", "SV1", 18)
    assert packed_report.unpack(fleet.ships[NEREID].record()).of.ship_type == 70


def test_a_jump_needs_a_second_report_from_there():
    fleet = Fleet()
    tell(fleet, position(AURORA, 59.5, 24.5, NOON_MS))
    assert tell(fleet, position(AURORA, 30.0, -40.0, NOON_MS + 10_000)) == LeftOut.JUMP
    assert fleet.ships[AURORA].motion == Motion(59.5, 24.5, 12.0, 90.0, 90, 0, None)
    assert (
        tell(fleet, position(AURORA, 30.001, -40.0, NOON_MS + 20_000), NOON_MS + 20_000) == STORED
    )
    assert fleet.ships[AURORA].flags & Flag.RELOCATED


def test_two_ships_with_one_number_do_not_pull_each_other_about():
    fleet = Fleet()
    tell(fleet, position(AURORA, 59.5, 24.5, NOON_MS))
    for second in range(1, 6):
        now_ms = NOON_MS + second * 10_000
        assert tell(fleet, position(AURORA, 30.0, -40.0, now_ms), now_ms) == LeftOut.JUMP
        assert (
            tell(fleet, position(AURORA, 59.5, 24.5 + second / 1000, now_ms + 1), now_ms + 1)
            == STORED
        )


def test_ships_not_heard_of_are_forgotten():
    fleet = Fleet()
    tell(fleet, position(AURORA, 59.5, 24.5, NOON_MS))
    assert fleet.forget_before(NOON_MS) == []
    assert fleet.forget_before(NOON_MS + 1) == [AURORA]
    assert not fleet.ships


def sail(turns_at, minutes):
    """A ship at 12 knots that turns 90 degrees to starboard at these minutes; its reports each 10
    s.
    """
    lat, lon, course, reports = 37.0, 25.0, 0.0, []
    for step in range(minutes * 6):
        if step and step % 6 == 0 and step // 6 in turns_at:
            course += 90.0
        reports.append((NOON_MS + step * 10_000, Motion(lat, lon, 12.0, course % 360)))
        here = destination(lat, lon, course, 12 * 1852 / 360)
        lat, lon = here.lat, here.lon
    return reports


def test_a_straight_course_keeps_few_points_and_a_turn_is_kept():
    for turns, most in (((), 4), ((7,), 7)):
        thinner, kept = Thinner(), list[Kept]()
        for at_ms, motion in sail(turns, 15):
            thinner.offer(AURORA, at_ms, motion, 50.0, kept)
        assert 2 <= len(kept) <= most
        assert any(point.cog_deg == 90.0 for point in kept) == bool(turns)


def test_what_is_left_out_could_have_been_told():
    reports, thinner, kept = sail((3, 7, 9), 15), Thinner(), list[Kept]()
    for at_ms, motion in reports:
        thinner.offer(AURORA, at_ms, motion, 50.0, kept)
        last = kept[-1]
        sailed_m = 12 * 1852 / 3600 * (at_ms - last.at_ms) / 1000
        told = destination(last.lat, last.lon, last.cog_deg or 0.0, sailed_m)
        assert distance_m(told.lat, told.lon, motion.lat, motion.lon) < 55.0


def test_the_end_of_a_stay_is_kept_when_the_ship_leaves():
    thinner, kept = Thinner(), list[Kept]()
    for step in range(60):
        thinner.offer(AURORA, NOON_MS + step * 10_000, Motion(37.0, 25.0, 0.0), 50.0, kept)
    thinner.offer(AURORA, NOON_MS + 600_000, Motion(37.002, 25.0, 9.0, 0.0), 50.0, kept)
    assert [point.at_ms - NOON_MS for point in kept] == [0, 590_000, 600_000]
