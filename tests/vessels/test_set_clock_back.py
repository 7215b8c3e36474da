"""The server's clock goes back by an hour: what was stored before is not newer than what comes."""

from uuid import uuid4

import pytest

from maritime_app import clock
from maritime_app.vessels.feed.events import PositionReported, ReportRejected, VoyageChanged
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.feed.warm_up import warm_up
from maritime_app.vessels.live import live_store, packed_report
from maritime_app.vessels.map.client_shadow import REFRESH_MS
from maritime_app.vessels.map.columns import Columns
from maritime_app.vessels.model import (
    Motion,
    Particulars,
    Rejection,
    Report,
    Source,
    StationKind,
    TrackPoint,
)
from maritime_app.vessels.port_calls.detector import Stay
from maritime_app.vessels.port_calls.model import Harbour
from maritime_app.vessels.tracks.thinning import Thinner
from tests.vessels.frames import AURORA, NOON_MS
from tests.vessels.watching import Sea, publish, report as packed, tile_frames

HOUR = 3_600_000
HERE, THERE = Motion(59.5, 24.5, 12.0, 90.0, 90, 0), Motion(59.501, 24.5, 12.0, 90.0, 90, 0)
FAR = Motion(59.6, 24.5, 12.0, 90.0, 90, 0)  # 11 km: an hour of its way, but not a second of it


@pytest.fixture
def at(monkeypatch):
    """Set this process's clock."""

    def set_clock(at_ms):
        monkeypatch.setattr(clock, "epoch_ms", lambda: at_ms)

    set_clock(NOON_MS)
    return set_clock


def hear(fleet, at_ms, motion: Motion | None = HERE, name=None, source=Source.AISSTREAM):
    told = None if name is None else Particulars(name=name)
    return fleet.apply(Report(AURORA, StationKind.CLASS_A, at_ms, motion, particulars=told), source)


@pytest.mark.parametrize("motion", [HERE, THERE, FAR])
def test_it_works(at, motion):
    fleet = Fleet()
    hear(fleet, NOON_MS)
    at(NOON_MS - HOUR)
    (moved,) = hear(fleet, NOON_MS - HOUR, motion)
    assert isinstance(moved, PositionReported)
    assert moved.previous is None  # of an hour to come nothing follows
    ship = fleet.ships[AURORA]
    assert (ship.at_ms, ship.seen_ms, ship.motion) == (NOON_MS - HOUR, NOON_MS - HOUR, motion)


@pytest.mark.parametrize("source", [Source.AISSTREAM, Source.AISHUB])
def test_whoever_is_late_is_refused_all_the_same(at, source):
    fleet = Fleet()
    hear(fleet, NOON_MS)
    late = ReportRejected(Report(AURORA, StationKind.CLASS_A, NOON_MS - 1, THERE), Rejection.OLDER)
    for now_ms in (NOON_MS, NOON_MS + HOUR, NOON_MS - 4_000):  # clocks differ by seconds
        at(now_ms)
        assert hear(fleet, NOON_MS - 1, THERE, source=source) == (late,), now_ms
    at(NOON_MS - HOUR)
    hear(fleet, NOON_MS - HOUR)
    (refused,) = hear(fleet, NOON_MS - HOUR - 1, THERE, source=source)
    assert isinstance(refused, ReportRejected)


def test_what_a_ship_tells_of_itself_is_heard(at):
    fleet = Fleet()
    hear(fleet, NOON_MS, name="AURORA")
    (refused,) = hear(fleet, NOON_MS - 1, None, name="OLDER")
    assert isinstance(refused, ReportRejected)
    at(NOON_MS - HOUR)
    (told,) = hear(fleet, NOON_MS - HOUR, None, name="BOREALIS")
    assert isinstance(told, VoyageChanged)
    known = fleet.ships[AURORA].known
    assert known
    assert (known.particulars.name, known.static_ms) == ("BOREALIS", NOON_MS - HOUR)


def test_a_lesser_source_does_not_wait_for_what_a_better_one_told_in_an_hour(at):
    """Only for as long as it would if that had just been told."""
    fleet = Fleet()
    hear(fleet, NOON_MS, name="AURORA")
    for minutes, name in ((0, "AURORA"), (16, "BOREALIS")):
        at(NOON_MS - HOUR + minutes * 60_000)
        hear(fleet, clock.epoch_ms(), None, name="BOREALIS", source=Source.AISHUB)
        known = fleet.ships[AURORA].known
        assert known
        assert known.particulars.name == name


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_stores_the_one_of_an_hour_to_come_loses(at, order):
    at(NOON_MS - HOUR)
    fleet = Fleet()
    stored = [packed(AURORA, 59.5, 24.5, NOON_MS), packed(AURORA, 59.6, 24.5, NOON_MS - HOUR - 9)]
    for one in stored[::order]:
        fleet.restore(packed_report.unpack(one))
    assert fleet.ships[AURORA].at_ms == NOON_MS - HOUR - 9


async def test_what_redis_has_of_an_hour_to_come_stops_nobody(resources, client):
    """A process that starts after the clock went back."""
    now_ms, fleet = clock.epoch_ms(), Fleet()
    await publish(resources, packed(AURORA, 59.5, 24.5, now_ms + HOUR))
    await warm_up(resources.redis_cache, fleet, [Source.AISSTREAM])
    assert fleet.ships[AURORA].at_ms == now_ms + HOUR
    (moved,) = hear(fleet, now_ms, THERE)
    assert isinstance(moved, PositionReported)
    await publish(resources, fleet.ships[AURORA].packed())
    (stored,), _ = await live_store.packed_vessel(resources.redis_cache, AURORA, [Source.AISSTREAM])
    assert packed_report.unpack(stored).at_ms == now_ms


def test_the_map_takes_it(at):
    columns = Columns()

    def take(at_ms, lat):
        columns.apply(packed_report.as_array(packed(AURORA, lat, 24.5, at_ms)))
        return columns.rows["at_ms"][columns.handles[AURORA]]

    assert take(NOON_MS, 59.5) == NOON_MS
    assert take(NOON_MS - HOUR, 59.6) == NOON_MS
    at(NOON_MS - HOUR)
    assert take(NOON_MS - HOUR, 59.6) == NOON_MS - HOUR
    assert take(NOON_MS - HOUR - 1, 59.7) == NOON_MS - HOUR


async def test_a_ship_at_rest_is_sent_again(at):
    """Else open maps would have its report of an hour to come until then."""
    sea = Sea()
    _, pipe = sea.subscriber()
    await sea.tick(packed(AURORA, 59.5, 24.5, NOON_MS, sog=0.0))
    at(NOON_MS - HOUR)
    await sea.tick(packed(AURORA, 59.5, 24.5, NOON_MS - HOUR, sog=0.0))
    assert len(tile_frames(pipe.written[-1])) == 1
    at(NOON_MS - HOUR + REFRESH_MS - 1)
    await sea.tick(packed(AURORA, 59.5, 24.5, clock.epoch_ms(), sog=0.0))
    assert tile_frames(pipe.written[-1]) == []


def test_its_track_goes_on():
    thinner, points = Thinner(AURORA), list[TrackPoint]()
    for at_ms in (NOON_MS, NOON_MS + 10_000, NOON_MS - HOUR, NOON_MS - HOUR + 10_000):
        thinner.offer(at_ms, Motion(37.0, 25.0, 0.0), Source.AISSTREAM, 50.0, points)
    times = [round(point.at.timestamp() * 1000) for point in points]
    assert times == [NOON_MS, NOON_MS - HOUR]


def test_no_call_at_a_port_ends_before_it_began():
    kiel = Harbour(uuid4(), "DEKEL", 54.3, 10.1)
    stay = Stay((AURORA, 0), Source.AISSTREAM, kiel, NOON_MS)
    stay.take(NOON_MS - HOUR, Motion(54.31, 10.1, 0.1, 0.0, status=1))
    stay.take(NOON_MS - HOUR + 60_000, Motion(54.34, 10.1, 14.0, 0.0))
    call = stay.stored()
    assert call.stopped_at == call.left_at == call.entered_at
    assert (call.anchored_seconds, call.left_unseen) == (0, False)
