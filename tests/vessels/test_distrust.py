"""Positions that cannot be are caught within three reports; honest ones are believed."""

import math
import random
from collections.abc import Callable, Iterator
from itertools import islice

import pytest

from maritime_app import clock
from maritime_app.geo import destination
from maritime_app.vessels.codes.flags import Flag, integrity_of
from maritime_app.vessels.feed.events import PositionReported
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.feed.integrity.judging import CLEAN_REPORTS
from maritime_app.vessels.live import live_store
from maritime_app.vessels.model import (
    FeedHealth,
    FeedState,
    Motion,
    Report,
    Source,
    StationKind,
    TrackPoint,
)
from maritime_app.vessels.sea.grid import is_inland
from maritime_app.vessels.tracks.thinning import Thinner
from tests.vessels.feeding import until
from tests.vessels.frames import AURORA, NOON_MS

DISTRUSTED = Flag.DOUBTFUL | Flag.IMPOSSIBLE | Flag.SHARED_NUMBER
STEP_MS = 10_000
STEP_M_PER_KNOT = 1852 / 3600 * STEP_MS / 1000
Reports = Iterator[Report]


def report(at_ms: int, lat: float, lon: float, knots: float, course: float, **more) -> Report:
    """A ship of class A whose compass points where it goes."""
    heading = more.get("heading", round(course) % 360)
    mmsi = more.get("mmsi", AURORA)
    return Report(mmsi, StationKind.CLASS_A, at_ms, Motion(lat, lon, knots, course, heading, 0))


def at_sea(dice: random.Random) -> tuple[float, float]:
    """Somewhere that is not inland, nor an hour of sailing away from there."""
    while True:
        lat, lon = dice.uniform(-65, 65), dice.uniform(-180, 180)
        around = [
            destination(lat, lon, course, metres)
            for course in range(0, 360, 45)
            for metres in range(0, 50_000, 10_000)
        ]
        if not any(is_inland(place.lat, place.lon) for place in around):
            return lat, lon


def voyage(
    dice: random.Random,
    mmsi: int = AURORA,
    start: tuple[float, float] | None = None,
    knots: float | None = None,
) -> Reports:
    """An honest ship, every ten seconds: it turns, its receiver is off by ten metres, its clock by
    two seconds.
    """
    lat, lon = start or at_sea(dice)
    knots = dice.choice((0.0, 0.1, 8.0, 14.0, 22.0, 35.0)) if knots is None else knots
    course, turn, at_ms = dice.uniform(0, 360), 0.0, NOON_MS
    while True:
        noisy = destination(lat, lon, dice.uniform(0, 360), abs(dice.gauss(0, 10)))
        said = max(0.0, knots + dice.gauss(0, 0.2)) if knots > 1 else knots
        shifted_ms = at_ms + round(dice.uniform(-2_000, 2_000))
        yield report(shifted_ms, noisy.lat, noisy.lon, round(said, 1), course % 360, mmsi=mmsi)
        if dice.random() < 0.1:
            turn = dice.choice((-6.0, -2.0, 0.0, 0.0, 2.0, 6.0))
        course += turn
        moved = destination(lat, lon, course, knots * STEP_M_PER_KNOT)
        lat, lon = moved.lat, moved.lon
        at_ms += STEP_MS


def circle(dice: random.Random, honest: list[Report]) -> Reports:
    """Led in a circle somewhere near, as around a jammer; the compass knows nothing of it."""
    last = honest[-1]
    assert last.motion is not None
    centre = destination(
        last.motion.lat, last.motion.lon, dice.uniform(0, 360), dice.uniform(0, 20_000)
    )
    radius, knots = dice.uniform(200, 2_000), dice.uniform(12, 35)
    angle = dice.uniform(0, 360)
    for number in range(1, 100):
        angle += math.degrees(knots * STEP_M_PER_KNOT / radius)
        here = destination(centre.lat, centre.lon, angle, radius)
        yield report(
            last.at_ms + number * STEP_MS,
            here.lat,
            here.lon,
            knots,
            (angle + 90) % 360,
            heading=last.motion.heading_deg,
        )


def jump(dice: random.Random, honest: list[Report]) -> Reports:
    """Suddenly elsewhere, 1.5 to 500 km off, and on from there."""
    last = honest[-1]
    assert last.motion is not None
    metres = math.exp(dice.uniform(math.log(1_500), math.log(500_000)))
    there = destination(last.motion.lat, last.motion.lon, dice.uniform(0, 360), metres)
    for one in voyage(dice, start=(there.lat, there.lon), knots=last.motion.sog_knots):
        yield Report(AURORA, one.kind, one.at_ms - NOON_MS + last.at_ms + STEP_MS, one.motion)


def twin(dice: random.Random, honest: list[Report]) -> Reports:
    """Another ship under the same number, 5 to 5,000 km away; both go on reporting."""
    last = honest[-1]
    assert last.motion is not None
    metres = math.exp(dice.uniform(math.log(5_000), math.log(5_000_000)))
    there = destination(last.motion.lat, last.motion.lon, dice.uniform(0, 360), metres)
    here = (last.motion.lat, last.motion.lon)
    pairs = zip(voyage(dice, start=(there.lat, there.lon)), voyage(dice, start=here), strict=False)
    for other, own in pairs:
        shift = last.at_ms - NOON_MS + STEP_MS
        yield Report(AURORA, other.kind, other.at_ms + shift, other.motion)
        yield Report(AURORA, own.kind, own.at_ms + shift + 5_000, own.motion)


def stale(dice: random.Random, honest: list[Report]) -> Reports:
    """Positions of up to ten minutes ago with the time of now, the same one or one after another;
    of a ship that makes at least 8 knots.
    """
    back = dice.choice((1, 30, 60))
    for number in range(1, 60):
        old = honest[-back] if back == 1 else honest[-back + number % back]
        yield Report(AURORA, old.kind, honest[-1].at_ms + number * STEP_MS, old.motion)


def reports_until_caught(seed: int, kind: Callable[..., Reports]) -> int:
    """How many reports of an attack it takes until one is refused or flagged; 99: never."""
    dice = random.Random(seed)
    knots = dice.uniform(8, 25) if kind is stale else None
    honest = list(islice(voyage(dice, knots=knots), 80))
    fleet = Fleet()
    for one in honest:
        fleet.apply(one)
    for number, one in enumerate(islice(kind(dice, honest), 20), 1):
        for event in fleet.apply(one):
            if type(event) is not PositionReported or event.ship.flags & DISTRUSTED:
                return number
            if event.ship.shared:
                return number
    return 99


def test_it_works():
    """Where it cannot have come to, a ship is doubtful; back again, it is after five clean
    reports.
    """
    fleet = Fleet()
    steps = [(54.0, 10.0), (54.0, 10.005), (54.012, 10.005), (54.001, 10.005)]
    flags = []
    for number, (lat, lon) in enumerate(steps):
        fleet.apply(report(NOON_MS + number * STEP_MS, lat, lon, 12.0, 0.0))
        flags.append(fleet.ships[AURORA].flags)
    assert flags == [0, 0, Flag.DOUBTFUL, Flag.IMPOSSIBLE]
    for number in range(2 * CLEAN_REPORTS + 1):
        later = NOON_MS + (4 + number) * STEP_MS
        fleet.apply(report(later, 54.001 + 0.0005 * (number + 1), 10.005, 12.0, 0.0))
        flags.append(fleet.ships[AURORA].flags)
    assert flags[4:] == [Flag.DOUBTFUL] * (2 * CLEAN_REPORTS) + [0]


@pytest.mark.parametrize("kind", [circle, jump, twin, stale])
def test_what_cannot_be_is_caught_within_three_reports(kind):
    """At least 95 of 100 attacks."""
    needed = [reports_until_caught(seed, kind) for seed in range(100)]
    assert sum(number <= 3 for number in needed) >= 95


def test_a_ship_led_in_circles_is_not_believed_again():
    """Its circle is smooth, and no step of it too long: the compass gives it away all round."""
    dice, fleet = random.Random(4), Fleet()
    honest = list(islice(voyage(dice, knots=14.0), 80))
    for one in honest:
        fleet.apply(one)
    distrusted = []
    for one in islice(circle(dice, honest), 90):
        fleet.apply(one)
        ships = [fleet.ships[AURORA], *(fleet.ships[AURORA].others or ())]
        newest = max(ships, key=lambda ship: ship.at_ms)
        distrusted.append(bool(newest.flags & DISTRUSTED) or newest.shared)
    assert sum(distrusted) >= 80


def test_honest_ships_are_believed():
    """At most one false alarm in 100,000 reports."""
    dice, fleet, alarms = random.Random(11), Fleet(), 0
    for number in range(500):
        for one in islice(voyage(dice, mmsi=211_000_000 + number), 200):
            fleet.apply(one)
            alarms += bool(fleet.ships[one.mmsi].flags & DISTRUSTED)
    assert alarms <= 1


def test_a_ship_that_fails_again_is_impossible():
    fleet = Fleet()
    for number in range(4):
        lat = 54.0 + 0.012 * (number % 2)  # to and fro
        fleet.apply(report(NOON_MS + number * STEP_MS, lat, 10.0, 1.0, 0.0))
    assert fleet.ships[AURORA].flags & Flag.IMPOSSIBLE


def jammed_fleet(ships: int) -> Fleet:
    """So many ships off Kiel, all of which are led to the same wrong place."""
    fleet = Fleet()
    for number in range(ships):
        mmsi = 211_000_000 + number
        fleet.apply(report(NOON_MS, 54.5 + number * 0.01, 10.2, 1.0, 0.0, mmsi=mmsi))
        fleet.apply(report(NOON_MS + STEP_MS, 54.512 + number * 0.01, 10.2, 1.0, 0.0, mmsi=mmsi))
    return fleet


def test_where_five_ships_fail_the_sky_is_jammed():
    """Then a ship that sails there by its own word is not believed either, until it is over."""
    assert jammed_fleet(4).integrity.areas() == []
    fleet = jammed_fleet(5)
    area = fleet.integrity.areas()[0]
    assert (area.lat_min, area.lon_min, area.degrees, area.ships) == (54.5, 10.0, 0.5, 5)
    for number in range(2):
        at_ms = NOON_MS + (2 + number) * STEP_MS
        fleet.apply(report(at_ms, 54.6 + 0.0005 * number, 10.3, 12.0, 0.0))
    assert fleet.ships[AURORA].flags & Flag.DOUBTFUL

    fleet.integrity.expire(NOON_MS + STEP_MS + 900_001)
    assert fleet.integrity.areas() == []
    fleet.apply(report(NOON_MS + 4 * STEP_MS, 54.601, 10.3, 12.0, 0.0))
    assert not fleet.ships[AURORA].flags & DISTRUSTED


async def test_jammed_skies_are_a_layer_of_the_map(client, resources):
    """As squares that go round counter-clockwise (RFC 7946)."""
    areas = jammed_fleet(5).integrity.areas()
    health = FeedHealth(state=FeedState.LIVE, interference=areas)
    now_ms = clock.epoch_ms()
    await live_store.write_health(
        resources.redis_cache, now_ms, now_ms, health=health, under_way=[]
    )

    async def shown():
        async with client.get("/api/v1/vessels/interference") as answer:
            return (await answer.json())["features"]

    found = await until(shown)
    assert len(found) == len(areas)
    assert found[0]["properties"]["ships"] == 5
    ring = found[0]["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1] == [10.0, 54.5]
    assert ring[1] == [10.5, 54.5]


def test_a_doubtful_point_is_drawn_and_marked():
    """It is no part of a passage, and of no evidence."""
    thinner = Thinner(AURORA)
    points: list[TrackPoint] = []
    for number in range(3):
        motion = Motion(54.0, 10.0, 0.0)
        thinner.offer(
            NOON_MS + number * 1_000, motion, Source.NMEA, 50.0, points, distrusted=number == 1
        )
    assert [point.distrusted for point in points] == [False, True, False]


@pytest.mark.parametrize(
    ("flags", "word"),
    [
        (0, "plausible"),
        (Flag.ACCURATE, "plausible"),
        (Flag.DOUBTFUL, "doubtful"),
        (Flag.SHARED_NUMBER, "doubtful"),
        (Flag.DOUBTFUL | Flag.IMPOSSIBLE, "impossible"),
    ],
)
def test_programs_get_it_as_a_word(flags, word):
    assert integrity_of(flags) == word
