"""Pure: which other sailings suit a party, in which cabins, and who of it would have no berth.

Whoever has a berth now has one on the other ship too, if need be in other cabins, at no price.
Where no cabins there have enough berths, the party is told how many would go without. Extras that
were bought stay bought: they are taken from what the other ship has left, and given beyond that.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from maritime_app.bookings.disruptions.model import Alternative, Candidate
from maritime_app.bookings.holds.service import party_of, places_of
from maritime_app.bookings.model import Booking, Leg
from maritime_app.ferries import cabins
from maritime_app.ferries.cabins import CabinStock
from maritime_app.ferries.fares.rules import CABIN, EXTRA

MOST_ALTERNATIVES = 12
Lodging = tuple[tuple[str, int], ...]  # how many cabins of which type
_ANY_TIME = timedelta(days=400)


class Need(NamedTuple):
    """What another sailing must have for a party, and between which instants it must sail.

    `places` are without cabins, and without `extras`: nobody stays ashore for want of a lounge.
    `lodging` is what is booked. `without_berth` counts who has none on the sailing that was booked.
    """

    places: Mapping[str, int]
    height_cm: int
    weight_kg: int
    after: datetime
    before: datetime
    lodging: Lodging
    sleepers: int
    without_berth: int
    extras: Mapping[str, int] = {}

    def losing(self, lodging: Lodging, berths: Mapping[str, int]) -> int:
        """Return how many have a berth now and none in those cabins of a ship."""
        short = cabins.without_berth(self.sleepers, lodging, berths)
        return max(0, short - self.without_berth)


def need_of(booking: Booking, leg: Leg, berths: Mapping[str, int], now: datetime) -> Need:
    """Return what the party needs instead of that leg, between the legs before and after it.

    `berths` is how many a cabin of each type has on the ship of the leg as it was booked.
    """
    before = [other for other in booking.legs if other.number < leg.number]
    after = [other for other in booking.legs if other.number > leg.number]
    lodged, people = tuple(sorted(leg.cabins.items())), cabins.sleepers(party_of(booking, leg))
    needed = {part.resource: part.quantity for part in places_of(booking, leg)}
    return Need(
        places={name: n for name, n in needed.items() if not name.startswith((CABIN, EXTRA))},
        height_cm=_most(vehicle.height_cm for vehicle in booking.vehicles),
        weight_kg=_most(vehicle.weight_kg or 0 for vehicle in booking.vehicles),
        after=max((other.arrives_at for other in before), default=now),
        before=min((other.departs_at for other in after), default=now + _ANY_TIME),
        lodging=lodged,
        sleepers=people,
        without_berth=cabins.without_berth(people, lodged, berths),
        extras={name: n for name, n in needed.items() if name.startswith(EXTRA)},
    )


def suitable(candidates: Iterable[Candidate], need: Need) -> list[Alternative]:
    """Return those on which the whole party fits, in their order."""
    found = (_alternative(one, need) for one in candidates if _fits(one, need))
    return list(islice((one for one in found if one is not None), MOST_ALTERNATIVES))


def places_on(need: Need, other: Alternative) -> dict[str, int]:
    """Return what the party takes of the other sailing, by resource."""
    return {**need.places, **other.extras} | {CABIN + kind: n for kind, n in other.cabins}


def best(found: Sequence[Alternative]) -> Alternative | None:
    """Return the first on which nobody loses a berth; the first of all where there is none."""
    with_berths = (one for one in found if not one.without_berth)
    return next(with_berths, found[0] if found else None)


def _fits(candidate: Candidate, need: Need) -> bool:
    if candidate.departs_at < need.after or candidate.arrives_at > need.before:
        return False
    if need.height_cm and (candidate.max_height_cm or 0) < need.height_cm:
        return False
    if candidate.max_vehicle_kg is not None and candidate.max_vehicle_kg < need.weight_kg:
        return False
    left = candidate.available
    return all(left.get(resource, -1) >= quantity for resource, quantity in need.places.items())


def _alternative(candidate: Candidate, need: Need) -> Alternative | None:
    lodging = _lodging(candidate, need)
    if lodging is None:
        return None
    return Alternative(
        candidate.sailing_id,
        candidate.departs_at,
        candidate.arrives_at,
        candidate.sales_close_at,
        candidate.ferry,
        lodging,
        need.losing(lodging, candidate.berths),
        {name: n for name, n in need.extras.items() if candidate.available.get(name, 0) >= n},
    )


def _lodging(candidate: Candidate, need: Need) -> Lodging | None:
    """Return the same cabins where they have the berths, else others that do, else the same ones;
    None where nothing of it is left.
    """
    left = candidate.available
    has_same = all(left.get(CABIN + kind, 0) >= count for kind, count in need.lodging)
    if has_same and not need.losing(need.lodging, candidate.berths):
        return need.lodging
    booked = {kind.rstrip("0123456789") for kind, _count in need.lodging}
    stock = [
        # Of the same family if possible: the price only says which are better.
        CabinStock(kind, 0, berths, left.get(CABIN + kind, 0))
        for kind, berths in sorted(candidate.berths.items())
    ]
    alike = [one for one in stock if one.family in booked]
    people = need.sleepers - need.without_berth
    for lot in (alike, stock):
        others = cabins.proposals(people, lot, with_pets="pet" in booked)
        if others:
            return others[0].cabins
    return need.lodging if has_same else None


def _most(sizes: Iterable[int]) -> int:
    return max(sizes, default=0)
