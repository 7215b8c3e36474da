"""The nouns of ferries: place, operator, vehicle, party, fare, sailing, price line."""

import datetime as dt
from enum import StrEnum
from functools import lru_cache
from typing import Annotated
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.ferries.extras import FareExtra


class OperatorKind(StrEnum):
    """Whose inventory a sailing is sold from."""

    HOUSE = "house"  # its places are rows here
    REMOTE = "remote"  # asked through the operator's own API
    LISTED = "listed"  # a timetable without sale


class SailingStatus(StrEnum):
    """Where a sailing stands (see sailings/states.py)."""

    SCHEDULED = "scheduled"
    CLOSED = "closed"  # sales were ended by hand; it still goes
    CANCELLED = "cancelled"
    DEPARTED = "departed"


class PassengerKind(StrEnum):
    """The age class of a passenger on one leg."""

    ADULT = "adult"
    CHILD = "child"
    INFANT = "infant"


class VehicleKind(StrEnum):
    """What drives, or is pushed or towed, aboard."""

    CAR = "car"
    VAN = "van"
    MOTORCYCLE = "motorcycle"
    BICYCLE = "bicycle"
    CAMPER = "camper"
    TRAILER = "trailer"  # only behind a car, van or camper


AREA = r"[A-Z]{2}-[A-Z0-9]{1,3}"  # ISO 3166-2; which of them a fare knows, it says itself


class ResidencyProof(StrEnum):
    """What shows at check-in where somebody lives."""

    IDENTITY_CARD = "identity_card"  # with the address on it
    RESIDENCE_CERTIFICATE = "residence_certificate"


class PriceReason(StrEnum):
    """Why an amount is part of a price."""

    FARE = "fare"
    TAX = "tax"
    FEE = "fee"
    DISCOUNT = "discount"
    ROUNDING = "rounding"  # to an amount that can be charged


class Place(msgspec.Struct, frozen=True):
    """A harbour by UN/LOCODE or a stop by its id; `timezone` is an IANA name."""

    code: str
    name: str
    timezone: str
    country: str | None = None


class NearPlace(msgspec.Struct, frozen=True):
    """Another place that serves as well, and how far it is from the one that was asked for."""

    place: Place
    metres: float


class Operator(msgspec.Struct, frozen=True):
    """Who sails. `demo` operators are invented, and shown as such.

    How to reach one is part of a booking only; elsewhere it is left out.
    """

    code: str
    name: str
    kind: OperatorKind
    demo: bool = False
    phone: str | msgspec.UnsetType | None = msgspec.UNSET
    support_email: str | msgspec.UnsetType | None = msgspec.UNSET


class Vehicle(msgspec.Struct, frozen=True, order=True):
    """A vehicle with its outer measures, load and mirrors included."""

    kind: VehicleKind
    length_cm: int
    height_cm: int
    weight_kg: int


class VehicleRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vehicle to be carried; a measure left at 0 means the usual one of its kind."""

    kind: VehicleKind = VehicleKind.CAR
    length_cm: Annotated[int, msgspec.Meta(ge=0, le=2500)] = 0
    height_cm: Annotated[int, msgspec.Meta(ge=0, le=500)] = 0
    weight_kg: Annotated[int, msgspec.Meta(ge=0, le=60_000)] = 0


class Party(msgspec.Struct, frozen=True):
    """Who and what travels on one leg: what is compared, priced and taken from capacity.

    `ages` are of children whose age class the sailing decides, and with `berths` cabins for
    everybody are wanted, whichever are the cheapest. `living_there` of them live in `living_in`,
    adults first, 0 for all. All of it is settled by ferries/parties, before a price.
    """

    adults: int
    children: int
    infants: int
    vehicles: tuple[Vehicle, ...] = ()
    cabins: tuple[tuple[str, int], ...] = ()  # type, how many
    pets: int = 0
    # Who of the people pays less for living there: the area and the age class, one for each.
    residents: tuple[tuple[str, PassengerKind], ...] = ()
    extras: tuple[tuple[str, int], ...] = ()  # what, how many
    ages: tuple[int, ...] = ()
    berths: bool = False
    living_in: str = ""  # ISO 3166-2
    living_there: int = 0

    @property
    def people(self) -> int:
        """Return how many are aboard, infants too: life jackets are not shared."""
        return self.adults + self.children + self.infants + len(self.ages)

    @property
    def key(self) -> str:
        """Return one key for every way of naming the same people, animals, vehicles and wishes."""
        lots = ",".join(
            [f"{v.kind}.{v.length_cm}.{v.height_cm}.{v.weight_kg}" for v in self.vehicles]
        )
        plain = f"{self.adults}.{self.children}.{self.infants}:{lots}"
        if self.living_in:
            plain += f":{self.living_in}.{self.living_there}"
        if not (self.ages or self.pets or self.berths):
            return plain
        return f"{plain}:{'.'.join(map(str, self.ages))}:{self.pets}:{self.berths:d}"


class AgeBands(msgspec.Struct, frozen=True):
    """An operator's ages on the day of departure, each the last year of its band.

    `child_to_age=12` means: a child until the day before the thirteenth birthday. Nobody younger
    than `alone_from_age` travels without somebody of that age.
    """

    infant_to_age: int = 3
    child_to_age: int = 12
    alone_from_age: int = 12


class CancelRule(msgspec.Struct, frozen=True):
    """While at least this many hours are left, cancelling costs this share of the price."""

    hours_before: int
    fee_percent: int


class ResidentDiscount(msgspec.Struct, frozen=True):
    """Who lives in `area` (ISO 3166-2) pays this share less, and shows one of the proofs."""

    area: str
    percent: int
    proofs: tuple[ResidencyProof, ...]


class Fare(msgspec.Struct, frozen=True):
    """A price list of a house operator. `prices` are minor units by item (see fares/rules).

    `change_fee_minor` is for each leg that goes by another sailing, `name_change_fee_minor` for
    each person who travels in place of another; None: that is not allowed.
    """

    id: UUID
    code: str
    currency: str
    infant_to_age: int
    child_to_age: int
    harbour_tax_minor: int
    prices: dict[str, int]
    cancel_rules: tuple[CancelRule, ...]
    change_fee_minor: int | None = 0
    name_change_fee_minor: int | None = 0
    resident_discounts: tuple[ResidentDiscount, ...] = ()
    extras: tuple[FareExtra, ...] = ()

    @property
    def ages(self) -> AgeBands:
        """Return the ages that its prices hold at."""
        return AgeBands(self.infant_to_age, self.child_to_age)


class Sailing(msgspec.Struct, frozen=True):
    """What of a sailing does not change from minute to minute; capacity is asked for each time.

    `fare` is there for a house operator's sailing that is sold. A limit of None is not known for
    a remote operator (which checks it itself); for our own ships it means that no vehicle is taken.
    `departs_at` and `arrives_at` are the times that were sold; the expected ones are there when it
    is late (or early). `sales_close_at` follows from the departure that is expected. `berths` says
    how many sleep in a cabin, by its type; empty where only its operator knows.
    """

    id: UUID
    operator: Operator
    origin: Place
    destination: Place
    ferry: str | None
    mmsi: int | None
    departs_at: dt.datetime
    arrives_at: dt.datetime
    status: SailingStatus
    sales_close_at: dt.datetime
    fare: Fare | None
    max_height_cm: int | None
    max_vehicle_kg: int | None
    cars_allowed: bool | None
    remote_key: str | None
    ages: AgeBands
    distance_m: int | None = None
    expected_departs_at: dt.datetime | None = None
    expected_arrives_at: dt.datetime | None = None
    berths: dict[str, int] = {}

    @property
    def leaves_at(self) -> dt.datetime:
        """Return the departure that is expected now."""
        return self.expected_departs_at or self.departs_at

    @property
    def day(self) -> dt.date:
        """Return the date of departure at the origin."""
        return local_day(self.departs_at, self.origin.timezone)

    @property
    def public_id(self) -> str:
        """Return the id in requests and answers: a UUID, or "<operator>~<key>" of a remote one."""
        if self.operator.kind is OperatorKind.REMOTE:
            return f"{self.operator.code}{REMOTE_SEPARATOR}{self.remote_key}"
        return str(self.id)


class PriceLine(msgspec.Struct, frozen=True):
    """A line of a price: an item, how many of it, the amount for all of them, and why.

    A percentage, a tax per person, a difference or a discount (negative) is a line like any other.
    """

    item: str
    quantity: int
    amount_minor: int
    reason: PriceReason = PriceReason.FARE


# Between the operator's code and its own key of a sailing; part of neither.
REMOTE_SEPARATOR = "~"


@lru_cache(maxsize=8_192)  # a sailing's day is asked for a dozen times in a search or booking
def local_day(instant: dt.datetime, timezone: str) -> dt.date:
    """Return the date that the instant has in that IANA time zone."""
    return instant.astimezone(clock.zone(timezone)).date()


def local_time(instant: dt.datetime, place: Place) -> str:
    """Return the instant as the clock on that quay shows it, with its offset, to the minute."""
    return instant.astimezone(clock.zone(place.timezone)).isoformat(timespec="minutes")


def help_line(operator: Operator) -> str:
    """Return the telephone number or else the address of an operator; empty if it gave neither."""
    for reached in (operator.phone, operator.support_email):
        if isinstance(reached, str) and reached:
            return reached
    return ""
