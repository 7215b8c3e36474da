"""A pattern of sailings, and the departures that follow from it."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from maritime_app.ferries.model import Place
from maritime_app.ferries.operations.model import Ship

Code = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
# 23:59 is the last minute of a day; a departure after midnight is one of the next day.
LocalTime = Annotated[
    str,
    msgspec.Meta(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9](?![\s\S])", examples=["21:30"]),
]
IsoWeekday = Annotated[int, msgspec.Meta(ge=1, le=7)]


class PatternRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sailings to be planned. Weekdays are those of ISO 8601 (1 is Monday), dates inclusive.

    `times` are of the clock at the port of departure, `minutes` how long the passage takes.
    """

    operator: Code
    route: Code
    ship: Code
    fare: Code
    weekdays: Annotated[list[IsoWeekday], msgspec.Meta(min_length=1, max_length=7)]
    times: Annotated[list[LocalTime], msgspec.Meta(min_length=1, max_length=24)]
    minutes: Annotated[int, msgspec.Meta(ge=5, le=10_080)]
    first: dt.date
    last: dt.date


class Standing(StrEnum):
    """What becomes of a departure when the plan is written."""

    NEW = "new"
    PLANNED = "planned"  # the route has a sailing at this time already
    PAST = "past"  # too late to be sold
    SHIP_AWAY = "ship_away"  # the ship sails elsewhere at this time


class ClockChange(StrEnum):
    """What the clock does at that local time."""

    SKIPPED = "skipped"  # the time does not exist on that day: it leaves an hour later by the clock
    REPEATED = "repeated"  # the time comes twice on that day: it leaves at the first one


class Departure(msgspec.Struct, frozen=True):
    """One departure of a pattern: local day and time as asked for, and the instants."""

    day: dt.date
    time: str
    departs_at: dt.datetime
    arrives_at: dt.datetime
    clock: ClockChange | None = None
    standing: Standing = Standing.NEW


class Plan(msgspec.Struct, frozen=True):
    """All departures of a pattern, with what writing them would do (or has done)."""

    origin: Place
    destination: Place
    ship: str
    departures: tuple[Departure, ...]

    @property
    def new(self) -> int:
        """Return how many sailings are written by it."""
        return sum(departure.standing is Standing.NEW for departure in self.departures)


class PlanResponse(msgspec.Struct, frozen=True):
    """A plan for programs; `written` is None when it was only looked at."""

    plan: Plan
    new: int
    written: int | None = None


class PlanRoute(msgspec.Struct, frozen=True):
    """A route that sailings can be planned on."""

    id: UUID
    operator_id: UUID
    operator_code: str
    operator_name: str
    code: str
    name: str
    origin: Place
    destination: Place
    minutes: int | None


class PlanFare(msgspec.Struct, frozen=True):
    """A price list that sailings can be sold by, to its last day of departures (None: for ever)."""

    id: UUID
    operator_id: UUID
    code: str
    currency: str
    last_day: dt.date | None = None


class Choices(msgspec.Struct, frozen=True):
    """What a pattern can be made of."""

    routes: tuple[PlanRoute, ...]
    ships: tuple[Ship, ...]
    fares: tuple[PlanFare, ...]


class Voyage(msgspec.Struct, frozen=True):
    """When a ship is under way, and on which route."""

    route_id: UUID
    departs_at: dt.datetime
    arrives_at: dt.datetime
