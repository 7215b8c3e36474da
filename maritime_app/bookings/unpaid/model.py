"""Who holds unpaid places, and how many each may."""

from collections.abc import Iterator

import msgspec

from maritime_app.bookings.model import BookingRequest


class Holder(msgspec.Struct, frozen=True):
    """Who asks for places: the address as admission counts it, or the holder of an API token."""

    whose: str
    is_known: bool = False  # an agent with a token, who answers for what is held


class Budget(msgspec.Struct, frozen=True):
    """What one key may hold at once, and what the booking at hand would add to it.

    `name` is that of its setting.
    """

    name: str
    key: str
    places: int
    base: int
    growth: int = 0

    @property
    def most(self) -> int:
        """Return how many places may be held."""
        return self.base + self.growth


class BudgetRequest(msgspec.Struct, frozen=True):
    """What a booking takes from its budgets, for so long, and who holds it."""

    reference: str
    whose: str
    budgets: list[Budget]
    seconds: int


class Shortage(msgspec.Struct, frozen=True):
    """A budget that does not suffice, and the seconds until something comes back to it."""

    budget: Budget
    wait_seconds: int


class Trust(msgspec.Struct, frozen=True):
    """How many bookings were paid by the caller in the last ninety days, and by the contact."""

    of_caller: int = 0
    of_contact: int = 0


STRANGER = Trust()


def places_of(request: BookingRequest) -> int:
    """Return how many places a booking takes of each of its sailings: people, vehicles, cabins."""
    cabins = max([sum(leg.cabins.values()) + bool(leg.cabin) for leg in request.legs], default=0)
    return len(request.passengers) + len(request.vehicles) + cabins


def by_sailing(request: BookingRequest) -> Iterator[str]:
    """Yield the sailings of a booking, each once."""
    yield from dict.fromkeys(leg.sailing_id for leg in request.legs)
