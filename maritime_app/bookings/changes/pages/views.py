"""What the page of a change shows."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from maritime_app.bookings.changes.pricing.wishes import pets_of, vehicles_of
from maritime_app.bookings.holds.model import HoldPassenger, HoldVehicle
from maritime_app.bookings.model import Booking, Leg
from maritime_app.bookings.travellers.residents import ResidentsQuestion, residents_question
from maritime_app.ferries.extras import in_order
from maritime_app.ferries.fares.rules import CABIN
from maritime_app.ferries.model import Sailing
from maritime_app.ferries.search.model import SailingOffer
from maritime_app.money import Money


class CabinCount(msgspec.Struct, frozen=True):
    """A cabin type: what one costs, how many are free, how many are booked."""

    type: str
    price: Money | None
    available: int
    booked: int


class ExtraCount(msgspec.Struct, frozen=True):
    """An extra: what one costs, how many are booked."""

    kind: str
    price: Money | None
    booked: int


class LegForm(msgspec.Struct, frozen=True):
    """A leg, the sailings of the day that is looked at, its cabins and its extras.

    `may_change` is false for what has been sailed.
    """

    leg: Leg
    day: date
    offers: Sequence[SailingOffer]
    cabins: Sequence[CabinCount]
    extras: Sequence[ExtraCount]
    may_change: bool


class ChangeForm(msgspec.Struct, frozen=True):
    """A booking as it can be changed."""

    legs: Sequence[LegForm]
    passengers: Sequence[HoldPassenger]
    vehicles: Sequence[HoldVehicle]
    pets: int
    residents: ResidentsQuestion | None


def change_form(
    booking: Booking, people: Sequence[HoldPassenger], legs: Sequence[LegForm]
) -> ChangeForm:
    """Return the form as the booking is."""
    discounts = (one for leg in booking.legs for one in leg.resident_discounts)
    residents = residents_question(discounts)
    return ChangeForm(legs, people, vehicles_of(booking), pets_of(booking), residents)


def cabins_of(leg: Leg, sailing: Sailing | None, available: Mapping[str, int]) -> list[CabinCount]:
    """Return the cabin types of a leg: what its fare sells, and what is booked."""
    fare = sailing.fare if sailing else None
    prices = fare.prices if fare else {}
    types = {item.removeprefix(CABIN) for item in prices if item.startswith(CABIN)}
    return [
        CabinCount(
            name,
            _price(prices.get(f"{CABIN}{name}"), leg),
            available.get(f"{CABIN}{name}", 0),
            leg.cabins.get(name, 0),
        )
        for name in sorted(types | set(leg.cabins))
    ]


def extras_of(leg: Leg, sailing: Sailing | None) -> list[ExtraCount]:
    """Return the extras of a leg: what is sold on its sailing today, and what is booked."""
    fare = sailing.fare if sailing else None
    sold = (*leg.fare_extras, *(fare.extras if fare else ()))  # today's price counts
    prices = {extra.kind: extra.price_minor for extra in sold}
    return [
        ExtraCount(kind, _price(prices.get(kind), leg), leg.extras.get(kind, 0))
        for kind in in_order((*prices, *leg.extras))
    ]


def _price(amount_minor: int | None, leg: Leg) -> Money | None:
    return None if amount_minor is None else Money(amount_minor, leg.price.currency)


def entered_people(
    people: Sequence[HoldPassenger], rows: Sequence[Mapping[str, Any]]
) -> list[HoldPassenger]:
    """Return who travels as it was entered last, where the form comes back."""
    by_number = {str(row.get("number", "")): row for row in rows}
    return [_entered(person, by_number.get(str(person.number), {})) for person in people]


def _entered(person: HoldPassenger, row: Mapping[str, Any]) -> HoldPassenger:
    return msgspec.structs.replace(
        person,
        given_name=str(row.get("given_name", person.given_name)),
        family_name=str(row.get("family_name", person.family_name)),
        resident_of=str(row.get("resident_of", person.resident_of or "")),
    )
