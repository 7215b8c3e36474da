"""Pure: who fits on a ship, in the order in which they booked.

Who has paid comes before who has not, and of each the first that booked comes first: whoever does
not fit on what is left loses, and a smaller party after them may still fit. Nobody loses a berth
unasked: who has one and would have none there does not fit.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

from maritime_app.bookings.disruptions.candidates import Lodging, Need, places_on, suitable
from maritime_app.bookings.disruptions.model import Candidate
from maritime_app.bookings.ship_changes.model import Lack
from maritime_app.ferries.fares.rules import CABIN, EXTRA

_COUNTED = {"passenger": Lack.PASSENGER, "lane_cm": Lack.LANE, "pet": Lack.PET}


class Claim(NamedTuple):
    """A party with places on the sailing. Who has not paid is given no other cabins."""

    booking_id: UUID
    need: Need
    paid: bool


class HeldClaim(NamedTuple):
    """A change that waits, with what it holds of the sailing and the largest of its vehicles."""

    change_id: UUID
    places: Mapping[str, int]
    height_cm: int
    weight_kg: int


class Seating(NamedTuple):
    """Who keeps a place, in which cabins; who loses it, for want of what; changes that end."""

    kept: dict[UUID, Lodging]
    lost: dict[UUID, tuple[Lack, ...]]
    ended: list[UUID]


def seat(ship: Candidate, claims: Iterable[Claim], waiting: Iterable[HeldClaim]) -> Seating:
    """Return who keeps what on the ship; `ship.available` becomes what is left of it."""
    seating = Seating({}, {}, [])
    for claim in sorted(claims, key=lambda claim: not claim.paid):  # each in its own order
        found = suitable([ship], claim.need)
        cabins = found[0].cabins if found else ()
        if not found or found[0].without_berth or not (claim.paid or cabins == claim.need.lodging):
            seating.lost[claim.booking_id] = _lacks(ship, claim.need)
            continue
        seating.kept[claim.booking_id] = cabins
        _take(ship, places_on(claim.need, found[0]))
    for held in waiting:
        if _has_room(ship, held):
            _take(ship, held.places)
        else:
            seating.ended.append(held.change_id)
    return seating


def _lacks(ship: Candidate, need: Need) -> tuple[Lack, ...]:
    lacks = [Lack.HEIGHT] if need.height_cm > (ship.max_height_cm or 0) else []
    if ship.max_vehicle_kg is not None and need.weight_kg > ship.max_vehicle_kg:
        lacks.append(Lack.WEIGHT)
    lacks += [
        lack
        for resource, lack in _COUNTED.items()
        if need.places.get(resource, 0) > ship.available.get(resource, 0)
    ]
    return tuple(lacks) or (Lack.BERTH,)


def takes_vehicles(ship: Candidate, held: HeldClaim) -> bool:
    """Return whether the ship takes the vehicles that there would be after the change."""
    too_high = held.height_cm > (ship.max_height_cm or 0)
    too_heavy = ship.max_vehicle_kg is not None and held.weight_kg > ship.max_vehicle_kg
    return not (held.places.get("lane_cm") and (too_high or too_heavy))


def _has_room(ship: Candidate, held: HeldClaim) -> bool:
    if not takes_vehicles(ship, held):
        return False
    # Extras belong to the fare, not to the ship.
    places = {name: n for name, n in held.places.items() if not name.startswith(EXTRA)}
    return all(ship.available.get(name, 0) >= n for name, n in places.items())


def _take(ship: Candidate, places: Mapping[str, int]) -> None:
    for resource, quantity in places.items():
        if not resource.startswith(EXTRA):
            ship.available[resource] -= quantity


def cabins_as_places(lodging: Lodging) -> dict[str, int]:
    """Return cabins as resources of a sailing."""
    return {CABIN + kind: count for kind, count in lodging}
