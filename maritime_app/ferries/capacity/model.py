"""Places of a sailing that somebody has; what a ship has."""

from uuid import UUID

import msgspec


class Reserved(msgspec.Struct, frozen=True):
    """So much of one resource (`passenger`, `lane_cm`, `cabin:<type>`, `extra:<kind>`, `pet`)
    of one sailing.
    """

    sailing_id: UUID
    resource: str
    quantity: int


class Deck(msgspec.Struct, frozen=True):
    """A car deck: its lanes in all, its free height, the heaviest single vehicle it bears."""

    lane_cm: int
    height_cm: int
    max_kg: int


class Carried(msgspec.Struct, frozen=True):
    """What a sailing of a ship can sell: `totals` by resource, and the limits of one vehicle.

    Without a car deck the limits are None: no vehicle is taken.
    """

    totals: dict[str, int]
    max_height_cm: int | None
    max_vehicle_kg: int | None


class Counter(msgspec.Struct, frozen=True):
    """How much of one resource a sailing has, and how much of it is sold or held."""

    resource: str
    total: int
    taken: int
