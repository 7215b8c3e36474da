"""What staff ask for when another ship sails, and what it means before it is done."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from maritime_app.ferries.model import Place
from maritime_app.ferries.operations.model import Note, Version

ShipCode = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]


class ShipQuery(msgspec.Struct, frozen=True):
    """Which ship would sail."""

    ship: ShipCode


class ShipRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another ship, as it was looked at: another number of parties that lose is refused."""

    version: Version
    ship: ShipCode
    losing: Annotated[int, msgspec.Meta(ge=0)]
    note: Note = ""


class Lack(StrEnum):
    """What a ship has too little of for a party."""

    HEIGHT = "height"
    WEIGHT = "weight"
    PASSENGER = "passenger"
    LANE = "lane_cm"
    PET = "pet"
    BERTH = "berth"


class LosingParty(msgspec.Struct, frozen=True):
    """A party that has no place on the ship. Where it is `unpaid`, its hold ends."""

    reference: str
    people: int
    vehicles: int
    unpaid: bool
    lacks: tuple[Lack, ...]


class RelodgedParty(msgspec.Struct, frozen=True):
    """A party that sleeps in other cabins there, at no price: how many of which type."""

    reference: str
    before: dict[str, int]
    after: dict[str, int]


class ResourceChange(msgspec.Struct, frozen=True):
    """How much of a resource there is on either ship, and how much of it stays taken."""

    resource: str
    before: int
    after: int
    taken: int


class OtherVoyage(msgspec.Struct, frozen=True):
    """Where else the ship is to sail at that time."""

    id: UUID
    departs_at: datetime
    origin: Place
    destination: Place


class ShipPreview(msgspec.Struct, frozen=True):
    """What another ship means. `ended` counts changes and offers that wait and would end."""

    version: int
    ship: str
    name: str
    name_before: str | None
    resources: tuple[ResourceChange, ...]
    max_height_cm: int | None
    max_height_cm_before: int | None
    max_vehicle_kg: int | None
    max_vehicle_kg_before: int | None
    keeping: int
    losing: tuple[LosingParty, ...]
    relodged: tuple[RelodgedParty, ...]
    ended: int
    elsewhere: tuple[OtherVoyage, ...]


class OfferedShip(msgspec.Struct, frozen=True):
    """A ship that could sail."""

    ship: str
    name: str
    passengers: int | None


class OfferedShips(msgspec.Struct, frozen=True):
    """The ships of the sailing's operator but the one that is to sail."""

    ships: tuple[OfferedShip, ...]


class ShipNews(msgspec.Struct, frozen=True):
    """What some bookings are to hear of one version of a sailing. It is a task's payload: fields
    may be added with a default, never renamed.

    They keep a place on the ship, those in `cabins` in other ones; or (not `keeps`) it has no place
    for them, and their hold has ended.
    """

    sailing_id: UUID
    version: int
    keeps: bool
    booking_ids: tuple[UUID, ...]
    ship: str
    ship_before: str | None
    note: str | None
    cabins: dict[UUID, dict[str, int]]
