"""The demo world is possible: ships sail at their speed, over water, and are never at two places at
once.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest

from maritime_app.ferries.demo import codec
from maritime_app.ferries.demo.model import Departure, World
from maritime_app.geo import METRES_PER_NAUTICAL_MILE, distance_m
from maritime_app.vessels.codes.flag_states import flag_state

COASTLINE = Path(__file__).parents[2] / "static/node_modules/world-atlas/land-10m.json"
# Inside these miles from a berth the 1:10m coastline knows neither moles nor river mouths.
HARBOUR_M = 3 * METRES_PER_NAUTICAL_MILE
UNASSIGNED_MID = 281

Point = tuple[float, float]


@pytest.fixture(scope="module")
def world() -> World:
    return codec.load_world()


def test_it_works(world: World) -> None:
    departure = codec.departures(world, world.route("AEG-PIR-HER"), date(2026, 12, 1))[0]
    assert departure.departs_at == datetime(2026, 12, 1, 19, 0, tzinfo=UTC)
    assert departure.arrives_at == datetime(2026, 12, 2, 4, 0, tzinfo=UTC)
    midway = codec.track(world, departure, departure.departs_at + timedelta(hours=4))
    assert midway is not None
    assert 35.3 < midway.lat < 37.9
    assert 15 < midway.sog_knots < 24


def test_it_is_as_large_as_promised(world: World) -> None:
    kinds = [operator.kind for operator in world.operators]
    assert kinds.count("house") >= 6
    assert [o.code for o in world.operators if o.kind == "remote"] == ["NDL", "THA"]
    assert len(world.ports) >= 25
    assert all(len(port.code) == 5 and port.code.startswith(port.country) for port in world.ports)
    assert {fare.currency for fare in world.fares} == {"EUR", "SEK", "GBP"}
    used = {code for route in world.routes for code in (route.origin, route.destination)}
    assert used == {port.code for port in world.ports}
    sailing = {code for route in world.routes for code in route.ferries}
    assert sailing == {ferry.code for ferry in world.ferries}


def test_ship_numbers_are_valid_and_marked(world: World) -> None:
    for ferry in world.ferries:
        digits = [int(char) for char in str(ferry.imo)]
        assert len(digits) == 7
        assert digits[0] == 9
        weighted = [
            digit * weight for digit, weight in zip(digits[:6], range(7, 1, -1), strict=True)
        ]
        assert sum(weighted) % 10 == digits[6]
        # No administration has these digits: a real ship never has such a number.
        assert ferry.mmsi // 1_000_000 == UNASSIGNED_MID
        assert flag_state(ferry.mmsi) is None
    assert len({ferry.mmsi for ferry in world.ferries}) == len(world.ferries)
    assert len({ferry.imo for ferry in world.ferries}) == len(world.ferries)


@pytest.mark.parametrize("monday", [date(2026, 11, 23), date(2027, 3, 22), date(2027, 10, 25)])
def test_no_ferry_is_at_two_places(world: World, monday: date) -> None:
    """Four weeks each, two of them across a change of clocks."""
    for ferry_code, trips in _trips(world, monday, days=28).items():
        for earlier, later in pairwise(trips):
            case = (ferry_code, earlier.code, later.code)
            assert later.departs_at - earlier.arrives_at >= timedelta(minutes=30), case
            here, there = world.route(earlier.route_code), world.route(later.route_code)
            assert here.destination == there.origin, case


def test_every_route_sails_there_and_back(world: World) -> None:
    pairs = {(route.operator, route.origin, route.destination) for route in world.routes}
    assert pairs == {(operator, there, here) for operator, here, there in pairs}


def test_speeds_are_possible(world: World) -> None:
    for route in world.routes:
        slowest = min(world.ferry(code).speed_knots for code in route.ferries)
        assert codec.cruise_knots(world, route) <= 0.97 * slowest, route.code


def test_lanes_begin_and_end_at_the_berths(world: World) -> None:
    for route in world.routes:
        origin, destination = world.port(route.origin), world.port(route.destination)
        assert route.lane[0] == (origin.lat, origin.lon)
        assert route.lane[-1] == (destination.lat, destination.lon)
        direct_m = distance_m(*route.lane[0], *route.lane[-1])
        assert direct_m <= world.lane(route.code).length_m < 1.8 * direct_m


@pytest.mark.skipif(
    not COASTLINE.exists(), reason="the coastline comes with the front-end packages"
)
def test_lanes_do_not_cross_land(world: World) -> None:
    legs = [
        (*leg, route.code) for route in world.routes for leg in pairwise(_open_water(route.lane))
    ]
    for shore_a, shore_b in _shore():
        for a, b, code in legs:
            assert not _cross(a, b, shore_a, shore_b), f"{code} runs aground near {shore_a}"


def test_the_clock_change_moves_no_sailing_time(world: World) -> None:
    """Holyhead 02:40 on the last Sunday of March and October: the clock on the wall and the trip
    stay.
    """
    route = world.route("CLT-HLY-DUB")
    for day in (date(2027, 3, 28), date(2027, 10, 31)):
        night, _ = codec.departures(world, route, day)
        assert night.departs_at.astimezone(ZoneInfo("Europe/London")).strftime("%H:%M") == "02:40"
        assert night.arrives_at - night.departs_at == timedelta(minutes=195)
    overnight = codec.departures(world, world.route("AEG-PIR-HER"), date(2027, 3, 27))[0]
    assert overnight.arrives_at.astimezone(ZoneInfo("Europe/Athens")).strftime("%H:%M") == "07:00"


def test_a_track_starts_slowly_and_ends_at_the_berth(world: World) -> None:
    for route in world.routes:
        departure = next(_departures(world, route.code, date(2026, 12, 1)))
        trip = departure.arrives_at - departure.departs_at
        assert codec.track(world, departure, departure.departs_at - timedelta(seconds=1)) is None
        assert codec.track(world, departure, departure.arrives_at) is None
        start = codec.track(world, departure, departure.departs_at)
        end = codec.track(world, departure, departure.arrives_at - timedelta(seconds=1))
        assert start is not None
        assert end is not None
        assert start.sog_knots == 0
        assert end.sog_knots < 1
        assert distance_m(start.lat, start.lon, *route.lane[0]) < 1
        assert distance_m(end.lat, end.lon, *route.lane[-1]) < 50
        instants = [departure.departs_at + trip * part / 400 for part in range(400)]
        points = [point for at in instants if (point := codec.track(world, departure, at))]
        assert len(points) == 400
        metres_a_second = codec.cruise_knots(world, route) * METRES_PER_NAUTICAL_MILE / 3600
        limit_m = metres_a_second * trip.total_seconds() / 400
        for one, two in pairwise(points):
            assert distance_m(one.lat, one.lon, two.lat, two.lon) <= limit_m * 1.002


def test_ships_are_at_sea_at_any_hour(world: World) -> None:
    for hour in range(24):
        under_way = list(codec.at_sea(world, datetime(2026, 12, 1, hour, 20, tzinfo=UTC)))
        codes = [departure.ferry_code for departure, _ in under_way]
        assert len(codes) == len(set(codes)) >= 4


def test_a_broken_world_is_refused() -> None:
    raw = resources.files("maritime_app.ferries.demo").joinpath("world.toml").read_bytes()
    with pytest.raises(KeyError):
        codec.decode(raw.replace(b'origin = "GRPIR"', b'origin = "GRNIL"', 1))
    with pytest.raises(msgspec.ValidationError):
        codec.decode(raw.replace(b"pets = 24", b'pets = "many"', 1))


def test_prices_fit_the_ships(world: World) -> None:
    for route in world.routes:
        fare = world.fare(route.fare)
        assert {"adult", "child", "infant", "car", "pet"} <= fare.prices.keys()
        for code in route.ferries:
            for cabin in world.ferry(code).cabins:
                assert fare.prices[f"cabin:{cabin.type}"] > 0, (route.code, cabin.type)
        hours = [rule[0] for rule in fare.cancel_rules]
        fees = [rule[1] for rule in fare.cancel_rules]
        assert hours == sorted(hours, reverse=True)
        assert fees == sorted(fees)


def _trips(world: World, first: date, *, days: int) -> dict[str, list[Departure]]:
    found = defaultdict(list)
    for route in world.routes:
        for number in range(days):
            for departure in codec.departures(world, route, first + timedelta(days=number)):
                found[departure.ferry_code].append(departure)
    return {code: sorted(trips, key=lambda trip: trip.departs_at) for code, trips in found.items()}


def _departures(world: World, route_code: str, first: date) -> Iterator[Departure]:
    for number in range(7):
        yield from codec.departures(world, world.route(route_code), first + timedelta(days=number))


def _open_water(lane: tuple[Point, ...]) -> list[Point]:
    """The lane cut into short pieces, without those inside either harbour."""
    points: list[Point] = []
    for a, b in pairwise(lane):
        pieces = max(1, int(distance_m(*a, *b) / 1000))
        parts = [number / pieces for number in range(pieces)]
        points += [(a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part) for part in parts]
    clear = [
        p for p in points if min(distance_m(*p, *lane[0]), distance_m(*p, *lane[-1])) > HARBOUR_M
    ]
    return [clear[0], *(p for p in clear[1:-1] if p in lane), clear[-1]]


def _shore() -> Iterator[tuple[Point, Point]]:
    """The coast of Europe's seas, piece by piece, from the quantised TopoJSON arcs."""
    atlas = json.loads(COASTLINE.read_text())
    (scale_x, scale_y), (left, bottom) = (
        atlas["transform"]["scale"],
        atlas["transform"]["translate"],
    )
    for arc in atlas["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((y * scale_y + bottom, x * scale_x + left))
        for a, b in pairwise(points):
            if 35 < a[0] < 61 and -7 < a[1] < 26:
                yield a, b


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    if max(a[0], b[0]) < min(c[0], d[0]) or max(c[0], d[0]) < min(a[0], b[0]):
        return False
    if max(a[1], b[1]) < min(c[1], d[1]) or max(c[1], d[1]) < min(a[1], b[1]):
        return False
    return _side(a, b, c) != _side(a, b, d) and _side(c, d, a) != _side(c, d, b)


def _side(a: Point, b: Point, c: Point) -> bool:
    return (b[1] - a[1]) * (c[0] - a[0]) > (b[0] - a[0]) * (c[1] - a[1])
