"""Classes of ships, a day that was counted, and how a cell is written."""

from datetime import date, datetime
from typing import Final, NamedTuple

from msgspec import Struct

from maritime_app.vessels.codes.ship_types import ShipGroup, group_of
from maritime_app.vessels.model import CodedIntEnum, Source, StationKind

KEPT_DAYS: Final = 92  # a season


class ShipClass(CodedIntEnum):
    """The classes in which ships are counted; pleasure craft, tugs and unknown ones are OTHER.

    The order of the columns in count_ships.
    """

    OTHER = 0
    PASSENGER = 1
    CARGO = 2
    TANKER = 3
    FISHING = 4


_CLASS_BY_GROUP: Final = {
    ShipGroup.PASSENGER: ShipClass.PASSENGER,
    ShipGroup.HIGH_SPEED: ShipClass.PASSENGER,
    ShipGroup.CARGO: ShipClass.CARGO,
    ShipGroup.TANKER: ShipClass.TANKER,
    ShipGroup.FISHING: ShipClass.FISHING,
}
# By the type that a ship tells of itself, 0 to 255.
CLASSES: Final = [
    int(_CLASS_BY_GROUP.get(group_of(StationKind.CLASS_A, ship_type), ShipClass.OTHER))
    for ship_type in range(256)
]


class Heard(Struct, frozen=True):
    """In how many hours of a day any ship was heard, wherever, and by which sources."""

    hours: int
    sources: list[Source]


class DayCounted(Struct, frozen=True):
    """A UTC day whose tracks were counted, until that instant; `whole` when it was over by then.

    In `heard_hours` of its hours any ship was heard, wherever, by these sources.
    """

    day: date
    whole: bool
    heard_hours: int
    sources: list[Source]
    until_at: datetime


class CellsCounted(Struct, frozen=True):
    """Cells and their ships by class as PostgreSQL writes arrays, None without any: they go back to
    it unread.
    """

    scales: str | None
    rows: str | None
    columns: str | None
    others: str | None
    passengers: str | None
    cargos: str | None
    tankers: str | None
    fishers: str | None


class Pattern(NamedTuple):
    """How a cell is written, as PostgreSQL's format() has it: %1$s is the longitude of its middle,
    %2$s the latitude, %3$s its ships a day.
    """

    cell: str
    separator: str
