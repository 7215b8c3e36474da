"""A price of a day, and which of several operators' is shown."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec

from maritime_app.ferries.model import Party, Place
from maritime_app.ferries.parties import PartyFields
from maritime_app.money import Money

PlaceCode = Annotated[str, msgspec.Meta(min_length=1, max_length=160)]
Way = tuple[str, str]  # codes of origin and destination
ONE_ADULT = Party(1, 0, 0)


class HouseBoat(msgspec.Struct, frozen=True):
    """A sailing of our own on a local day; `available` by resource, `berths` by cabin type, limits
    as on `Sailing`.
    """

    day: dt.date
    operator: str
    fare_id: UUID
    max_height_cm: int | None
    max_vehicle_kg: int | None
    is_sold: bool
    available: dict[str, int]
    berths: dict[str, int]


class StoredFare(msgspec.Struct, frozen=True):
    """What an operator takes at least on a day; no amount: nothing sails, or nothing is left."""

    day: dt.date
    amount_minor: int | None
    currency: str | None
    sailings: int
    read_at: dt.datetime
    operator: str


class LowestFare(msgspec.Struct, frozen=True):
    """The lowest price of a local day for a party, taxes included, and when it was looked up.

    `price` null: nothing sails, or nothing is left. `sailings` counts those with room for all, of
    all operators. `not_asked` names operators of the way that may sail for less: nobody has asked
    them yet for this party on this day.
    """

    day: dt.date
    price: Money | None
    sailings: int
    operator: str | None
    read_at: dt.datetime
    not_asked: tuple[str, ...] = ()


class PricedWay(msgspec.Struct, frozen=True):
    """Two ports between which some day has a price, by UN/LOCODE."""

    from_code: str
    to_code: str


class LowestFaresRequest(PartyFields, frozen=True, rename={"origin": "from", "destination": "to"}):
    """Days of which the lowest prices are asked for; the first is today where it is left out.

    The party as in a search: one adult on foot where it is left out.
    """

    origin: PlaceCode
    destination: PlaceCode
    first: dt.date | None = None
    days: Annotated[int, msgspec.Meta(ge=1, le=62)] = 31


class LowestFaresResponse(
    msgspec.Struct, frozen=True, rename={"origin": "from", "destination": "to"}
):
    """Days with a known price or known to have none; a day that is not here was not looked up."""

    origin: Place
    destination: Place
    days: tuple[LowestFare, ...]


def by_day(stored: Sequence[StoredFare], remote: Sequence[str] = ()) -> list[LowestFare]:
    """Return one price for each day, in order: the lowest in the currency that most prices of
    these days have, since amounts in two currencies are not to be compared. `remote` names the
    operators of the way that have to be asked.
    """
    currencies = Counter(fare.currency for fare in stored if fare.currency)
    usual = min(currencies, key=lambda name: (-currencies[name], name), default=None)
    days: dict[dt.date, list[StoredFare]] = {}
    for fare in stored:
        days.setdefault(fare.day, []).append(fare)
    return [_lowest(day, fares, usual, remote) for day, fares in sorted(days.items())]


def _lowest(
    day: dt.date, fares: Sequence[StoredFare], usual: str | None, remote: Sequence[str]
) -> LowestFare:
    priced = [fare for fare in fares if fare.amount_minor is not None]
    rivals = [fare for fare in priced if fare.currency == usual] or priced
    best = min(rivals, key=lambda fare: fare.amount_minor or 0, default=None)
    read_at = best.read_at if best else max(fare.read_at for fare in fares)
    price = None
    if best is not None and best.amount_minor is not None and best.currency is not None:
        price = Money(best.amount_minor, best.currency)
    answered = {fare.operator for fare in fares}
    return LowestFare(
        day=day,
        price=price,
        sailings=sum(fare.sailings for fare in fares),
        operator=best.operator if best else None,
        read_at=read_at,
        not_asked=tuple(name for name in remote if name not in answered),
    )
