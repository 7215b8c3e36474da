"""Pure: what may be bought with a place on a sailing, beside cabins: meals, lounge, Wi-Fi ..."""

from enum import StrEnum

import msgspec


class ExtraKind(StrEnum):
    """What is sold. A bicycle is a vehicle (VehicleKind), not an extra."""

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

    kind: ExtraKind
    unit: ExtraUnit
    price_minor: int
    per_sailing: int | None = None

    def most(self, people: int, vehicles: int) -> int:
        """Return how many a party of that size can buy."""
        return {ExtraUnit.PERSON: people, ExtraUnit.VEHICLE: vehicles, ExtraUnit.BOOKING: 1}[
            self.unit
        ]
