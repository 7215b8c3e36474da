"""A sailing of a ship, what the ship usually does, and what is expected."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct


class ForecastBasis(StrEnum):
    """What a forecast rests on. Stored."""

    POSITION = "position"  # the ship is on this sailing: vessels.predictions
    BERTH = "berth"  # the ship still lies in port after its departure time
    TURN_ROUND = "turn_round"  # it follows from the sailings before


class ShipSailing(Struct, frozen=True):
    """A sailing of a ship with the times that hold by its operator; degrees.

    `departed_at` and `arrived_at` are what staff wrote down.
    """

    id: UUID
    mmsi: int
    origin_code: str
    destination_code: str
    origin_lat: float
    origin_lon: float
    destination_id: UUID
    departs_at: datetime
    arrives_at: datetime
    departed_at: datetime | None
    arrived_at: datetime | None


class Expected(NamedTuple):
    """An instant with the bounds of 80 %."""

    median_at: datetime
    low_at: datetime
    high_at: datetime


class Habits(Struct, frozen=True):
    """What a ship does when it is late.

    `turn_round_seconds` by port is how short it can stay; `recovery` the share of a crossing's
    time that it makes up; `sample` how many late departures tell. `departures_late` is by how
    many seconds it left after its timetable, one for each departure that is known.
    """

    turn_round_seconds: dict[str, float]
    recovery: float
    sample: int
    departures_late: tuple[float, ...] = ()


class SailingForecast(Struct, frozen=True):
    """When a sailing is expected to leave and arrive, with the bounds of 80 % of the arrival."""

    sailing_id: UUID
    made_at: datetime
    departs_at: datetime
    arrives_at: datetime
    low_at: datetime
    high_at: datetime
    basis: ForecastBasis


class PassedSailing(NamedTuple):
    """A sailing with when it really left its berth and arrived."""

    sailing: ShipSailing
    departed_at: datetime
    arrived_at: datetime
