"""The sandbox's ships: where each is at an instant.

All follows from the clock; nothing is remembered.
"""

import math
import random
import tomllib
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from itertools import count, pairwise

import msgspec

from maritime_app.ferries.demo.codec import departures, load_world, track
from maritime_app.ferries.demo.model import DemoFerry, Departure, World
from maritime_app.geo import METRES_PER_NAUTICAL_MILE, bearing_deg, destination, distance_m
from maritime_app.vessels.model import Motion, Particulars

UNDER_WAY, AT_ANCHOR, MOORED, FISHING, SAILING = 0, 1, 5, 7, 8
_FIRST_NAMES = (
    *("Amber", "Brisk", "Coral", "Distant", "Eastern", "Fair", "Golden", "Hardy", "Iron", "Jade"),
    *("Kind", "Lucky", "Misty", "Noble", "Ocean", "Proud", "Quiet", "Rapid", "Silver", "Tidal"),
)
_SECOND_NAMES = ("Heron", "Bay", "Star", "Trader", "Wave", "Spirit")
_MIDS = (538, 636, 249, 256, 219, 244, 211, 232, 237, 247)
_SIZES = {  # length, beam, draught in metres
    70: (180, 28, 9.5),
    80: (230, 36, 12.0),
    60: (140, 22, 6.0),
    30: (24, 7, 3.0),
    36: (14, 4, 0),
    37: (18, 5, 0),
}
_CRUISE_KNOTS = {70: 13.5, 80: 12.5, 60: 19.0, 30: 4.0, 36: 6.0, 37: 9.0}


class _Lane(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    points: tuple[tuple[float, float], ...]
    ships: tuple[tuple[int, int], ...]
    destinations: tuple[str, ...] = ("",)
    knots: float = 0.0


class _Anchorage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    at: tuple[float, float]
    ships: tuple[tuple[int, int], ...]


class _Waters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lane: tuple[_Lane, ...]
    anchorage: tuple[_Anchorage, ...]


class SandboxShip(ABC):
    """A ship that can say where it is.

    `class_b` ships report less often and with other messages.
    """

    def __init__(self, mmsi: int, particulars: Particulars, *, class_b: bool = False) -> None:
        self.mmsi = mmsi
        self.particulars = particulars
        self.class_b = class_b

    @abstractmethod
    def motion(self, at: datetime) -> Motion:
        """Where the ship is and how it moves at that instant (UTC)."""

    def voyage(self, at: datetime) -> tuple[Particulars, datetime | None]:
        """Static data with the destination of that instant, and the ETA there if there is one."""
        del at
        return self.particulars, None


class LaneShip(SandboxShip):
    """Sails a lane to and fro at an even speed."""

    def __init__(
        self, mmsi: int, particulars: Particulars, lane: _Lane, knots: float, share: float
    ) -> None:
        super().__init__(mmsi, particulars, class_b=(particulars.ship_type or 0) in (36, 37))
        self._lane = lane
        self._knots = knots
        self._offset_m = 0.0
        self._sailed = [0.0]
        for a, b in pairwise(lane.points):
            self._sailed.append(self._sailed[-1] + distance_m(*a, *b))
        self._offset_m = share * 2 * self._sailed[-1]

    def motion(self, at: datetime) -> Motion:
        sailed, back = self._where(at)
        index = min(bisect_right(self._sailed, sailed), len(self._sailed) - 1) - 1
        a, b = self._lane.points[index], self._lane.points[index + 1]
        part = (sailed - self._sailed[index]) / (self._sailed[index + 1] - self._sailed[index])
        course = bearing_deg(*a, *b)
        if back:
            course = (course + 180) % 360
        swell = math.sin(at.timestamp() / 40 + self.mmsi)
        kind = self.particulars.ship_type
        status = FISHING if kind == 30 else SAILING if kind == 36 else UNDER_WAY
        return Motion(
            a[0] + (b[0] - a[0]) * part,
            a[1] + (b[1] - a[1]) * part,
            round(self._knots + 0.2 * swell, 1),
            round((course + swell) % 360, 1),
            None if self.class_b else round(course) % 360,
            status,
            None if self.class_b else 0.0,
        )

    def voyage(self, at: datetime) -> tuple[Particulars, datetime | None]:
        sailed, back = self._where(at)
        port = self._lane.destinations[-1 if back else 0]
        if not port:
            return self.particulars, None
        left_m = sailed if back else self._sailed[-1] - sailed
        eta = at + timedelta(hours=left_m / METRES_PER_NAUTICAL_MILE / self._knots)
        return msgspec.structs.replace(self.particulars, destination=port), eta

    def _where(self, at: datetime) -> tuple[float, bool]:
        length = self._sailed[-1]
        metres_a_second = self._knots * METRES_PER_NAUTICAL_MILE / 3600
        way = (self._offset_m + metres_a_second * at.timestamp()) % (2 * length)
        return (way, False) if way <= length else (2 * length - way, True)


class AnchoredShip(SandboxShip):
    """Swings round its anchor."""

    def __init__(self, mmsi: int, particulars: Particulars, lat: float, lon: float) -> None:
        super().__init__(mmsi, particulars)
        self._lat = lat
        self._lon = lon

    def motion(self, at: datetime) -> Motion:
        bearing = (at.timestamp() / 120 + self.mmsi) % 360
        here = destination(self._lat, self._lon, bearing, 60)
        return Motion(here.lat, here.lon, 0.1, None, round(bearing + 180) % 360, AT_ANCHOR, 0.0)


class Ferry(SandboxShip):
    """A ferry of the demo world on its own timetable, moored when not under way."""

    def __init__(self, world: World, ferry: DemoFerry) -> None:
        length, beam = round(ferry.length_m), round(ferry.beam_m)
        kind = 40 if ferry.speed_knots >= 30 else 60
        sides = (length // 2, length - length // 2, beam // 2, beam - beam // 2)
        call = f"SB{ferry.code}"[:7]
        super().__init__(ferry.mmsi, Particulars(ferry.name, call, ferry.imo, kind, *sides, 5.5))
        self._world = world
        self._code = ferry.code
        self._plan: tuple[date | None, list[Departure]] = (None, [])

    def motion(self, at: datetime) -> Motion:
        before, _ = self._around(at)
        if before is not None:
            point = track(self._world, before, at)
            if point is not None:
                heading = round(point.cog_deg) % 360
                return Motion(
                    point.lat, point.lon, point.sog_knots, point.cog_deg, heading, UNDER_WAY, 0.0
                )
        lat, lon = self._berth(at)
        return Motion(lat, lon, 0.0, None, self.mmsi % 360, MOORED, 0.0)

    def voyage(self, at: datetime) -> tuple[Particulars, datetime | None]:
        before, after = self._around(at)
        sailing = before if before is not None and at < before.arrives_at else after
        if sailing is None:
            return self.particulars, None
        port = self._world.port(self._world.route(sailing.route_code).destination)
        return msgspec.structs.replace(self.particulars, destination=port.name), sailing.arrives_at

    def _berth(self, at: datetime) -> tuple[float, float]:
        before, after = self._around(at)
        if before is not None:
            return self._world.lane(before.route_code).points[-1]
        if after is not None:
            return self._world.lane(after.route_code).points[0]
        route = next(route for route in self._world.routes if self._code in route.ferries)
        return self._world.lane(route.code).points[0]

    def _around(self, at: datetime) -> tuple[Departure | None, Departure | None]:
        """The last departure that has begun, and the next."""
        day = at.date()
        if self._plan[0] != day:
            self._plan = (day, self._sailings(day))
        plan = self._plan[1]
        begun = bisect_right(plan, at, key=lambda departure: departure.departs_at)
        return (plan[begun - 1] if begun else None), (plan[begun] if begun < len(plan) else None)

    def _sailings(self, day: date) -> list[Departure]:
        found = [
            departure
            for route in self._world.routes
            if self._code in route.ferries
            for shift in range(-3, 3)
            for departure in departures(self._world, route, day + timedelta(days=shift))
            if departure.ferry_code == self._code
        ]
        return sorted(found, key=lambda departure: departure.departs_at)


def make_fleet(seed: int) -> list[SandboxShip]:
    """The demo ferries and about a hundred invented ships; the same for the same seed."""
    world = load_world()
    dice = random.Random(seed)
    ferries = [Ferry(world, ferry) for ferry in world.ferries]
    return [*ferries, *_lane_ships(dice), *_anchored_ships(dice)]


@cache
def _waters() -> _Waters:
    table = tomllib.loads(resources.files(__package__).joinpath("lanes.toml").read_text("utf-8"))
    return msgspec.convert(table, _Waters)


def _lane_ships(dice: random.Random) -> Iterator[SandboxShip]:
    numbers = count(1)
    for lane in _waters().lane:
        wanted = [kind for kind, how_many in lane.ships for _ in range(how_many)]
        for place, kind in enumerate(wanted):
            number = next(numbers)
            knots = (lane.knots or _CRUISE_KNOTS[kind]) * dice.uniform(0.85, 1.15)
            share = (place + dice.uniform(0.1, 0.9)) / len(wanted)
            yield LaneShip(_mmsi(number), _particulars(number, kind), lane, knots, share)


def _anchored_ships(dice: random.Random) -> Iterator[SandboxShip]:
    numbers = count(201)
    for anchorage in _waters().anchorage:
        for kind, how_many in anchorage.ships:
            for _ in range(how_many):
                number = next(numbers)
                here = destination(*anchorage.at, dice.uniform(0, 360), dice.uniform(300, 2500))
                yield AnchoredShip(_mmsi(number), _particulars(number, kind), here.lat, here.lon)


def _mmsi(number: int) -> int:
    return _MIDS[number % len(_MIDS)] * 1_000_000 + 991_000 + number


def _particulars(number: int, kind: int) -> Particulars:
    length, beam, draught = _SIZES[kind]
    length += number % 7 * length // 40
    name = f"{_FIRST_NAMES[number % 20]} {_SECOND_NAMES[number // 20 % 6]}"
    sides = (length - length // 5, length // 5, beam // 2, beam - beam // 2)
    return Particulars(name, f"SBX{number:03d}", None, kind, *sides, draught or None)


def now() -> datetime:
    """The sandbox's clock."""
    return datetime.now(UTC)
