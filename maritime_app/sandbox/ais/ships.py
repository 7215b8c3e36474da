"""The sandbox's ships: where each is at an instant.

All follows from the clock; nothing is remembered.
"""

import math
from abc import ABC, abstractmethod
from bisect import bisect_right
from datetime import date, datetime, timedelta
from itertools import pairwise

import msgspec

from maritime_app.ferries.demo.codec import departures, track
from maritime_app.ferries.demo.model import DemoFerry, Departure, World
from maritime_app.geo import METRES_PER_NAUTICAL_MILE, bearing_deg, destination, distance_m
from maritime_app.vessels.codes.ship_types import NavigationStatus
from maritime_app.vessels.model import Motion, Particulars

# AIS types of ship.
_FISHING, _SAILING, _PLEASURE, _HIGH_SPEED, _PASSENGER = 30, 36, 37, 40, 60
_HIGH_SPEED_KNOTS = 30
_STATUS_BY_TYPE = {_FISHING: NavigationStatus.FISHING, _SAILING: NavigationStatus.SAILING}


class Lane(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sea lane of lanes.toml: points as (lat, lon), ships as (ship type, how many)."""

    name: str
    points: tuple[tuple[float, float], ...]
    ships: tuple[tuple[int, int], ...]
    destinations: tuple[str, ...] = ("",)
    knots: float = 0.0


class Anchorage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An anchorage of lanes.toml: its middle as (lat, lon), ships as (ship type, how many)."""

    name: str
    at: tuple[float, float]
    ships: tuple[tuple[int, int], ...]


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
        """Return where the ship is and how it moves at that instant (UTC)."""

    def voyage(self, at: datetime) -> tuple[Particulars, datetime | None]:
        """Return the particulars with the destination of that instant, and the ETA if any."""
        del at
        return self.particulars, None


class LaneShip(SandboxShip):
    """Sails a lane to and fro at an even speed."""

    def __init__(
        self, mmsi: int, particulars: Particulars, lane: Lane, knots: float, share: float
    ) -> None:
        super().__init__(mmsi, particulars, class_b=particulars.ship_type in (_SAILING, _PLEASURE))
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
        return Motion(
            lat=a[0] + (b[0] - a[0]) * part,
            lon=a[1] + (b[1] - a[1]) * part,
            sog_knots=round(self._knots + 0.2 * swell, 1),
            cog_deg=round((course + swell) % 360, 1),
            heading_deg=None if self.class_b else round(course) % 360,
            status=_STATUS_BY_TYPE.get(self.particulars.ship_type or 0, NavigationStatus.UNDER_WAY),
            rot_deg_min=None if self.class_b else 0.0,
        )

    def voyage(self, at: datetime) -> tuple[Particulars, datetime | None]:
        sailed, back = self._where(at)
        port = self._lane.destinations[-1 if back else 0]
        if not port:
            return self.particulars, None
        remaining_m = sailed if back else self._sailed[-1] - sailed
        eta = at + timedelta(hours=remaining_m / METRES_PER_NAUTICAL_MILE / self._knots)
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
        return Motion(
            lat=here.lat,
            lon=here.lon,
            sog_knots=0.1,
            heading_deg=round(bearing + 180) % 360,
            status=NavigationStatus.AT_ANCHOR,
            rot_deg_min=0.0,
        )


class Ferry(SandboxShip):
    """A ferry of the demo world on its own timetable, moored when not under way."""

    def __init__(self, world: World, ferry: DemoFerry) -> None:
        length, beam = round(ferry.length_m), round(ferry.beam_m)
        particulars = Particulars(
            name=ferry.name,
            callsign=f"SB{ferry.code}"[:7],
            imo=ferry.imo,
            ship_type=_HIGH_SPEED if ferry.speed_knots >= _HIGH_SPEED_KNOTS else _PASSENGER,
            to_bow_m=length // 2,
            to_stern_m=length - length // 2,
            to_port_m=beam // 2,
            to_starboard_m=beam - beam // 2,
            draught_m=5.5,
        )
        super().__init__(ferry.mmsi, particulars)
        self._world = world
        self._code = ferry.code
        self._plan: tuple[date | None, list[Departure]] = (None, [])

    def motion(self, at: datetime) -> Motion:
        before, _ = self._around(at)
        if before is not None:
            point = track(self._world, before, at)
            if point is not None:
                return Motion(
                    lat=point.lat,
                    lon=point.lon,
                    sog_knots=point.sog_knots,
                    cog_deg=point.cog_deg,
                    heading_deg=round(point.cog_deg) % 360,
                    status=NavigationStatus.UNDER_WAY,
                    rot_deg_min=0.0,
                )
        lat, lon = self._berth(at)
        return Motion(
            lat=lat,
            lon=lon,
            sog_knots=0.0,
            heading_deg=self.mmsi % 360,
            status=NavigationStatus.MOORED,
            rot_deg_min=0.0,
        )

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
        """Return the last departure that has begun, and the next."""
        day = at.date()
        if self._plan[0] != day:
            self._plan = (day, self._sailings(day))
        plan = self._plan[1]
        begun = bisect_right(plan, at, key=lambda departure: departure.departs_at)
        return (plan[begun - 1] if begun else None), (plan[begun] if begun < len(plan) else None)

    def _sailings(self, day: date) -> list[Departure]:
        sailings = [
            departure
            for route in self._world.routes
            if self._code in route.ferries
            for shift in range(-3, 3)
            for departure in departures(self._world, route, day + timedelta(days=shift))
            if departure.ferry_code == self._code
        ]
        return sorted(sailings, key=lambda departure: departure.departs_at)
