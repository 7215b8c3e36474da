"""Ships come to a port, anchor, berth and leave: the calls, their times, and a port's medians."""

import asyncio
import random
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest
from msgspec import structs

from maritime_app import clock
from maritime_app.geo import destination
from maritime_app.ports import service as ports
from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.codes.ship_types import NavigationStatus
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.model import Motion, Report, Source, StationKind
from maritime_app.vessels.port_calls import service, store
from maritime_app.vessels.port_calls.detector import Stay, resumed
from maritime_app.vessels.port_calls.harbours import Harbours
from maritime_app.vessels.port_calls.measures import FEWEST, measures
from maritime_app.vessels.port_calls.model import Harbour, PortCall, PortCallState
from maritime_app.vessels.port_calls.recorder import PortCallRecorder
from maritime_app.vessels.port_calls.responses import PortCallsRequest
from tests.factories import a_port
from tests.vessels.feeding import until
from tests.vessels.frames import AURORA, NEREID

KIEL = Harbour(uuid4(), "DEKEL", 54.3, 10.1)
MINUTE, HOUR = 60_000, 3_600_000
ANCHOR, QUAY = NavigationStatus.AT_ANCHOR, NavigationStatus.MOORED


def motion(metres: float, knots: float | None, status: int = 0, at: Harbour = KIEL) -> Motion:
    """So far north of the harbour."""
    here = destination(at.lat, at.lon, 0.0, metres)
    return Motion(here.lat, here.lon, knots, 0.0, status=status)


def voyage(start_ms: int, at: Harbour = KIEL) -> list[tuple[int, Motion]]:
    """In at 0:00, at anchor 0:20 to 3:20, at the quay from 4:00 to 10:00, out at 10:30."""
    steps = [
        (0, motion(2_900, 12.0, at=at)),
        (20 * MINUTE, motion(2_000, 0.1, ANCHOR, at)),
        (200 * MINUTE, motion(2_000, 3.0, at=at)),
        (240 * MINUTE, motion(100, 0.0, QUAY, at)),
        (600 * MINUTE, motion(100, 4.0, at=at)),
        (630 * MINUTE, motion(4_500, 14.0, at=at)),
    ]
    return [(start_ms + after_ms, each) for after_ms, each in steps]


def called(steps: list[tuple[int, Motion]]) -> Stay:
    """The stay after these positions."""
    stay = Stay((AURORA, 0), Source.AISSTREAM, KIEL, steps[0][0])
    for at_ms, each in steps:
        stay.take(at_ms, each)
        if stay.left_ms is not None:
            break
    return stay


def test_it_works():
    call = called(voyage(0)).stored()
    assert call.state is PortCallState.LEFT
    assert call.entered_at == datetime.fromtimestamp(0, UTC)
    assert call.left_at == call.entered_at + timedelta(minutes=630)
    assert (call.anchored_seconds, call.berth_seconds) == (180 * 60, 360 * 60)
    assert call.waiting_seconds == 180 * 60
    assert not call.left_unseen


def test_who_does_not_stop_was_passing_by():
    stay = called(
        [(0, motion(2_900, 14.0)), (MINUTE, motion(0, 14.0)), (HOUR, motion(5_000, 14.0))]
    )
    assert stay.left_ms is not None
    assert not stay.is_call


def test_between_the_two_speeds_and_the_two_circles_nothing_changes():
    """A ship that sheers at anchor has not sailed, one that drifts out to 3.5 km has not left."""
    stay = called([(0, motion(2_900, 0.1, ANCHOR)), (HOUR, motion(3_500, 0.4, ANCHOR))])
    assert stay.state is PortCallState.ANCHORED
    assert stay.stored().anchored_seconds == 3600


def test_who_is_not_heard_leaving_left_when_it_was_last_heard():
    steps = [(0, motion(100, 0.0, QUAY)), (HOUR, motion(100, 0.0, QUAY))]
    call = called([*steps, (20 * HOUR, motion(90_000, 14.0))]).stored()
    assert call.left_unseen
    assert call.left_at == datetime.fromtimestamp(3600, UTC)
    assert call.berth_seconds == 3600


def test_a_gap_at_the_quay_is_no_departure():
    stay = called([(0, motion(100, 0.0, QUAY)), (20 * HOUR, motion(110, 0.0, QUAY))])
    assert stay.state is PortCallState.MOORED
    assert stay.stored().berth_seconds == 20 * 3600


def test_an_unknown_speed_says_nothing():
    assert called([(0, motion(100, None, QUAY))]).state is PortCallState.APPROACHING


def test_a_call_goes_on_after_a_restart():
    steps = voyage(0)
    first = called(steps[:4])
    later = resumed(first.stored(), KIEL)
    for at_ms, each in steps[4:]:
        later.take(at_ms, each)
    assert later.stored() == structs.replace(called(steps).stored(), id=first.id)


@pytest.mark.parametrize("lat", [0.0, 54.3, -77.8])
@pytest.mark.parametrize("lon", [10.1, 179.999, -179.999, 10.05])
def test_a_harbour_is_found_from_every_side(lat, lon):
    place = Harbour(uuid4(), "ZZNIL", lat, lon)
    harbours = Harbours([place])
    for course in range(0, 360, 15):
        near = destination(lat, lon, course, 2_990)
        far = destination(lat, lon, course, 3_010)
        assert harbours.at(near.lat, near.lon) == place, course
        assert harbours.at(far.lat, far.lon) is None, course


def a_call(hours: float, waiting: float = 1.0) -> PortCall:
    """A completed call that took so long."""
    entered = datetime(2026, 11, 1, tzinfo=UTC)
    return PortCall(
        id=uuid4(),
        mmsi=AURORA,
        hypothesis=0,
        source=2,
        port_id=KIEL.id,
        state=PortCallState.LEFT,
        entered_at=entered,
        last_at=entered,
        stopped_at=entered,
        moored_at=entered,
        left_at=entered + timedelta(hours=hours),
        anchored_seconds=0,
        berth_seconds=round(hours * 1800),
        waiting_seconds=round(waiting * 3600),
        left_unseen=False,
    )


def test_a_median_needs_ten_calls():
    since = datetime(2026, 10, 1, tzinfo=UTC)
    few = measures([a_call(5)] * (FEWEST - 1), since, since, invented=False)
    assert (few.time_in_port.hours, few.time_in_port.sample) == (None, FEWEST - 1)
    calls = [a_call(hours) for hours in range(1, 12)]
    enough = measures(calls, since, since, invented=False)
    assert (enough.time_in_port.hours, enough.berth.hours, enough.waiting.hours) == (6.0, 3.0, 1.0)
    assert enough.arrivals == 11


@pytest.fixture
async def kiel(resources) -> Harbour:
    """Kiel in the database."""
    async with resources.db.transaction() as conn:
        await ports.seed_ports(conn, [a_port("DEKEL", "Kiel", 54.3, 10.1, "Europe/Berlin")])
        (harbour,) = await store.harbours(conn)
    return harbour


def report(mmsi: int, at_ms: int, each: Motion, flags: int = 0) -> Report:
    return Report(mmsi, StationKind.CLASS_A, at_ms, each, flags=flags)


async def recorded(res, steps, source: Source = Source.AISSTREAM) -> None:
    """What a consumer makes of these reports: (MMSI, time, motion, flags)."""
    fleet, recorder, over = Fleet(), PortCallRecorder(res.db), asyncio.Event()
    running = asyncio.create_task(recorder.run(over))

    async def loaded():
        return recorder._harbours.by_id

    await until(loaded)
    for mmsi, at_ms, each, flags in steps:
        for event in fleet.apply(report(mmsi, at_ms, each, flags), source):
            recorder.handle(event)
    over.set()
    await running


async def test_calls_are_stored_and_shown(client, resources, kiel):
    start = clock.epoch_ms() - 20 * HOUR
    steps = [(AURORA, *step, 0) for step in voyage(start, kiel)]
    await recorded(resources, steps)

    async with client.get("/api/v1/vessels/port-calls?port=DEKEL") as answer:
        found = await answer.json()
    (call,) = found["calls"]
    assert (call["mmsi"], call["state"], call["port"]) == (AURORA, "left", "DEKEL")
    assert (call["hours_at_berth"], call["hours_waiting"]) == (6.0, 3.0)
    assert (call["source"], call["invented"]) == ("aisstream", False)
    assert found["measures"]["time_in_port"] == {"hours": None, "sample": 1}
    async with client.get("/ports/DEKEL/calls?fragment=1") as part:
        text = await part.text()
    for words in ("Arrivals in 30 days", "too few calls (1)", str(AURORA), "within 3 km"):
        assert words in text, words
    async with client.get("/api/v1/vessels/port-calls.atom?port=DEKEL") as feed:
        root = ET.fromstring(await feed.read())
    assert len(root.findall("{http://www.w3.org/2005/Atom}entry")) == 1


async def test_who_comes_in_approaches_until_it_stops(resources, kiel):
    """Seen at sea before: on its way in it is listed, and measured from its first stop on."""
    start = clock.epoch_ms() - 20 * HOUR
    at_sea = (AURORA, start - 10 * MINUTE, motion(5_500, 12.0, at=kiel), 0)
    steps = [at_sea, *((AURORA, *step, 0) for step in voyage(start, kiel))]
    await recorded(resources, steps[:2])
    (call,) = await service.newest_calls(resources, "DEKEL", 9)
    assert (call.state, call.first_stop_at) == ("approaching", None)
    assert await service.calls_of_ship(resources, AURORA) == []
    measured = await service.port_measures(resources, "DEKEL")
    assert (measured.arrivals, measured.in_port) == (0, 0)

    await recorded(resources, steps[2:])  # after a restart
    (whole,) = await service.calls_of_ship(resources, AURORA)
    assert (str(whole.call.id), whole.call.state) == (call.id, PortCallState.LEFT)


async def test_who_approached_and_passed_by_is_forgotten(resources, kiel):
    start = clock.epoch_ms() - 20 * HOUR
    passing = [(0, 5_500), (10, 2_900), (20, 500), (40, 4_600)]
    steps = [
        (AURORA, start + minute * MINUTE, motion(metres, 12.0, at=kiel), 0)
        for minute, metres in passing
    ]
    await recorded(resources, steps[:3])
    assert len(await service.newest_calls(resources, "DEKEL", 9)) == 1
    await recorded(resources, steps[3:])
    assert await service.newest_calls(resources, "DEKEL", 9) == []


async def test_no_call_stands_on_a_doubtful_position(resources, kiel):
    start = clock.epoch_ms() - 20 * HOUR
    await recorded(resources, [(AURORA, *step, Flag.NOT_MEASURED) for step in voyage(start, kiel)])
    assert await service.calls_of_ship(resources, AURORA) == []


async def test_a_call_that_was_open_is_taken_up_by_the_next_leader(resources, kiel):
    steps = [(AURORA, *step, 0) for step in voyage(clock.epoch_ms() - 20 * HOUR, kiel)]
    await recorded(resources, steps[:4])
    (open_call,) = await service.calls_of_ship(resources, AURORA)
    assert open_call.call.state is PortCallState.MOORED

    await recorded(resources, steps[4:])
    (whole,) = await service.calls_of_ship(resources, AURORA)
    assert whole.call.id == open_call.call.id
    assert whole.call.berth_seconds == 6 * 3600


async def test_invented_ships_count_only_where_there_are_no_real_ones(resources, kiel):
    start = clock.epoch_ms() - 20 * HOUR
    simulated = [(NEREID, *step, 0) for step in voyage(start, kiel)]
    await recorded(resources, simulated, Source.SIMULATED)
    assert (await service.port_measures(resources, "DEKEL")).invented
    await recorded(resources, [(AURORA, *step, 0) for step in voyage(start, kiel)])
    both = await service.port_measures(resources, "DEKEL")
    assert (both.invented, both.arrivals) == (False, 1)


@pytest.mark.parametrize(
    "query",
    ["port=DEKEL&limit=0", "mmsi=1&since=2020-01-01", "state=sunk", "cursor=first", "cursor=1-2"],
)
async def test_what_cannot_be_answered_is_refused(client, query):
    async with client.get(f"/api/v1/vessels/port-calls?{query}") as answer:
        assert answer.status == 422


async def test_a_ship_has_its_calls_on_its_page(client, resources, kiel):
    steps = voyage(clock.epoch_ms() - 20 * HOUR, kiel)
    await recorded(resources, [(AURORA, *step, 0) for step in steps])
    found = await service.calls(resources, PortCallsRequest(mmsi=AURORA))
    assert [call.port_name for call in found.calls] == ["Kiel"]
    assert found.measures is None


def month(seed: int, gap_share: float) -> tuple[list[PortCall], float, float]:
    """Forty voyages of known hours, reported at AIS's intervals, some reports lost; their true
    hours at anchor and at the quay.
    """
    dice, calls, anchored, berthed = random.Random(seed), [], 0.0, 0.0
    for number in range(40):
        waits, stays = dice.uniform(2, 30), dice.uniform(6, 48)
        anchored, berthed = anchored + waits, berthed + stays
        start = number * 100 * HOUR
        phases = (
            (0.4, 12.0, 2_500, 0),
            (waits, 0.1, 2_000, int(ANCHOR)),
            (0.6, 5.0, 1_000, 0),
            (stays, 0.0, 100, int(QUAY)),
            (0.5, 8.0, 2_000, 0),
            (3.0, 14.0, 4_500, 0),
        )
        steps, silent_until, at = [], 0.0, float(start)
        for hours, knots, metres, status in phases:
            end = at + hours * HOUR
            while at < end:
                if at >= silent_until:
                    steps.append((round(at), motion(metres, knots, status)))
                    if dice.random() < gap_share:
                        silent_until = at + dice.uniform(0.1, 1.0) * HOUR
                at += 180_000 if knots < 1 else 10_000
            at = end
        calls.append(called(steps).stored())
    return calls, anchored, berthed


@pytest.mark.parametrize(("gap_share", "error"), [(0.0, 0.01), (0.02, 0.05)])
def test_a_month_of_known_calls_is_measured(gap_share, error):
    """Within 1 %, and within 5 % when a third of the time nobody hears the ships."""
    calls, anchored, berthed = month(7, gap_share)
    assert all(call.state is PortCallState.LEFT for call in calls)
    assert sum(call.berth_seconds for call in calls) == pytest.approx(berthed * 3600, rel=error)
    waited = sum(call.waiting_seconds or 0 for call in calls)
    assert waited == pytest.approx(anchored * 3600, rel=error)


async def test_a_list_of_calls_measures_a_port_once_a_minute(client, resources, kiel, monkeypatch):
    """Thousands of calls are read for it: whoever asks for one page more does not pay for them."""
    read: list[str] = []
    of_port = store.measured_calls

    async def noted(conn, code, *others):
        read.append(code)
        return await of_port(conn, code, *others)

    monkeypatch.setattr(store, "measured_calls", noted)
    for kind in ("", ".csv", ".geojson", ".atom"):
        async with client.get(f"/api/v1/vessels/port-calls{kind}?port=DEKEL") as answer:
            assert answer.status == 200
    assert read == ["DEKEL"]
