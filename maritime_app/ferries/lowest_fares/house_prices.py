"""Pure: what a party pays at least on our own sailings of a day."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from maritime_app.errors import Invalid
from maritime_app.ferries import parties
from maritime_app.ferries.cabins import CabinStock
from maritime_app.ferries.fares import rules
from maritime_app.ferries.lowest_fares.model import HouseBoat, StoredFare
from maritime_app.ferries.model import Fare, Party
from maritime_app.money import Money


def house_prices(
    boats: Sequence[HouseBoat], fares: Mapping[UUID, Fare], party: Party, now: datetime
) -> list[StoredFare]:
    """Return a price for each sailing of ours, none for one without room for the whole party.

    To who wishes for beds a ship that sells none has a price on days on which no other has beds.
    """
    priced = [
        (
            boat,
            _price(boat, fares[boat.fare_id], party),
            not party.berths or parties.sells_beds(_cabins(boat, fares[boat.fare_id])),
        )
        for boat in boats
    ]
    met = {boat.day for boat, price, is_met in priced if price and is_met}
    return [
        _stored(boat, price if is_met or boat.day not in met else None, now)
        for boat, price, is_met in priced
    ]


def _price(boat: HouseBoat, fare: Fare, party: Party) -> Money | None:
    limits = (boat.available, boat.max_height_cm, boat.max_vehicle_kg)
    has_room = boat.available.get("passenger", 0) >= party.people
    has_room = has_room and boat.available.get("pet", 0) >= party.pets
    if not (boat.is_sold and has_room and rules.vehicles_fit(party, *limits)):
        return None
    carried = parties.carried(party, fare.ages)
    housed = parties.lodged(carried, _cabins(boat, fare)) if carried else None
    if housed is None:
        return None
    try:
        return Money(rules.total_minor(rules.price_lines(fare, housed)), fare.currency)
    except Invalid:  # the fare does not carry them
        return None


def _cabins(boat: HouseBoat, fare: Fare) -> list[CabinStock]:
    return [
        CabinStock(kind, fare.prices[item], berths, boat.available.get(item, 0))
        for kind, berths in sorted(boat.berths.items())
        if (item := f"{rules.CABIN}{kind}") in fare.prices
    ]


def _stored(boat: HouseBoat, price: Money | None, now: datetime) -> StoredFare:
    return StoredFare(
        day=boat.day,
        amount_minor=price.amount_minor if price else None,
        currency=price.currency if price else None,
        sailings=1 if price else 0,
        read_at=now,
        operator=boat.operator,
    )
