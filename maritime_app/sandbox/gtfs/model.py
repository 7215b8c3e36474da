"""Harbours, lines and boats of the invented timetable."""

from collections.abc import Mapping

import msgspec


class Harbour(msgspec.Struct, frozen=True):
    """Where boats call; in open water, so that it is no harbour of anybody's."""

    code: str
    name: str
    lat: float
    lon: float


class Line(msgspec.Struct, frozen=True):
    """A line: its harbours on the way out, and minutes from each to the next.

    `out` and `back` name the boats' departures, such as "07:00", with their trip's id.
    """

    code: str
    name: str
    harbours: tuple[str, ...]
    minutes: tuple[int, ...]
    out: Mapping[str, str]
    back: Mapping[str, str]
    cars: bool = True


class Call(msgspec.Struct, frozen=True):
    """A boat at a harbour: minutes of the service day, beyond 1440 in the night after it."""

    harbour: str
    arrives: int
    departs: int


class Boat(msgspec.Struct, frozen=True):
    """What sails every day."""

    trip: str
    line: Line
    direction: int
    calls: tuple[Call, ...]
