"""A crossing as places in time: where a ship is when, on the great circle at even speed. Pure."""

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from maritime_app.geo import bearing_deg, destination, distance_m

_LEGS: Final = 4  # quarters of the way: five places


class Waypoint(Struct, frozen=True):
    """A place in degrees, and when somebody is there."""

    lat: float
    lon: float
    at: datetime | None


class Crossing(Struct, frozen=True):
    """From one place (latitude, longitude) to another between two times."""

    origin: tuple[float, float]
    destination: tuple[float, float]
    departs_at: datetime
    arrives_at: datetime

    @property
    def duration(self) -> timedelta:
        """Return how long it takes; negative when it arrives before it departs."""
        return self.arrives_at - self.departs_at

    def waypoints(self) -> list[Waypoint]:
        """Return both ends and three places between them, a quarter of the way apart."""
        metres = distance_m(*self.origin, *self.destination)
        course = bearing_deg(*self.origin, *self.destination)
        places = [self.origin]
        for number in range(1, _LEGS):
            here = destination(*self.origin, course, metres * number / _LEGS)
            places.append((here.lat, here.lon))
        places.append(self.destination)
        step = self.duration / _LEGS
        return [
            Waypoint(lat, lon, self.departs_at + step * number)
            for number, (lat, lon) in enumerate(places)
        ]
