"""Pure: what a party costs by a fare, what it takes up on a ship, and what cancelling costs."""

import math
from collections.abc import Mapping

from maritime_app.ferries.demo.model import DemoFare, DemoFerry
from maritime_app.ferries.operators.model import Cost, Party, VehicleSize

# A bicycle stands in a corner, not in a lane.
_NO_LANE = ("bicycle",)
# How long a vehicle may be at the price of its kind; each started metre more costs extra.
_INCLUDED_CM = {"car": 500, "van": 600, "motorcycle": 350, "bicycle": 300, "camper": 700}


class NotCarried(ValueError):
    """The ship or the fare has no place for that."""


def costs(fare: DemoFare, party: Party) -> tuple[Cost, ...]:
    """The price breakdown; raises NotCarried for what this fare has no price for."""
    lines: list[Cost] = []

    def add(category: str, word: str, quantity: int, times: int = 1) -> None:
        if quantity:
            price = fare.prices.get(word)
            if price is None:
                raise NotCarried(f"there is no price for {word} on this route")
            lines.append(Cost(category, word, quantity, price * quantity * times))

    add("Passenger", "adult", party.adults)
    add("Passenger", "child", party.children)
    add("Passenger", "infant", party.infants)
    for vehicle in party.vehicles:
        if vehicle.category == "trailer":
            add("Vehicle", "trailer_metre", math.ceil(vehicle.length_cm / 100))
        else:
            add("Vehicle", vehicle.category, 1)
            add("Vehicle", "extra_metre", _extra_metres(vehicle))
    for cabin, count in sorted(party.cabins.items()):
        add("OnBoardAccommodation", f"cabin:{cabin}", count)
    add("Pet", "pet", party.pets)
    if fare.harbour_tax_minor:
        lines.append(
            Cost("PortTaxes", "harbour tax", party.people, fare.harbour_tax_minor * party.people)
        )
    return tuple(lines)


def _extra_metres(vehicle: VehicleSize) -> int:
    """Return the started metres beyond the length that the price of its kind covers."""
    included = _INCLUDED_CM.get(vehicle.category, vehicle.length_cm)
    return max(0, math.ceil((vehicle.length_cm - included) / 100))


def totals(ferry: DemoFerry) -> dict[str, int]:
    """What a ship has in all, by resource."""
    cabins = {f"cabin:{cabin.type}": cabin.count for cabin in ferry.cabins}
    decks = {f"lane_cm:{deck.name}": deck.lane_cm for deck in ferry.decks}
    return {"passenger": ferry.passengers, "pet": ferry.pets} | decks | cabins


def needs(ferry: DemoFerry, party: Party, left: Mapping[str, int]) -> dict[str, int]:
    """What the party takes up: each vehicle on the lowest deck that fits and still has room.

    Raises NotCarried when a vehicle is too high or too heavy for every deck, or a cabin type does
    not
    exist. A resource that has too little left is named all the same: the caller compares.
    """
    taken = {"passenger": party.people, "pet": party.pets}
    for vehicle in sorted(party.vehicles, key=lambda vehicle: -vehicle.height_cm):
        if vehicle.category not in _NO_LANE:
            deck = _deck(
                ferry, vehicle, {name: left.get(name, 0) - taken.get(name, 0) for name in left}
            )
            taken[deck] = taken.get(deck, 0) + vehicle.length_cm
    known = {cabin.type for cabin in ferry.cabins}
    for cabin, count in party.cabins.items():
        if cabin not in known:
            raise NotCarried(f"this ship has no {cabin} cabins")
        taken[f"cabin:{cabin}"] = count
    return {resource: amount for resource, amount in taken.items() if amount}


def _deck(ferry: DemoFerry, vehicle: VehicleSize, left: Mapping[str, int]) -> str:
    fitting = [
        deck
        for deck in sorted(ferry.decks, key=lambda deck: deck.height_cm)
        if deck.height_cm >= vehicle.height_cm and deck.max_kg >= vehicle.weight_kg
    ]
    if not fitting:
        raise NotCarried(f"a {vehicle.category} of that height or weight does not fit on this ship")
    names = [f"lane_cm:{deck.name}" for deck in fitting]
    roomy = (name for name in names if left[name] >= vehicle.length_cm)
    return next(roomy, names[0])


def cancel_charge_minor(fare: DemoFare, lines: tuple[Cost, ...], hours_left: float) -> int:
    """The fee by the fare's rules, rounded half up; harbour tax always goes back."""
    fee_percent = 100
    for hours, percent in fare.cancel_rules:
        if hours_left >= hours:
            fee_percent = percent
            break
    price_minor = sum(line.amount_minor for line in lines if line.category != "PortTaxes")
    return (price_minor * fee_percent + 50) // 100
