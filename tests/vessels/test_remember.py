"""The fleet: newest wins, static data is joined, impossible jumps wait for a second report."""

from maritime_app.vessels.ais.decode import decode
from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.feed.events import PositionReported, ReportRejected, ShipExpired
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.live import packed_report
from maritime_app.vessels.model import Motion, Rejection, Report
from tests.vessels.frames import AURORA, NEREID, NOON_MS, frame, position


def apply(fleet, frame, now_ms=NOON_MS):
    """The events of one frame, by their class and, for rejections, their reason."""
    report = decode(frame, now_ms)
    assert isinstance(report, Report), report
    return [
        event.reason if isinstance(event, ReportRejected) else type(event)
        for event in fleet.apply(report)
    ]


def test_it_works():
    fleet = Fleet()
    assert apply(fleet, position(AURORA, 59.5, 24.5, NOON_MS)) == [PositionReported]
    packed = fleet.ships[AURORA].packed()
    assert packed_report.unpack(packed).motion == Motion(59.5, 24.5, 12.0, 90.0, 90, 0, None)


def test_an_older_report_never_overwrites():
    fleet = Fleet()
    apply(fleet, position(AURORA, 59.5, 24.5, NOON_MS))
    assert apply(fleet, position(AURORA, 59.499, 24.5, NOON_MS - 1)) == [Rejection.OLDER]
    assert fleet.ships[AURORA].motion == Motion(59.5, 24.5, 12.0, 90.0, 90, 0, None)


def test_the_same_report_twice_is_one():
    fleet = Fleet()
    apply(fleet, position(AURORA, 59.5, 24.5, NOON_MS))
    assert apply(fleet, position(AURORA, 59.5, 24.5, NOON_MS)) == [Rejection.OLDER]


def test_static_data_joins_the_position_and_a_part_erases_no_other():
    fleet = Fleet()
    apply(
        fleet,
        frame(
            "ShipStaticData",
            Name="NEREID",
            Type=70,
            UserID=NEREID,
            Dimension={"A": 9, "B": 9, "C": 2, "D": 2},
        ),
    )
    apply(fleet, position(NEREID, 37.0, 25.0, NOON_MS))
    apply(
        fleet,
        frame("StaticDataReport", PartNumber=False, ReportA={"Name": "NEREID II"}, UserID=NEREID),
    )
    known = fleet.ships[NEREID].known
    assert known is not None
    particulars = known.particulars
    assert (particulars.name, particulars.callsign, particulars.length_m) == ("NEREID II", None, 18)
    assert packed_report.unpack(fleet.ships[NEREID].packed()).station.ship_type == 70


def test_a_jump_needs_a_second_report_from_there():
    fleet = Fleet()
    apply(fleet, position(AURORA, 59.5, 24.5, NOON_MS))
    assert apply(fleet, position(AURORA, 30.0, -40.0, NOON_MS + 10_000)) == [Rejection.JUMP]
    assert fleet.ships[AURORA].motion == Motion(59.5, 24.5, 12.0, 90.0, 90, 0, None)
    assert apply(fleet, position(AURORA, 30.001, -40.0, NOON_MS + 20_000), NOON_MS + 20_000) == [
        PositionReported
    ]
    assert fleet.ships[AURORA].flags & Flag.RELOCATED


def test_ships_not_heard_expire():
    fleet = Fleet()
    apply(fleet, position(AURORA, 59.5, 24.5, NOON_MS))
    assert fleet.expire(NOON_MS) == []
    ship = fleet.ships[AURORA]
    assert fleet.expire(NOON_MS + 1) == [ShipExpired(ship)]
    assert not fleet.ships
