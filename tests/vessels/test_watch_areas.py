"""Ships that enter, leave or stay in areas that people watch."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from maritime_app import clock
from maritime_app.geo import destination
from maritime_app.ids import uuid7
from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.events.model import ShipEventKind
from maritime_app.vessels.feed.events import FeedStateChanged
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.model import FeedState, Motion, Particulars, Report, Source, StationKind
from maritime_app.vessels.ship_alerts.detection.areas import Edge, cell_of
from maritime_app.vessels.ship_alerts.model import Circle, OpenVisit, Polygon, Watch
from maritime_app.vessels.ship_alerts.recorder import AlertRecorder
from tests.vessels.frames import AURORA, NEREID, NOON_MS

MINUTE = 60_000
KIEL = Circle(54.5, 10.2, 3_000.0)
# 12 knots northward: a mile and a half north of the centre is well inside, three are outside.
OUTSIDE, INSIDE, EDGE = 54.40, 54.49, 54.4707
ENTER, LEAVE, DWELL = ShipEventKind.ENTER, ShipEventKind.LEAVE, ShipEventKind.DWELL


def a_watch(area=KIEL, **more) -> Watch:
    fields = {"mmsi": None, "types": (), "on_enter": True, "on_leave": True, "dwell_minutes": None}
    return Watch(uuid7(), area, **fields | more)


class Consumer:
    """A feed that has been alive since noon, with these watches, without a database behind it."""

    def __init__(self, *watches: Watch, db=None) -> None:
        self.fleet, self.recorder = Fleet(), AlertRecorder(db, NOON_MS)
        self.turn(FeedState.LIVE, 0)
        self.recorder.watch(list(watches) or [a_watch()])

    def turn(self, state: FeedState, minute: float) -> None:
        at_ms = NOON_MS + round(minute * MINUTE)
        self.recorder.handle(FeedStateChanged(Source.AISSTREAM, state, "", at_ms))

    def hear(self, minute, lat, *, mmsi=AURORA, knots=0.1, flags=0, lon=10.2, ship_type=None):
        """A ship that hardly moves between reports: the integrity layer has nothing against it."""
        static = None if ship_type is None else Particulars(ship_type=ship_type)
        report = Report(
            mmsi,
            StationKind.CLASS_A,
            NOON_MS + round(minute * MINUTE),
            Motion(lat, lon, knots, 0.0, 0, 0),
            particulars=static,
            flags=flags,
        )
        for event in self.fleet.apply(report, Source.AISSTREAM):
            self.recorder.handle(event)

    def told(self):
        return [one.kind for one in self.recorder.waiting.events if not one.is_quiet]

    def written(self):
        return [one.kind for one in self.recorder.waiting.events]


def test_it_works():
    """In and out again: half an hour apart, so that each place is within its reach."""
    feed = Consumer()
    for minute, lat in ((0, OUTSIDE), (20, INSIDE), (30, INSIDE + 0.01), (50, OUTSIDE)):
        feed.hear(minute, lat, knots=12.0)
    entered, left = feed.recorder.waiting.events
    assert (entered.kind, left.kind) == (ENTER, LEAVE)
    assert entered.visit_id == left.visit_id
    assert entered.not_before
    assert entered.at - entered.not_before == timedelta(minutes=20)
    assert left.not_before == datetime.fromtimestamp(NOON_MS / 1000, UTC) + timedelta(minutes=30)


def test_who_was_inside_all_the_time_has_not_entered():
    feed = Consumer()
    feed.hear(0, INSIDE)
    feed.hear(1, INSIDE + 0.001)
    assert feed.told() == []
    assert feed.written() == [ENTER]  # written down, so that its leaving has a visit


def test_an_alert_that_is_new_does_not_tell_of_who_is_there():
    feed = Consumer(a_watch(Circle(10.0, 10.0, 500.0)))
    feed.hear(0, INSIDE)
    feed.recorder.watch([a_watch()])
    feed.hear(1, INSIDE + 0.001)
    assert feed.told() == []


def test_swinging_on_the_edge_is_neither_leaving_nor_entering():
    """Within the margin of 300 m it is still there, however often the edge is crossed."""
    feed = Consumer()
    feed.hear(0, OUTSIDE, knots=12.0)
    feed.hear(20, EDGE + 0.004, knots=12.0)
    for minute in range(21, 60):
        feed.hear(minute, EDGE + (0.001 if minute % 2 else 0.004))
    assert feed.told() == [ENTER]
    feed.hear(80, EDGE - 0.004, knots=2.0)
    assert feed.told() == [ENTER, LEAVE]


def test_a_clock_that_goes_back_takes_nothing_from_a_stay(monkeypatch):
    """Ten minutes, and twenty more by a clock that is an hour behind."""
    feed = Consumer(a_watch(dwell_minutes=30))
    feed.hear(0, INSIDE)
    feed.hear(10, INSIDE + 0.001)
    monkeypatch.setattr(clock, "epoch_ms", lambda: NOON_MS - 50 * MINUTE)
    for minute in (-50, -40, -30):
        feed.hear(minute, INSIDE)
    assert feed.told() == [DWELL]
    feed.hear(-10, OUTSIDE, knots=12.0)
    left = feed.recorder.waiting.events[-1]
    assert (left.kind, left.not_before) == (LEAVE, left.at - timedelta(minutes=20))


@pytest.mark.parametrize("flag", [Flag.NOT_MEASURED, Flag.BAD_CLOCK])
def test_nothing_stands_on_a_distrusted_position(flag):
    feed = Consumer()
    feed.hear(0, OUTSIDE, knots=12.0)
    feed.hear(20, INSIDE, knots=12.0, flags=flag)
    assert feed.written() == []
    # Nor does what follows: nobody knows where it was before.
    feed.hear(21, INSIDE + 0.001)
    assert feed.told() == []


def test_of_two_ships_with_one_number_nobody_knows_which_one_it_is():
    feed = Consumer()
    feed.hear(0, OUTSIDE, knots=12.0)
    feed.fleet.ships[AURORA].shared = True
    feed.hear(20, INSIDE, knots=12.0)
    assert feed.written() == []


def test_while_the_feed_is_silent_nothing_happens():
    """It came in during the hour in which nobody listened: written down, told to nobody."""
    feed = Consumer()
    feed.hear(0, OUTSIDE, knots=12.0)
    feed.turn(FeedState.SILENT, 1)
    feed.turn(FeedState.LIVE, 61)
    feed.hear(61, INSIDE, knots=12.0)
    assert feed.told() == []
    assert feed.written() == [ENTER]


def test_a_ship_that_was_not_heard_while_others_were_is_told_of():
    feed = Consumer()
    feed.hear(0, OUTSIDE, knots=12.0)
    feed.hear(61, INSIDE, knots=12.0)
    assert feed.told() == [ENTER]


def test_staying_is_told_once():
    feed = Consumer(a_watch(on_enter=False, on_leave=False, dwell_minutes=30))
    for minute in range(100):
        feed.hear(minute, INSIDE)
    assert feed.told() == [DWELL]
    (dwelled,) = [one for one in feed.recorder.waiting.events if one.kind is DWELL]
    assert dwelled.at == datetime.fromtimestamp(NOON_MS / 1000, UTC) + timedelta(minutes=30)


def test_time_in_which_it_was_not_heard_is_no_time_inside():
    feed = Consumer(a_watch(dwell_minutes=60))
    feed.hear(0, INSIDE)
    feed.hear(50, INSIDE)
    feed.hear(100, INSIDE)
    assert DWELL not in feed.told()


def test_one_ship_or_one_type():
    feed = Consumer(a_watch(mmsi=NEREID), a_watch(types=("tanker",)))
    for mmsi, ship_type in ((AURORA, 70), (NEREID, 60)):
        feed.hear(0, OUTSIDE, mmsi=mmsi, knots=12.0, ship_type=ship_type)
        feed.hear(20, INSIDE, mmsi=mmsi, knots=12.0)
    assert [one.mmsi for one in feed.recorder.waiting.events] == [NEREID]
    feed.hear(0, OUTSIDE, mmsi=AURORA + 1, knots=12.0, ship_type=80)
    feed.hear(20, INSIDE, mmsi=AURORA + 1, knots=12.0)
    assert [one.mmsi for one in feed.recorder.waiting.events] == [NEREID, AURORA + 1]


def test_a_visit_goes_on_after_a_restart():
    watch = a_watch()
    feed, visit_id = Consumer(watch), uuid7()
    since = datetime.fromtimestamp(NOON_MS / 1000, UTC)
    feed.recorder.detector.resume([OpenVisit(watch.id, visit_id, AURORA, 0, since, False)])
    feed.hear(1, INSIDE, knots=12.0)
    feed.hear(21, OUTSIDE, knots=12.0)
    (left,) = feed.recorder.waiting.events
    assert (left.kind, left.visit_id) == (LEAVE, visit_id)


def test_an_alert_that_has_ended_has_no_visits():
    feed = Consumer()
    feed.hear(0, OUTSIDE, knots=12.0)
    feed.hear(20, INSIDE, knots=12.0)
    feed.recorder.watch([])
    feed.hear(40, OUTSIDE, knots=12.0)
    assert feed.told() == [ENTER]
    assert feed.recorder.detector.visits == {}


@pytest.mark.parametrize("bearing", range(0, 360, 30))
@pytest.mark.parametrize(("lat", "lon"), [(54.5, 10.2), (0.0, -179.99), (-70.0, 179.999)])
def test_every_place_of_a_circle_is_in_its_cells(lat, lon, bearing):
    edge = Edge(Circle(lat, lon, 20_000.0))
    cells = set(edge.cells())
    for metres in (0.0, 5_000.0, 19_990.0, 20_900.0):
        place = destination(lat, lon, bearing, metres)
        assert cell_of(place.lat, place.lon) in cells
        assert edge.metres(place.lat, place.lon) == pytest.approx(metres - 20_000.0, abs=2.0)


def test_a_polygon_has_an_inside_across_the_antimeridian_too():
    for lon in (10.0, 179.95):
        corners = ((54.0, lon), (54.2, lon), (54.2, lon + 0.2 - 360 * (lon > 90)))
        edge = Edge(Polygon((*corners, (54.0, corners[2][1]))))
        middle, beside = lon + 0.1 - 360 * (lon > 90), lon - 0.05
        assert edge.metres(54.1, middle) == pytest.approx(-6_540.0, abs=60.0)
        assert edge.metres(54.1, beside) == pytest.approx(
            0.05 * 111_195 * math.cos(math.radians(54.0)), rel=0.01
        )
        assert cell_of(54.1, middle) in set(edge.cells())


def test_a_polygon_that_bends_inward():
    """The notch of an L is outside."""
    corners = ((54.0, 10.0), (54.2, 10.0), (54.2, 10.1), (54.1, 10.1), (54.1, 10.2), (54.0, 10.2))
    edge = Edge(Polygon(corners))
    assert edge.metres(54.15, 10.05) < 0
    assert edge.metres(54.05, 10.15) < 0
    assert edge.metres(54.15, 10.15) > 2_000
