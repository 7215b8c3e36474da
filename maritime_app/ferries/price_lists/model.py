"""A price list with where it is in use, and what is asked for."""

import datetime as dt
from typing import Annotated
from uuid import UUID

import msgspec

from maritime_app.ferries.extras import FareExtra
from maritime_app.ferries.model import CancelRule, Fare, Place
from maritime_app.ferries.planning.model import Code

# Minor units: 100,000 euro, and more than any ferry takes in every other currency.
Amount = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
# Letters, digits and what stands between them: it is part of addresses and of file names.
ListCode = Annotated[
    str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}(?![\s\S])", examples=["STD-2027"])
]
_Item = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
_Route = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
CurrencyCode = Annotated[
    str, msgspec.Meta(pattern=r"^[A-Z]{3}(?![\s\S])", examples=["EUR"])  # ISO 4217
]
MOST_CANCEL_RULES, MOST_EXTRAS = 10, 40
PerSailing = Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class RouteFare(msgspec.Struct, frozen=True):
    """A route and one of the lists that its coming sailings are sold by; no `fare_id`: it has no
    coming sailing. `first` and `last` are days of departure at the origin.
    """

    operator_code: str
    operator_name: str
    route_code: str
    route_name: str
    origin: Place
    destination: Place
    fare_id: UUID | None
    fare_code: str | None
    currency: str | None
    adult_minor: int | None
    car_minor: int | None
    extras: int
    first: dt.date | None
    last: dt.date | None
    sailings: int


class IdleFare(msgspec.Struct, frozen=True):
    """A list by which nothing sails yet, or for now: sailings can be planned by it."""

    operator_code: str
    fare_id: UUID
    fare_code: str
    currency: str
    adult_minor: int | None
    last: dt.date | None


class RouteFares(msgspec.Struct, frozen=True):
    """All routes with their lists, and the lists by which nothing sails yet."""

    fares: tuple[RouteFare, ...]
    idle: tuple[IdleFare, ...] = ()


class FareRoute(msgspec.Struct, frozen=True):
    """A route with coming sailings that are sold by a list, or not sold: how many, on which
    days.
    """

    code: str
    name: str
    timezone: str
    first: dt.date
    last: dt.date
    sailings: int


class FareName(msgspec.Struct, frozen=True):
    """A list by name."""

    id: UUID
    code: str


class PriceList(msgspec.Struct, frozen=True):
    """A list as it stands; `revision` says which state of it was seen.

    `items` are what it can have a price for, `extra_kinds` what it may sell
    besides, `follows` is the code of the list before it, and `followed_by` are those that were
    written from it.
    """

    fare: Fare
    revision: int
    operator_code: str
    operator_name: str
    follows: str | None
    followed_by: tuple[FareName, ...]
    routes: tuple[FareRoute, ...]
    items: tuple[str, ...]
    extra_kinds: tuple[str, ...]


class PriceListRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list that follows another, for sailings of these routes that leave between these days of
    the port of departure (`last` null: and all later ones).

    `revision` is that of the list it follows, as it was seen. `prices` and `extras` are whole: an
    item without a price is not sold any more, an infant without one travels free. A fee of null:
    that is not allowed. `ages` and `cancel_rules` null stay as they are; residents' discounts stay.
    """

    revision: Annotated[int, msgspec.Meta(ge=0)]
    code: ListCode
    routes: Annotated[list[_Route], msgspec.Meta(min_length=1, max_length=500)]
    first: dt.date
    prices: Annotated[dict[_Item, Amount], msgspec.Meta(max_length=60)]
    last: dt.date | None = None
    extras: Annotated[list["SoldExtra"], msgspec.Meta(max_length=MOST_EXTRAS)] = []
    harbour_tax_minor: Amount = 0
    change_fee_minor: Amount | None = None
    name_change_fee_minor: Amount | None = None
    ages: "AgeLimits | None" = None
    cancel_rules: (
        Annotated[list["SoldCancelRule"], msgspec.Meta(max_length=MOST_CANCEL_RULES)] | None
    ) = None


class AgeLimits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last years of age, on the day of departure, of infants and of children."""

    infant_to: Annotated[int, msgspec.Meta(ge=0, le=17)]
    child_to: Annotated[int, msgspec.Meta(ge=0, le=25)]


class SoldCancelRule(CancelRule, frozen=True, forbid_unknown_fields=True):
    """What cancelling costs while at least so many hours are left; past the last rule, all."""

    hours_before: Annotated[int, msgspec.Meta(ge=0, le=8760)]
    fee_percent: Annotated[int, msgspec.Meta(ge=0, le=100)]


class SoldExtra(FareExtra, frozen=True, forbid_unknown_fields=True):
    """An extra as it is to be sold: `per_sailing` null is any number."""

    price_minor: Amount
    per_sailing: PerSailing | None = None


class BlankList(msgspec.Struct, frozen=True):
    """What the first list of an operator, or another one, can be made of.

    `routes` are those with coming sailings that are not sold, `currency` is its own.
    """

    operator_code: str
    operator_name: str
    currency: str
    routes: tuple[FareRoute, ...]
    items: tuple[str, ...]
    extra_kinds: tuple[str, ...]


class NewListRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list that follows no other. Sailings are planned by it; those of `routes` that are not sold
    are sold by it where they leave between these days (`first` null: all to come, `last` null: for
    ever).

    Prices, extras and fees are as in a list that follows; without `cancel_rules` cancelling costs
    the whole price. It has no discounts for residents.
    """

    operator: Code
    code: ListCode
    currency: CurrencyCode
    prices: Annotated[dict[_Item, Amount], msgspec.Meta(max_length=60)]
    ages: AgeLimits
    routes: Annotated[list[_Route], msgspec.Meta(max_length=500)] = []
    first: dt.date | None = None
    last: dt.date | None = None
    extras: Annotated[list[SoldExtra], msgspec.Meta(max_length=MOST_EXTRAS)] = []
    harbour_tax_minor: Amount = 0
    change_fee_minor: Amount | None = None
    name_change_fee_minor: Amount | None = None
    cancel_rules: Annotated[list[SoldCancelRule], msgspec.Meta(max_length=MOST_CANCEL_RULES)] = []


class NewList(msgspec.Struct, frozen=True):
    """A list as it would be written, and how many sailings of which routes would be sold by it."""

    asked: NewListRequest
    routes: tuple[FareRoute, ...]

    @property
    def sailings(self) -> int:
        """Return how many would be sold."""
        return sum(route.sailings for route in self.routes)


class StartedList(msgspec.Struct, frozen=True):
    """The list that was written, and how many sailings are sold by it now."""

    fare_id: UUID
    code: str
    sailings: int


class FollowingList(msgspec.Struct, frozen=True):
    """The list that was written, and how many sailings are sold by it now."""

    fare_id: UUID
    code: str
    sailings: int
    first: dt.date
    last: dt.date
