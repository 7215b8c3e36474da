"""Pure: from a booking and what is asked for to the booking that is wanted."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import Protocol, TypeVar

import msgspec

from maritime_app.bookings.changes.pricing.requests import (
    ChangeRequest,
    LegChange,
    PassengerChange,
    VehicleChange,
)
from maritime_app.bookings.holds.model import HoldPassenger, HoldVehicle
from maritime_app.bookings.model import Booking, Leg
from maritime_app.bookings.pricing.model import Traveller
from maritime_app.errors import Invalid
from maritime_app.ferries import vehicles
from maritime_app.ferries.model import Vehicle, VehicleRequest
from maritime_app.i18n import translate as _


class _Numbered(Protocol):
    @property
    def number(self) -> int:
        """Return its place in the booking, from 1."""


T = TypeVar("T", bound=_Numbered)
K = TypeVar("K", bound=str)
PET = "pet"
# From so much likeness on a name is a correction of the one before, and not another person's.
_SAME_NAME = 0.6


class WantedLeg(msgspec.Struct, frozen=True):
    """A leg as it is to be; `booked` is what it was, None for one that is added."""

    number: int
    sailing_id: str
    cabins: tuple[tuple[str, int], ...]
    booked: Leg | None
    fewer_berths: bool = False
    extras: tuple[tuple[str, int], ...] = ()


class Wanted(msgspec.Struct, frozen=True):
    """A booking as it is to be, whole, and what is different about it.

    `new_party` says that somebody or something else travels, so that every leg has another price;
    `replaced` is how many people travel in place of others.
    """

    legs: tuple[WantedLeg, ...]
    dropped_legs: tuple[Leg, ...]
    passengers: tuple[HoldPassenger, ...]
    dropped_passengers: tuple[int, ...]
    vehicles: tuple[HoldVehicle, ...]
    dropped_vehicles: tuple[int, ...]
    pets: int
    new_party: bool
    replaced: int

    @property
    def travellers(self) -> tuple[Traveller, ...]:
        """Return the people as prices see them."""
        return tuple(Traveller(p.kind, p.birth_date, p.resident_of) for p in self.passengers)

    @property
    def lot(self) -> tuple[Vehicle, ...]:
        """Return the vehicles as prices see them."""
        return tuple(Vehicle(v.kind, v.length_cm, v.height_cm, v.weight_kg) for v in self.vehicles)


def wanted(booking: Booking, people: Sequence[HoldPassenger], request: ChangeRequest) -> Wanted:
    """Return the booking that the request describes; `people` travel now, documents and all.

    Raise Invalid where it names what is not booked.
    """
    legs = _legs(booking, request.legs)
    travellers = _passengers(people, request.passengers)
    lot_before = vehicles_of(booking)
    lot = _vehicles(lot_before, request.vehicles)
    pets_before = pets_of(booking)
    pets = pets_before if request.pets is None else request.pets
    return Wanted(
        legs=legs,
        dropped_legs=_missing(booking.legs, legs),
        passengers=travellers,
        dropped_passengers=tuple(p.number for p in _missing(people, travellers)),
        vehicles=lot,
        dropped_vehicles=tuple(v.number for v in _missing(lot_before, lot)),
        pets=pets,
        new_party=pets != pets_before
        or _priced_by(people) != _priced_by(travellers)
        or _sizes(lot_before) != _sizes(lot),
        replaced=_replaced(people, travellers),
    )


def pets_of(booking: Booking) -> int:
    """Return how many animals travel; they travel on every leg."""
    pets = Counter({item.leg: item.quantity for item in booking.items if item.item == PET})
    return max(pets.values(), default=0)


def is_correction(before: HoldPassenger, after: HoldPassenger) -> bool:
    """Return whether it is the same person, spelt better: one name stays, or both are alike.

    Another birth date is another person's, unless none was said.
    """
    if before.birth_date and after.birth_date != before.birth_date:
        return False
    given, family = _folded(before.given_name), _folded(before.family_name)
    new_given, new_family = _folded(after.given_name), _folded(after.family_name)
    if given == new_given or family == new_family:
        return True
    likeness = SequenceMatcher(None, f"{given} {family}", f"{new_given} {new_family}").ratio()
    return likeness >= _SAME_NAME


def _legs(booking: Booking, asked: Sequence[LegChange] | None) -> tuple[WantedLeg, ...]:
    booked = {leg.number: leg for leg in booking.legs}
    if asked is None:
        asked = [LegChange(number) for number in booked]
    _check_numbers([leg.number for leg in asked], booked, "legs")
    next_number, made = max(booked) + 1, []
    for leg in sorted(asked, key=lambda leg: leg.number or next_number):
        known = booked.get(leg.number)
        sailing_id = leg.sailing_id or (known.sailing_id if known else "")
        if not sailing_id:
            words = _("Please choose a sailing first.")
            raise Invalid(words, {"legs": words}, code="sailing")
        cabins = _counts(leg.cabins, known.cabins if known else {})
        extras = _counts(leg.extras, known.extras if known else {})
        number = leg.number or next_number
        next_number += not leg.number
        made.append(WantedLeg(number, sailing_id, cabins, known, leg.fewer_berths, extras))
    return tuple(made)


def _counts(asked: Mapping[K, int] | None, booked: Mapping[K, int]) -> tuple[tuple[K, int], ...]:
    """Return how many of which, in a fixed order: as booked where nothing is said of it."""
    counts = booked if asked is None else asked
    return tuple(sorted((name, count) for name, count in counts.items() if count))


def _passengers(
    people: Sequence[HoldPassenger], asked: Sequence[PassengerChange] | None
) -> tuple[HoldPassenger, ...]:
    if asked is None:
        return tuple(people)
    booked = {person.number: person for person in people}
    _check_numbers([person.number for person in asked], booked, "passengers")
    next_number, made = max(booked) + 1, []
    for person in sorted(asked, key=lambda one: one.number or next_number):
        number = person.number or next_number
        made.append(_traveller(number, booked.get(person.number), person))
        next_number += not person.number
    return tuple(made)


def _traveller(number: int, before: HoldPassenger | None, person: PassengerChange) -> HoldPassenger:
    """Return somebody as they will travel; of the one before only the same person has anything."""
    birth_date = person.birth_date or (before.birth_date if before else None)
    made = HoldPassenger(
        number,
        before.kind if before and birth_date == before.birth_date else person.kind,
        person.given_name.strip(),
        person.family_name.strip(),
        birth_date,
        person.gender,
        person.nationality,
        person.assistance,
        person.assistance_note,
        person.resident_of or None,
    )
    if before is None:
        return made
    if not is_correction(before, made):
        if before.birth_date and not person.birth_date:
            words = _("Please say the birth date of whoever travels instead.")
            raise Invalid(words, {"passengers": words}, code="birth_date")
        return made
    return msgspec.structs.replace(
        made,
        gender=made.gender or before.gender,
        nationality=made.nationality or before.nationality,
        assistance=made.assistance or before.assistance,
        assistance_note=made.assistance_note or before.assistance_note,
        resident_of=before.resident_of if person.resident_of is None else made.resident_of,
    )


def vehicles_of(booking: Booking) -> tuple[HoldVehicle, ...]:
    """Return what is booked of vehicles, as the ship must know it."""
    return tuple(
        HoldVehicle(v.number, v.kind, v.length_cm, v.height_cm, v.weight_kg or 0, v.plate)
        for v in booking.vehicles
    )


def _vehicles(
    lot: Sequence[HoldVehicle], asked: Sequence[VehicleChange] | None
) -> tuple[HoldVehicle, ...]:
    if asked is None:
        return tuple(lot)
    booked = {vehicle.number: vehicle for vehicle in lot}
    _check_numbers([vehicle.number for vehicle in asked], booked, "vehicles")
    next_number, made = max(booked, default=0) + 1, []
    for vehicle in sorted(asked, key=lambda one: one.number or next_number):
        before = booked.get(vehicle.number)
        same = before if before and before.kind is vehicle.kind else None
        size = vehicles.measured(
            VehicleRequest(
                vehicle.kind,
                vehicle.length_cm or (same.length_cm if same else 0),
                vehicle.height_cm or (same.height_cm if same else 0),
                vehicle.weight_kg or (same.weight_kg if same else 0),
            )
        )
        plate = vehicle.plate or (before.plate if before else None)
        number = vehicle.number or next_number
        next_number += not vehicle.number
        made.append(
            HoldVehicle(number, size.kind, size.length_cm, size.height_cm, size.weight_kg, plate)
        )
    return tuple(made)


def _check_numbers(asked: Iterable[int], booked: Iterable[int], field: str) -> None:
    """Raise Invalid for a number that is not booked, or that is named twice."""
    known, named = set(booked), [number for number in asked if number]
    if len(named) != len(set(named)) or not known.issuperset(named):
        words = _("That is not in this booking.")
        raise Invalid(words, {field: words}, code="unknown_number")


def _missing(before: Iterable[T], after: Iterable[_Numbered]) -> tuple[T, ...]:
    numbers = {one.number for one in after}
    return tuple(one for one in before if one.number not in numbers)


def _priced_by(people: Iterable[HoldPassenger]) -> list[tuple[int, date | None, str, str | None]]:
    """Return what prices depend on; whoever takes another's place has that one's number."""
    return [(p.number, p.birth_date, "" if p.birth_date else p.kind, p.resident_of) for p in people]


def _sizes(lot: Iterable[HoldVehicle]) -> list[HoldVehicle]:
    return [msgspec.structs.replace(vehicle, plate=None) for vehicle in lot]


def _replaced(before: Iterable[HoldPassenger], after: Iterable[HoldPassenger]) -> int:
    booked = {person.number: person for person in before}
    return sum(
        not is_correction(booked[person.number], person)
        for person in after
        if person.number in booked
    )


def _folded(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())
