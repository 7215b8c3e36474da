"""Pure: what a party costs on a fare, what it takes from a sailing's capacity, and what cancelling
costs.
"""

from collections.abc import Iterable
from datetime import date, datetime

from maritime_app.errors import Invalid
from maritime_app.ferries.model import (
    VEHICLE_KINDS,
    Fare,
    Party,
    PriceLine,
    SearchQuestion,
    VehicleAsk,
)
from maritime_app.i18n import translate as _

_NO_LANE = ("bicycle",)
_GAP_CM = 30  # between two vehicles on a lane


def party_of(question: SearchQuestion) -> Party:
    """The party a search names.

    Raises Invalid when nobody travels or a vehicle cannot be understood.
    """
    if question.adults + question.children == 0:
        raise Invalid(
            _("At least one adult or child must travel."), {"adults": _("Nobody travels.")}
        )
    vehicles = tuple(sorted(vehicle.sized() for vehicle in _vehicles(question.vehicles)))
    return Party(question.adults, question.children, question.infants, vehicles)


def price_lines(fare: Fare, party: Party) -> list[PriceLine]:
    """The price line by line. Raises Invalid for something that the fare does not carry."""
    lines = []
    for item, quantity in _items(party):
        if not quantity or (item == "infant" and item not in fare.prices):
            continue  # an infant that the fare does not list travels free
        if item not in fare.prices:
            raise Invalid(
                _("This sailing does not carry that."), {"item": item}, code="not_carried"
            )
        lines.append(PriceLine(item, quantity, fare.prices[item]))
    if fare.harbour_tax_minor:
        lines.append(PriceLine("harbour_tax", party.people, fare.harbour_tax_minor))
    return lines


def total_minor(lines: Iterable[PriceLine]) -> int:
    """The sum, in minor units."""
    return sum(line.quantity * line.unit_minor for line in lines)


def takes(party: Party) -> dict[str, int]:
    """What the party takes from a sailing: passenger places, lane centimetres, cabins by type,
    pets.
    """
    taken = {"passenger": party.people}
    lane_cm = sum(
        length + _GAP_CM for kind, length, _height in party.vehicles if kind not in _NO_LANE
    )
    if lane_cm:
        taken["lane_cm"] = lane_cm
    for cabin_type, count in party.cabins:
        taken[f"cabin:{cabin_type}"] = taken.get(f"cabin:{cabin_type}", 0) + count
    if party.pets:
        taken["pet"] = party.pets
    return taken


def cancel_fee_minor(
    fare: Fare | None, price_minor: int, departs_at: datetime, at: datetime
) -> int:
    """The fee for cancelling now: the rule with the most hours that are still left; past the last
    rule, all of it.
    """
    if fare is None:
        return price_minor
    hours_left = (departs_at - at).total_seconds() / 3600
    for rule in sorted(fare.cancel_rules, key=lambda rule: -rule.hours_before):
        if hours_left >= rule.hours_before:
            return -(-price_minor * rule.fee_percent // 100)
    return price_minor


def kind_by_age(fare: Fare, birth_date: date, on: date) -> str:
    """adult, child or infant, by the age on the day of travel."""
    age = on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
    if age <= fare.infant_to_age:
        return "infant"
    return "child" if age <= fare.child_to_age else "adult"


def _items(party: Party) -> list[tuple[str, int]]:
    people = [("adult", party.adults), ("child", party.children), ("infant", party.infants)]
    kinds = [kind for kind, _length, _height in party.vehicles]
    vehicles = [(kind, kinds.count(kind)) for kind in VEHICLE_KINDS]
    cabins = [(f"cabin:{cabin_type}", count) for cabin_type, count in party.cabins]
    return [*people, *vehicles, *cabins, ("pet", party.pets)]


def _vehicles(asked: int | str | list[VehicleAsk]) -> list[VehicleAsk]:
    if isinstance(asked, list):
        return asked[:10]
    text = str(asked).strip()
    if text.isdigit():
        if int(text) > 10:
            raise Invalid(
                _("Please book more than ten vehicles by telephone."),
                {"vehicles": _("At most ten.")},
            )
        return [VehicleAsk()] * int(text)
    return [_vehicle(part) for part in text.split(",") if part.strip()][:10]


def _vehicle(text: str) -> VehicleAsk:
    kind, *sizes = text.strip().lower().split(":")
    if kind not in VEHICLE_KINDS or len(sizes) > 2 or not all(size.isdigit() for size in sizes):
        words = _(
            "Use a number of cars, or kinds like car, van, motorcycle, bicycle, camper:720:320."
        )
        raise Invalid(words, {"vehicles": words})
    length, height = ([int(size) for size in sizes] + [0, 0])[:2]
    if length > 2500 or height > 500:
        raise Invalid(
            _("That vehicle is too large."), {"vehicles": _("At most 25 m long and 5 m high.")}
        )
    return VehicleAsk(kind, length, height)  # type: ignore[arg-type]  # checked against VEHICLE_KINDS above
