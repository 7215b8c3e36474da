"""A price of a day, and which of several operators' is shown."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import msgspec

from maritime_app.ferries.model import Place
from maritime_app.money import Money

PlaceCode = Annotated[str, msgspec.Meta(min_length=1, max_length=160)]


class StoredFare(msgspec.Struct, frozen=True):
    """What an operator takes at least on a day; no amount: nothing sails, or nothing is left."""

    day: dt.date
    amount_minor: int | None
    currency: str | None
    sailings: int
    read_at: dt.datetime
    operator: str


class LowestFare(msgspec.Struct, frozen=True):
    """The lowest price of a local day for one adult, taxes included, and when it was looked up.

    `price` null: nothing sails, or nothing is left. `sailings` counts those with a place left, of
    all operators.
    """

    day: dt.date
    price: Money | None
    sailings: int
    operator: str | None
    read_at: dt.datetime


class PricedWay(msgspec.Struct, frozen=True):
    """Two ports between which some day has a price, by UN/LOCODE."""

    from_code: str
    to_code: str


class LowestFaresRequest(
    msgspec.Struct, frozen=True, rename={"origin": "from", "destination": "to"}
):
    """Days of which the lowest prices are asked for; the first is today where it is left out."""

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


def by_day(stored: Sequence[StoredFare]) -> list[LowestFare]:
    """Return one price for each day, in order: the lowest in the currency that most prices of
    these days have, since amounts in two currencies are not to be compared.
    """
    currencies = Counter(fare.currency for fare in stored if fare.currency)
    usual = min(currencies, key=lambda name: (-currencies[name], name), default=None)
    days: dict[dt.date, list[StoredFare]] = {}
    for fare in stored:
        days.setdefault(fare.day, []).append(fare)
    return [_lowest(day, fares, usual) for day, fares in sorted(days.items())]


def _lowest(day: dt.date, fares: Sequence[StoredFare], usual: str | None) -> LowestFare:
    priced = [fare for fare in fares if fare.amount_minor is not None]
    rivals = [fare for fare in priced if fare.currency == usual] or priced
    best = min(rivals, key=lambda fare: fare.amount_minor or 0, default=None)
    read_at = best.read_at if best else max(fare.read_at for fare in fares)
    price = None
    if best is not None and best.amount_minor is not None and best.currency is not None:
        price = Money(best.amount_minor, best.currency)
    sailings = sum(fare.sailings for fare in fares)
    return LowestFare(day, price, sailings, best.operator if best else None, read_at)
