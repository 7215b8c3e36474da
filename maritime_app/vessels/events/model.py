"""What a ship did that alerts may be of."""

from collections.abc import Callable
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from maritime_app.vessels.feed.ship import Ship
from maritime_app.vessels.model import Source


class ShipEventKind(StrEnum):
    """What a ship did. Stored."""

    ENTER = "enter"  # a watched area, as the two below
    LEAVE = "leave"
    DWELL = "dwell"  # has been inside for as long as was asked
    ARRIVE = "arrive"  # stopped at a port for the first time of a call
    DEPART = "depart"  # ended a call at a port
    GAP = "gap"  # was not heard for hours
    ENCOUNTER = "encounter"  # lay beside another one for hours, far from harbours
    CLOSE = "close"  # comes close to another one, if both hold on


class EventShip(Struct, frozen=True):
    """A ship of an event; `group` is the code of its ShipGroup, empty where nobody knows it."""

    mmsi: int
    hypothesis: int
    name: str | None = None
    group: str = ""


class ShipEvent(Struct, frozen=True, kw_only=True):
    """What a ship did, known by the report of `at_ms`: UTC epoch ms, degrees, knots, metres.

    It happened after `not_before_ms`. `id` is the port call's, gap's, encounter's or approach's.
    `is_sure` is false for what may have happened at another time, or not at all. `port` is the
    code of the port that was called at. `metres` is how close two ships were or will be, and
    `closest_ms` when they will.
    """

    kind: ShipEventKind
    id: UUID
    ships: tuple[EventShip, ...]
    source: Source
    at_ms: int
    not_before_ms: int
    lat: float
    lon: float
    knots: float | None
    is_sure: bool = True
    port: str | None = None
    metres: float | None = None
    closest_ms: int | None = None


Announce = Callable[[ShipEvent], None]


def nobody(event: ShipEvent) -> None:
    """Tell nobody."""


def event_ship(ship: Ship) -> EventShip:
    """Return a ship of the feed as a ship of an event."""
    name = None if ship.known is None else ship.known.particulars.name
    return EventShip(ship.mmsi, ship.hypothesis, name, ship.group.code)
