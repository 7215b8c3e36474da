"""Who travels at which price, worked out here from the fare or the operator's offer; never taken
from the client.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from maritime_app import clock
from maritime_app.bookings.model import Booking, BookingAsk, PassengerAsk, VehicleBooked
from maritime_app.errors import Conflict, Invalid
from maritime_app.ferries import service as ferries
from maritime_app.ferries.fares import rules as fare_rules
from maritime_app.ferries.model import Party, Price, PriceLine, SailingFacts, VehicleAsk
from maritime_app.i18n import translate as _


@dataclass(frozen=True, slots=True)
class LegQuote:
    """One leg at its price, and what it takes from capacity here (nothing for a remote operator's
    sailing).
    """

    number: int
    sailing: SailingFacts
    party: Party
    lines: tuple[PriceLine, ...]
    takes: dict[str, int]

    @property
    def price_minor(self) -> int:
        """The leg's price."""
        return fare_rules.total_minor(self.lines)


@dataclass(frozen=True, slots=True)
class Quote:
    """A whole booking at its price."""

    legs: tuple[LegQuote, ...]
    kinds: tuple[str, ...]  # of the passengers, in their order
    total: Price


def quote(ask: BookingAsk, sailings: Sequence[SailingFacts]) -> Quote:
    """Price own sailings. Raises Invalid or Conflict in words for the traveller."""
    kinds = tuple(_kind(person, sailings[0]) for person in ask.passengers)
    if not any(kind in ("adult", "child") for kind in kinds):
        raise Invalid(
            _("An infant cannot travel alone."), {"passengers": _("Nobody accompanies the infant.")}
        )
    legs = [_leg(number, sailing, ask, kinds) for number, sailing in enumerate(sailings, start=1)]
    return assemble(legs, kinds, ask)


def assemble(legs: Sequence[LegQuote], kinds: tuple[str, ...], ask: BookingAsk) -> Quote:
    """Legs to a booking: one currency, in order of time, at the price that was shown."""
    currencies = {leg.sailing.fare.currency for leg in legs if leg.sailing.fare}
    if len(currencies) != 1:
        words = _("These sailings are sold in different currencies. Please book them one by one.")
        raise Invalid(words, {"legs": words})
    for before, after in pairwise(legs):
        if after.sailing.departs_at < before.sailing.arrives_at:
            raise Invalid(
                _("One sailing leaves before the other arrives."), {"legs": _("They overlap.")}
            )
    total = Price(sum(leg.price_minor for leg in legs), currencies.pop())
    if ask.total is not None and ask.total != total:
        raise Conflict(_("The price has changed. Please look at it again."), code="price_changed")
    return Quote(tuple(legs), kinds, total)


def party_for(ask: BookingAsk, kinds: Sequence[str], leg_index: int) -> Party:
    """Who and what travels on a leg."""
    vehicles = tuple(sorted(sized(vehicle) for vehicle in ask.vehicles))
    cabins = ask.legs[leg_index].wanted_cabins()
    return Party(
        kinds.count("adult"),
        kinds.count("child"),
        kinds.count("infant"),
        vehicles,
        cabins,
        ask.pets,
    )


def sized(vehicle: VehicleBooked) -> tuple[str, int, int]:
    """Kind, length and height with nothing left open."""
    return VehicleAsk(vehicle.kind, vehicle.length_cm, vehicle.height_cm).sized()


def takes_of(booking: Booking) -> list[dict[str, Any]]:
    """What a booking takes from the capacity of our own sailings, worked out again from what it
    says.
    """
    kinds = [person.kind for person in booking.passengers]
    vehicles = tuple((v.kind, v.length_cm, v.height_cm) for v in booking.vehicles)
    takes = []
    for leg in booking.legs:
        if leg.operator.kind != "house":
            continue
        pets = sum(
            item.quantity for item in booking.items if item.leg == leg.number and item.item == "pet"
        )
        people = (kinds.count("adult"), kinds.count("child"), kinds.count("infant"))
        party = Party(*people, vehicles, tuple(sorted(leg.cabins.items())), pets)
        takes += [
            {
                "leg": leg.number,
                "sailing_id": UUID(leg.sailing_id),
                "resource": resource,
                "quantity": quantity,
            }
            for resource, quantity in fare_rules.takes(party).items()
        ]
    return takes


def _leg(number: int, sailing: SailingFacts, ask: BookingAsk, kinds: Sequence[str]) -> LegQuote:
    if sailing.fare is None:
        raise Conflict(
            _("This sailing is listed in the timetable but not sold here."), code="timetable_only"
        )
    if sailing.status != "scheduled":
        raise Conflict(_("This sailing was cancelled by its operator."), code="sailing_cancelled")
    if sailing.departs_at <= clock.now():
        raise Conflict(_("This sailing has left."), code="departed")
    party = party_for(ask, kinds, number - 1)
    _check_vehicles(sailing, party)
    lines = ferries.price(sailing.fare, party)
    return LegQuote(number, sailing, party, tuple(lines), fare_rules.takes(party))


def _check_vehicles(sailing: SailingFacts, party: Party) -> None:
    """Limits that do not deplete: every vehicle must fit by itself."""
    for _kind_name, _length, height in party.vehicles:
        if sailing.max_height_cm is None or height > sailing.max_height_cm:
            limit = sailing.max_height_cm or 0
            words = _("This ferry takes vehicles up to %(limit)s cm high.") % {"limit": limit}
            raise Conflict(
                words if limit else _("This ferry takes no vehicles."), code="vehicle_too_high"
            )


def _kind(person: PassengerAsk, sailing: SailingFacts) -> str:
    if person.birth_date is None:
        if person.kind not in ("adult", "child", "infant"):
            raise Invalid(
                _("Use adult, child or infant."), {"passengers": _("Use adult, child or infant.")}
            )
        return person.kind
    day = ferries.local_day(sailing.departs_at, sailing.origin)
    if person.birth_date > day or day.year - person.birth_date.year > 125:
        raise Invalid(
            _("That birth date cannot be right."), {"passengers": _("Please check the birth date.")}
        )
    return (
        fare_rules.kind_by_age(sailing.fare, person.birth_date, day)
        if sailing.fare
        else person.kind
    )


def rises_at(sailing_departs_at: datetime, hours_before: int) -> datetime:
    """When a cancellation rule stops to apply."""
    return sailing_departs_at - timedelta(hours=hours_before)
