"""Pure: what may be bought with a place on a sailing, beside cabins: meals, lounge, Wi-Fi ..."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

import msgspec

# Of an ExtraKind, or of one that an operator has added (extra_kinds/).
ExtraCode = Annotated[
    str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_]{0,59}(?![\s\S])", examples=["dinner"])
]


class ExtraKind(StrEnum):
    """What every operator may sell. A bicycle is a vehicle (VehicleKind), not an extra."""

    BREAKFAST = "breakfast"
    DINNER = "dinner"
    PRIORITY_BOARDING = "priority_boarding"
    LOUNGE = "lounge"
    WIFI = "wifi"
    SPORTS_EQUIPMENT = "sports_equipment"  # a surfboard, a pair of skis, a diving bag


class ExtraUnit(StrEnum):
    """What one of it is for, and so how many a party can buy."""

    PERSON = "person"
    VEHICLE = "vehicle"
    BOOKING = "booking"


class FareExtra(msgspec.Struct, frozen=True):
    """An extra of a fare at the price of one; `per_sailing` is how many a sailing has, None: any
    number.
    """

    kind: ExtraCode
    unit: ExtraUnit
    price_minor: int
    per_sailing: int | None = None

    def most(self, people: int, vehicles: int) -> int:
        """Return how many a party of that size can buy."""
        return {ExtraUnit.PERSON: people, ExtraUnit.VEHICLE: vehicles, ExtraUnit.BOOKING: 1}[
            self.unit
        ]


_ORDER = {kind.value: place for place, kind in enumerate(ExtraKind)}


def position(code: str) -> tuple[int, str]:
    """Return by what extras are sorted: those that every operator may sell come first."""
    return _ORDER.get(code, len(_ORDER)), code


def in_order(codes: Iterable[str]) -> list[str]:
    """Return each code once, sorted."""
    return sorted(set(codes), key=position)
