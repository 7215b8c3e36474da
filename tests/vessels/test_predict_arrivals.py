"""Arrivals are predicted from earlier passages, with an interval that is kept, or refused."""

import csv
import io
import random
from collections import defaultdict
from datetime import datetime, timedelta
from functools import cache
from statistics import median
from typing import Any, NamedTuple
from uuid import uuid4

import pytest

from maritime_app import clock
from maritime_app.geo import destination, distance_m
from maritime_app.ports import service as ports
from maritime_app.vessels.codes.flags import Flag
from maritime_app.vessels.live.packed_report import Station, UnpackedReport
from maritime_app.vessels.model import Motion, StationKind, TrackPoint
from maritime_app.vessels.port_calls.model import Harbour, PortCall, PortCallState
from maritime_app.vessels.port_calls.store import upsert_calls
from maritime_app.vessels.predictions import (
    calibration,
    destinations,
    estimates,
    learning,
    live_ships,
    service,
    store,
)
from maritime_app.vessels.predictions.cells import cell_of
from maritime_app.vessels.predictions.model import (
    FEWEST,
    Basis,
    Calibration,
    KnownVoyage,
    Usual,
    VoyageState,
)
from maritime_app.vessels.predictions.passages import Fix, Passage, passes, usual
from maritime_app.vessels.store import copy_points, make_days
from tests.factories import a_port
from tests.vessels.frames import AURORA, frame, position
from tests.vessels.listing import publish
from tests.vessels.month import PORTS, Voyage, a_month

KIEL = Harbour(uuid4(), "DEKEL", 54.3, 10.1)
NOW = datetime.fromisoformat("2026-11-20T12:00:00Z")


def state(metres: float, knots: float = 12.0, group: int = 2) -> VoyageState:
    """So far north of Kiel."""
    here = destination(KIEL.lat, KIEL.lon, 0.0, metres)
    return VoyageState(AURORA, group, here.lat, here.lon, knots, NOW)


def known_at(where: VoyageState, passages: int, seconds: float, knots: float = 12.0):
    """What is usual in the cell of that place, of cargo ships and of all."""
    here = Usual(passages, seconds, 50_000.0, where.lat, where.lon, knots, 180.0)
    cell = cell_of(where.lat, where.lon)
    return {(cell, 2): here, (cell, estimates.ALL_GROUPS): here}


def test_it_works():
    where = state(40_000)
    found = estimates.estimate(where, KIEL, known_at(where, 40, 9_000.0))
    assert (found.basis, found.passages) == (Basis.PASSAGES, 40)
    assert found.seconds == pytest.approx(9_000.0)


def test_a_quicker_ship_needs_less():
    where = state(40_000, knots=15.0)
    found = estimates.estimate(where, KIEL, known_at(where, 40, 9_000.0))
    assert 7_500 < found.seconds < 9_000


def test_below_thirty_passages_the_length_of_their_way_counts():
    where = state(40_000, knots=10.0)
    found = estimates.estimate(where, KIEL, known_at(where, FEWEST - 1, 9_000.0))
    assert found.basis is Basis.LANE
    assert found.seconds == pytest.approx(50_000 / (10 * 1852 / 3600))


def test_without_passages_the_shortest_way_counts():
    found = estimates.estimate(state(40_000, knots=10.0), KIEL, {})
    assert found.basis is Basis.GREAT_CIRCLE
    assert found.seconds == pytest.approx(40_000 / (10 * 1852 / 3600), rel=0.01)


def test_a_ferry_is_measured_by_its_timetable():
    """Half of the way is half of the time, however late it left."""
    quay = destination(KIEL.lat, KIEL.lon, 0.0, 80_000)
    voyage = KnownVoyage(
        AURORA, "DEKEL", quay.lat, quay.lon, NOW - timedelta(hours=3), NOW + timedelta(hours=1)
    )
    found = estimates.estimate(state(40_000), KIEL, {}, voyage=voyage)
    assert (found.basis, found.passages) == (Basis.TIMETABLE, 0)
    assert found.seconds == pytest.approx(7_200, rel=0.01)


def test_a_ship_that_drifts_is_not_predicted():
    with pytest.raises(ValueError, match="hardly moves"):
        estimates.estimate(state(40_000, knots=1.0), KIEL, {})


def test_a_track_becomes_what_was_left_at_each_cell():
    """12 knots for 60 km to the south, then there."""
    speed = 12 * 1852 / 3600
    fixes = [
        Fix(metres / speed, *_at(60_000 - metres)) for metres in range(0, 60_001, 6_000)
    ]  # thinned: one point in 6 km
    found = passes(fixes, 60_000 / speed)
    assert len(found) > 5
    for each in found:
        left_m = distance_m(each.lat, each.lon, KIEL.lat, KIEL.lon)
        assert each.metres == pytest.approx(left_m, abs=50)
        assert each.seconds == pytest.approx(left_m / speed, abs=20)
        assert each.knots == pytest.approx(12.0, rel=0.01)
        assert each.course_deg == pytest.approx(180.0, abs=1)


def _at(metres: float) -> tuple[float, float]:
    here = destination(KIEL.lat, KIEL.lon, 0.0, metres)
    return here.lat, here.lon


def test_a_way_that_nobody_saw_teaches_nothing():
    fixes = [Fix(0.0, 58.0, 10.1), Fix(36_000.0, *_at(20_000)), Fix(39_000.0, *_at(0))]
    assert max(each.metres for each in passes(fixes, 39_000.0)) < 20_100


@pytest.mark.parametrize(
    ("told", "keys"),
    [
        ("DEKEL", ("DEKEL", "dekel")),
        ("NLRTM>DE KEL", ("DEKEL", "de kel")),
        ("=> KIEL", (None, "kiel")),
        ("ROTTERDAM TO GÖTEBORG", (None, "goteborg")),
        ("  ", (None, None)),
        (">>>", (None, None)),
    ],
)
def test_a_destination_is_a_code_or_a_name(told, keys):
    assert destinations.keys_of(told) == keys


def test_an_interval_needs_thirty_voyages():
    errors = [(number, 0.1) for number in range(FEWEST - 1)]
    assert calibration.calibrate(errors) == FEWEST - 1
    again = [*errors, (0, 0.2)]  # another sample of the first voyage is no other voyage
    assert calibration.calibrate(again) == FEWEST - 1
    assert isinstance(calibration.calibrate([*errors, (99, 0.1)]), Calibration)


def test_an_interval_holds_four_of_five():
    """Whatever errors are like: here, skewed."""
    dice = random.Random(3)
    errors = [(number, dice.expovariate(4.0) - 0.1) for number in range(200)]
    bounds = calibration.calibrate(errors)
    assert isinstance(bounds, Calibration)
    fresh = [dice.expovariate(4.0) - 0.1 for _ in range(5_000)]
    assert 0.75 <= sum(bounds.low <= each <= bounds.high for each in fresh) / 5_000 <= 0.85


class Scored(NamedTuple):
    """One prediction of the simulated month, in minutes."""

    horizon: int
    error: float
    great_circle: float
    covered: bool


@cache
def scored_month() -> tuple[Scored, ...]:
    """What the product would have published: at each moment it knows what had happened by then."""
    events = sorted(_events(a_month(seed=1)), key=lambda event: event[0])
    errors: dict[tuple[Basis, int], list[tuple[object, float]]] = defaultdict(list)
    open_estimates: dict[int, list[tuple[Basis, int, float, float]]] = defaultdict(list)
    arrived: list[list[Passage]] = [[] for _ in PORTS]
    graphs: list[dict[tuple[int, int], Usual]] = [{} for _ in PORTS]
    habits: dict[int, list[float]] = defaultdict(list)
    found: list[Scored] = []
    for at, index, voyage in events:
        lane = voyage.lane
        if index is None:
            for basis, horizon, seconds, made in open_estimates.pop(id(voyage), ()):
                share = calibration.share_missed(seconds, at - made)
                errors[basis, horizon].append((id(voyage), share))
            passage = voyage.passage()
            before = graphs[lane].get((passage.cells[0], passage.ship_group))
            if before is not None and before.passages >= FEWEST:
                habits[voyage.mmsi].append(passage.seconds[0] / before.seconds)
            arrived[lane].append(passage)
            if len(arrived[lane]) % 4 == 0:
                graphs[lane] = usual(arrived[lane])
            continue
        here, pace = voyage.state(index), habits[voyage.mmsi]
        habit = median(pace) if len(pace) >= 3 else 1.0
        estimate = estimates.estimate(here, PORTS[lane], graphs[lane], habit)
        horizon = calibration.horizon_of(estimate.seconds)
        open_estimates[id(voyage)].append((estimate.basis, horizon, estimate.seconds, at))
        bounds = calibration.calibrate(errors[estimate.basis, horizon])
        if isinstance(bounds, Calibration):
            left = voyage.arrived - at
            low, middle, high = (
                estimate.seconds * (1 + share) for share in (bounds.low, bounds.middle, bounds.high)
            )
            shortest = estimates.great_circle_seconds(here, PORTS[lane])
            found.append(
                Scored(
                    horizon, abs(middle - left) / 60, abs(shortest - left) / 60, low <= left <= high
                )
            )
    return tuple(found)


def _events(voyages: list[Voyage]):
    """Each voyage's samples (time, index, voyage) and its arrival (time, None, voyage)."""
    for number, voyage in enumerate(voyages):
        last = None
        for index in range(len(voyage.fixes) - 2):
            mark = calibration.mark_of(voyage.arrived - voyage.fixes[index].at)
            if mark != last:
                yield voyage.fixes[index].at, index, voyage
            last = mark
        yield voyage.arrived + number * 1e-6, None, voyage


def test_a_simulated_month_keeps_its_intervals():
    """80 % meant: 75 to 85 % kept, over at least 500 predictions."""
    found = scored_month()
    assert len(found) > 500
    assert 0.75 <= sum(each.covered for each in found) / len(found) <= 0.85


def test_a_simulated_month_beats_the_shortest_way_at_present_speed():
    """By 30 % of the median error, over all and at every horizon with enough predictions."""
    found = scored_month()
    for horizon in (None, 0, 1, 2, 3):
        some = [each for each in found if horizon in (None, each.horizon)]
        if len(some) >= 50:
            error = median(each.error for each in some)
            assert error <= 0.7 * median(each.great_circle for each in some), horizon


@pytest.fixture
async def kiel(resources) -> Harbour:
    """Kiel in the database."""
    async with resources.db.transaction() as conn:
        await ports.seed_ports(conn, [a_port("DEKEL", "Kiel", 54.3, 10.1, "Europe/Berlin")])
        found = await ports.harbours(conn)
    return Harbour(found[0].id, "DEKEL", 54.3, 10.1)


SPEED = 12 * 1852 / 3600


async def arrives(res, port: Harbour, mmsi: int, at: datetime) -> None:
    """A ship was 60 km off, came at 12 knots, and stopped in port at that time."""
    points = [
        TrackPoint(mmsi, at - timedelta(seconds=metres / SPEED), *_at(metres), 12.0, 180.0, None, 0)
        for metres in range(60_000, -1, -6_000)
    ]
    before = at - timedelta(days=2)
    calls = [
        PortCall(
            id=uuid4(),
            mmsi=mmsi,
            hypothesis=0,
            source=2,
            port_id=port.id,
            state=state,
            entered_at=stopped - timedelta(minutes=10),
            last_at=left or stopped,
            stopped_at=stopped,
            moored_at=stopped,
            left_at=left,
            anchored_seconds=0,
            berth_seconds=0,
            waiting_seconds=0,
            left_unseen=False,
        )
        for state, stopped, left in (
            (PortCallState.LEFT, before, before + timedelta(hours=1)),
            (PortCallState.MOORED, at, None),
        )
    ]
    async with res.db.transaction() as conn:
        await make_days(conn, points[0].at.date(), at.date())
        await copy_points(conn, points)
        await upsert_calls(conn, calls)


async def sails(res, at: datetime, **report: Any) -> None:
    """The Aurora is 40 km north of Kiel at 12 knots, and says where she is bound for."""
    at_ms = round(at.timestamp() * 1000)
    lat, lon = _at(40_000)
    told: dict[str, Any] = {
        "Name": "AURORA BOREALIS",
        "Destination": "NLRTM>DE KEL",
        "Type": 0,
    } | report
    await publish(
        res,
        frame("ShipStaticData", at_ms, **told),
        position(AURORA, lat, lon, at_ms, sog=12.0, cog=180.0),
    )


async def has_predicted(res, port: Harbour, mmsi: int, arrived: datetime, late: float) -> None:
    """50 minutes before a ship came, its arrival was predicted that many minutes too late."""
    made = arrived - timedelta(minutes=50)
    median_at = arrived + timedelta(minutes=late)
    row = {
        "mmsi": mmsi,
        "port_id": port.id,
        "made_at": made,
        "source": 2,
        "basis": Basis.PASSAGES,
        "horizon": 0,
        "passages": 40,
        "sample": 40,
        "estimate_at": median_at,
        "median_at": median_at,
        "low_at": median_at - timedelta(minutes=4),
        "high_at": median_at + timedelta(minutes=4),
        "great_circle_at": arrived + timedelta(minutes=30),
        "told_at": None,
    }
    async with res.db.transaction() as conn:
        await store.insert_estimates(conn, [row])


@pytest.fixture
async def learned(resources, kiel) -> datetime:
    """31 ships have come to Kiel by now, and all of them had been predicted."""
    now = clock.now()
    for number in range(31):
        mmsi, arrived = 211_000_100 + number, now - timedelta(hours=5 + number)
        await arrives(resources, kiel, mmsi, arrived)
        await has_predicted(resources, kiel, mmsi, arrived, late=number % 7 - 3.0)
    assert await learning.learn(resources) == "62 passages learned, 31 predictions scored"
    assert await learning.learn(resources) == "0 passages learned, 0 predictions scored"
    return now


async def test_a_ship_is_predicted_from_those_before_her(client, resources, learned):
    await sails(resources, learned)
    assert await service.predict(resources, [], rounds=1) == 1
    async with client.get(f"/api/v1/vessels/{AURORA}") as answer:
        arrival = (await answer.json())["predicted_arrival"]
    assert (arrival["basis"], arrival["refusal"], arrival["port"]) == ("passages", None, "DEKEL")
    took = datetime.fromisoformat(arrival["median_at"]) - learned
    assert took.total_seconds() == pytest.approx(40_000 / SPEED, rel=0.05)
    assert arrival["low_at"] < arrival["median_at"] < arrival["high_at"]
    assert (arrival["passages"], arrival["sample"]) == (31, 31)

    async with client.get("/api/v1/ports/DEKEL/expected-arrivals") as answer:
        (ship,) = (await answer.json())["arrivals"]
    assert (ship["mmsi"], ship["arrival"]) == (AURORA, arrival)
    for page, words in (
        (f"/vessels/{AURORA}", "earlier passages along the same way"),
        ("/vessels/expected-arrivals?port=DEKEL", str(AURORA)),
    ):
        async with client.get(page) as answer:
            assert words in await answer.text(), page


@pytest.mark.parametrize(
    "path", ["/api/v1/ports/DEKEL/expected-arrivals", "/api/v1/vessels/predictions/score"]
)
async def test_the_moment_of_asking_makes_no_other_answer(client, learned, path):
    del learned
    async with client.get(path) as answer:
        tag, first = answer.headers["ETag"], await answer.json()
    async with client.get(path) as answer:
        assert (await answer.json())["as_of"] > first["as_of"]
    async with client.get(path, headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304


async def test_nobody_is_expected_at_a_port_that_there_is_not(client):
    async with client.get("/api/v1/ports/ZZNIL/expected-arrivals") as answer:
        assert answer.status == 404


async def test_a_stranger_computes_the_score_from_the_file(client, learned):
    del learned
    async with client.get("/api/v1/vessels/predictions/score") as answer:
        (row,) = (await answer.json())["horizons"]
    async with client.get("/api/v1/vessels/predictions.csv") as answer:
        table = list(csv.DictReader(io.StringIO(await answer.text())))
    shown = [each for each in table if each["median_at"] and each["outcome"] == "arrived"]
    errors, within = [], []
    for each in shown:
        median_at, low_at, high_at, arrived_at = (
            datetime.fromisoformat(each[name])
            for name in ("median_at", "low_at", "high_at", "arrived_at")
        )
        errors.append(abs(median_at - arrived_at) / timedelta(minutes=1))
        within.append(low_at <= arrived_at <= high_at)
    assert (row["horizon"], row["scored"], row["voyages"]) == (0, 31, 31)
    assert row["error_minutes"] == pytest.approx(median(errors))
    assert row["coverage"] == pytest.approx(sum(within) / len(within))
    assert row["great_circle_minutes"] == pytest.approx(30.0)
    async with client.get("/vessels/predictions") as answer:
        assert "2.0 min" in await answer.text()


async def refusal(client):
    async with client.get(f"/api/v1/vessels/{AURORA}") as answer:
        return (await answer.json())["predicted_arrival"]["refusal"]


async def test_without_thirty_checked_voyages_it_says_so(client, resources, kiel):
    del kiel
    await sails(resources, clock.now())
    assert await refusal(client) == "not_predicted_yet"
    await service.predict(resources, [], rounds=1)
    assert await refusal(client) == "too_few_scored"


async def test_without_a_known_port_it_says_so(client, resources, kiel):
    del kiel
    await sails(resources, clock.now(), Destination="")
    assert await service.predict(resources, [], rounds=1) == 0
    assert await refusal(client) == "no_destination"


async def test_nothing_is_predicted_from_an_old_position(client, resources, kiel):
    del kiel
    await sails(resources, clock.now() - timedelta(minutes=11))
    assert await service.predict(resources, [], rounds=1) == 0
    assert await refusal(client) == "stale_position"


@pytest.mark.parametrize("flag", [Flag.DOUBTFUL, Flag.IMPOSSIBLE, Flag.SHARED_NUMBER])
def test_nothing_is_predicted_from_a_distrusted_position(flag):
    station = Station(AURORA, StationKind.CLASS_A, 70, 2, flag)
    report = UnpackedReport(station, 1_000, Motion(54.0, 10.0, 12.0))
    assert not live_ships.is_trusted(report, 2_000)
    clean = UnpackedReport(station._replace(flags=0), 1_000, report.motion)
    assert live_ships.is_trusted(clean, 2_000)
