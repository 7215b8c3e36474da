"""world.toml -> World, the departures of a day, a ferry's place on its lane."""

import math
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any, TypeVar

import msgspec

from maritime_app import clock
from maritime_app.ferries.demo.model import (
    DemoChange,
    DemoCheckIn,
    DemoFare,
    DemoFerry,
    DemoOperator,
    DemoPort,
    DemoRoute,
    Departure,
    Lane,
    LatLon,
    TrackPoint,
    World,
)
from maritime_app.geo import METRES_PER_NAUTICAL_MILE, bearing_deg, distance_m

# From the berth to service speed, and from service speed back to rest (never more than a fifth of
# the trip).
RAMP_SECONDS = 900.0
LONGEST_TRIP_DAYS = 2
PIECE_M = 5_000.0

_T = TypeVar("_T", DemoOperator, DemoPort, DemoFerry, DemoFare)


@cache
def load_world() -> World:
    """The shipped demo world; read and checked once per process."""
    return decode(resources.files(__package__).joinpath("world.toml").read_bytes())


def decode(raw: bytes) -> World:
    """World from TOML bytes; msgspec.ValidationError on wrong types, KeyError on unknown codes."""
    table = tomllib.loads(raw.decode())
    lanes = msgspec.convert(table["lanes"], dict[str, tuple[LatLon, ...]])
    operators = _read(table["operator"], DemoOperator)
    ports = _read(table["port"], DemoPort)
    ferries = _read(table["ferry"], DemoFerry)
    fares = _read(table["fare"], DemoFare)
    routes = tuple(_route(row, lanes) for row in table["route"])
    world = World(
        operators=tuple(operators.values()),
        ports=tuple(ports.values()),
        ferries=tuple(ferries.values()),
        routes=routes,
        fares=tuple(fares.values()),
        operators_by_code=operators,
        ports_by_code=ports,
        ferries_by_code=ferries,
        routes_by_code={route.code: route for route in routes},
        fares_by_code=fares,
        lanes_by_route={route.code: _lane(route.lane) for route in routes},
        check_ins=msgspec.convert(table.get("check_in", []), tuple[DemoCheckIn, ...]),
        changes=msgspec.convert(table.get("change", []), tuple[DemoChange, ...]),
    )
    _check(world)
    return world


def departures(world: World, route: DemoRoute, day: date) -> tuple[Departure, ...]:
    """The route's sailings that leave on that local date of the origin, in order of time.

    A local time that the clock skips counts with the offset before the change; of two equal ones
    the first.
    """
    if str(day.isoweekday()) not in route.days:
        return ()
    zone = clock.zone(world.port(route.origin).timezone)
    turn = day.toordinal() * len(route.departures)
    found = []
    for number, local in enumerate(route.departures):
        departs_at = datetime.combine(day, time.fromisoformat(local), zone).astimezone(UTC)
        found.append(
            Departure(
                route_code=route.code,
                ferry_code=route.ferries[(turn + number) % len(route.ferries)],
                departs_at=departs_at,
                arrives_at=departs_at + timedelta(minutes=route.duration_minutes),
                code=f"{route.code}-{day:%Y%m%d}-{local.replace(':', '')}",
            )
        )
    return tuple(found)


def track(world: World, departure: Departure, at: datetime) -> TrackPoint | None:
    """Where the ferry of that departure is at that instant; None before it leaves and once it has
    arrived.

    Speed rises evenly from the berth, stays, and falls evenly: distance over time is a trapezium.
    """
    trip_seconds = (departure.arrives_at - departure.departs_at).total_seconds()
    sailed_seconds = (at - departure.departs_at).total_seconds()
    if not 0.0 <= sailed_seconds < trip_seconds:
        return None
    lane = world.lane(departure.route_code)
    ramp = min(RAMP_SECONDS, trip_seconds / 5)
    cruise = lane.length_m / (trip_seconds - ramp)
    left_seconds = trip_seconds - sailed_seconds
    if sailed_seconds < ramp:
        speed = cruise * sailed_seconds / ramp
        sailed_m = speed * sailed_seconds / 2
    elif left_seconds < ramp:
        speed = cruise * left_seconds / ramp
        sailed_m = lane.length_m - speed * left_seconds / 2
    else:
        speed = cruise
        sailed_m = cruise * (sailed_seconds - ramp / 2)
    lat, lon, course = _along(lane, sailed_m)
    return TrackPoint(lat, lon, speed * 3600 / METRES_PER_NAUTICAL_MILE, course)


def cruise_knots(world: World, route: DemoRoute) -> float:
    """The speed that the timetable asks for between the two ramps."""
    trip_seconds = route.duration_minutes * 60
    ramp = min(RAMP_SECONDS, trip_seconds / 5)
    return world.lane(route.code).length_m / (trip_seconds - ramp) * 3600 / METRES_PER_NAUTICAL_MILE


def at_sea(world: World, at: datetime) -> Iterator[tuple[Departure, TrackPoint]]:
    """Every departure that is under way at that instant, with its place."""
    for route in world.routes:
        for back in range(LONGEST_TRIP_DAYS + 1):
            for departure in departures(world, route, at.date() + timedelta(days=1 - back)):
                point = track(world, departure, at)
                if point is not None:
                    yield departure, point


def _read(rows: Iterable[Mapping[str, Any]], kind: type[_T]) -> dict[str, _T]:
    items = [msgspec.convert(row, kind) for row in rows]
    found = {item.code: item for item in items}
    if len(found) != len(items):
        raise ValueError(f"a {kind.__name__} code is used twice")
    return found


def _route(row: Mapping[str, Any], lanes: Mapping[str, tuple[LatLon, ...]]) -> DemoRoute:
    route = msgspec.convert(row, DemoRoute)
    there = lanes.get(f"{route.origin}-{route.destination}")
    points = there or lanes[f"{route.destination}-{route.origin}"][::-1]
    return msgspec.structs.replace(route, lane=points)


def _lane(waypoints: tuple[LatLon, ...]) -> Lane:
    """The lane in pieces of some kilometres.

    Straight in degrees between two waypoints, as the map draws it; short pieces keep the speed
    along it even.
    """
    fine, sailed = [waypoints[0]], [0.0]
    for a, b in pairwise(waypoints):
        pieces = math.ceil(distance_m(*a, *b) / PIECE_M)
        for number in range(1, pieces + 1):
            part = number / pieces
            fine.append((a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part))
            sailed.append(sailed[-1] + distance_m(*fine[-2], *fine[-1]))
    return Lane(tuple(fine), tuple(sailed))


def _check(world: World) -> None:
    if len(world.routes_by_code) != len(world.routes):
        raise ValueError("a DemoRoute code is used twice")
    for ferry in world.ferries:
        world.operator(ferry.operator)
    for route in world.routes:
        world.operator(route.operator)
        world.fare(route.fare)
        for code in (route.origin, route.destination):
            clock.zone(world.port(code).timezone)
        for code in route.ferries:
            if world.ferry(code).operator != route.operator:
                raise ValueError(f"{route.code}: ferry {code} belongs to another operator")


def _along(lane: Lane, sailed_m: float) -> tuple[float, float, float]:
    index = min(bisect_right(lane.sailed_m, sailed_m), len(lane.points) - 1) - 1
    a, b = lane.points[index], lane.points[index + 1]
    part = (sailed_m - lane.sailed_m[index]) / (lane.sailed_m[index + 1] - lane.sailed_m[index])
    part = min(1.0, max(0.0, part))
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part, bearing_deg(*a, *b)
