"""What is priced, and the price."""

from datetime import date, datetime
from functools import cached_property

import msgspec

from maritime_app.bookings.model import BookingRequest, LegRequest
from maritime_app.bookings.promotions.service import Offer
from maritime_app.ferries import vehicles
from maritime_app.ferries.cabins import CabinStock
from maritime_app.ferries.capacity.model import Reserved
from maritime_app.ferries.fares import rules as fare_rules
from maritime_app.ferries.model import (
    Party,
    PassengerKind,
    PriceLine,
    Sailing,
    Vehicle,
    VehicleRequest,
)
from maritime_app.money import Money


class LegRefused(Exception):
    """The operator of a leg says no for good; the message is its own words."""


class Traveller(msgspec.Struct, frozen=True):
    """What a price depends on of a passenger. The birth date is worth more than the age, and that
    more than the kind.
    """

    kind: PassengerKind = PassengerKind.ADULT
    birth_date: date | None = None
    resident_of: str | None = None
    age: int | None = None

    def age_on(self, day: date) -> int | None:
        """Return the age in whole years on that day; None where only the kind is known."""
        return fare_rules.age_on(self.birth_date, day) if self.birth_date else self.age


class LegWish(msgspec.Struct, frozen=True):
    """A sailing by its public id, how many cabins of which type, whether they may have fewer
    berths than the party needs, and how many of which extra.
    """

    sailing_id: str
    cabins: tuple[tuple[str, int], ...] = ()
    fewer_berths: bool = False
    extras: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, leg: LegRequest) -> "LegWish":
        """Return what is wished for on a leg of a booking."""
        extras = tuple(sorted(leg.extras.items()))
        return cls(leg.sailing_id, leg.all_cabins(), leg.fewer_berths, extras)


class PricingRequest(msgspec.Struct, frozen=True):
    """Who and what wants to travel on which sailings; nobody needs a name to be priced."""

    legs: tuple[LegWish, ...]
    travellers: tuple[Traveller, ...]
    vehicles: tuple[Vehicle, ...] = ()
    pets: int = 0
    total: Money | None = None
    promo_code: str = ""
    email: str = ""  # whose uses of the code count

    @classmethod
    def of(cls, request: BookingRequest) -> "PricingRequest":
        """Return what of a booking its price depends on."""
        return cls(
            legs=tuple(map(LegWish.of, request.legs)),
            travellers=tuple(
                Traveller(p.kind, p.birth_date, p.resident_of) for p in request.passengers
            ),
            vehicles=measured_vehicles(request),
            pets=request.pets,
            total=request.total,
            promo_code=request.promo_code or "",
            email=request.contact.email,
        )


def measured_vehicles(request: BookingRequest) -> tuple[Vehicle, ...]:
    """Return the vehicles of a booking in their order, with usual measures where none are given."""
    return tuple(
        vehicles.measured(VehicleRequest(v.kind, v.length_cm, v.height_cm, v.weight_kg or 0))
        for v in request.vehicles
    )


class LegDemand(msgspec.Struct, frozen=True):
    """One leg with the party that wants to travel on it, by the ages of its own day."""

    number: int
    sailing: Sailing
    party: Party
    kinds: tuple[PassengerKind, ...]  # of the travellers, in their order


class LegQuote(msgspec.Struct, frozen=True, dict=True):
    """A leg at its price. `expires_at` is when the operator gives up its own hold, if it has one.

    `places` says what the leg takes from inventory here; a remote operator keeps its own, and says
    itself which cabins it sells.
    """

    demand: LegDemand
    lines: tuple[PriceLine, ...]
    currency: str
    places: dict[str, int]
    expires_at: datetime | None = None
    cabins_sold: tuple[CabinStock, ...] = ()

    @property
    def number(self) -> int:
        """Return the place of the leg in the booking, from 1."""
        return self.demand.number

    @property
    def sailing(self) -> Sailing:
        """Return the sailing."""
        return self.demand.sailing

    @cached_property
    def price(self) -> Money:
        """Return the price of the leg."""
        return Money(fare_rules.total_minor(self.lines), self.currency)

    @property
    def cabins(self) -> dict[str, int]:
        """Return how many cabins of which type the leg has."""
        return dict(self.demand.party.cabins)

    @property
    def reserved(self) -> list[Reserved]:
        """Return what is taken from inventory here."""
        return [Reserved(self.sailing.id, name, count) for name, count in self.places.items()]


class Quote(msgspec.Struct, frozen=True):
    """A whole journey at its price; `promotion` is what of it a promo code takes off."""

    legs: tuple[LegQuote, ...]
    total: Money
    promotion: Offer | None = None

    @property
    def kinds(self) -> tuple[PassengerKind, ...]:
        """Return the kinds of the travellers on the first leg."""
        return self.legs[0].demand.kinds
