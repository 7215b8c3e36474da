"""What a search asks and answers, and a fare with its rules."""

import datetime as dt
from typing import Annotated, Literal
from uuid import UUID

import msgspec

VEHICLE_KINDS = ("car", "van", "motorcycle", "bicycle", "camper")
# Outer measures that are assumed when a traveller names only the kind: length, height in cm, weight
# in kg.
USUAL_SIZE = {
    "car": (450, 180, 1800),
    "van": (550, 220, 3000),
    "motorcycle": (220, 130, 300),
    "bicycle": (190, 120, 20),
    "camper": (700, 310, 3500),
}
Count = Annotated[int, msgspec.Meta(ge=0, le=20)]
PlaceCode = Annotated[str, msgspec.Meta(min_length=1, max_length=160)]
VehicleKind = Literal["car", "van", "motorcycle", "bicycle", "camper"]


class VehicleAsk(msgspec.Struct, frozen=True):
    """A vehicle to be carried; sizes left at 0 mean the usual size of its kind."""

    kind: VehicleKind = "car"
    length_cm: Annotated[int, msgspec.Meta(ge=0, le=2500)] = 0
    height_cm: Annotated[int, msgspec.Meta(ge=0, le=500)] = 0

    def sized(self) -> tuple[str, int, int]:
        """Kind, length and height in centimetres, with nothing left open."""
        length, height, _ = USUAL_SIZE[self.kind]
        return self.kind, self.length_cm or length, self.height_cm or height


class SearchQuestion(msgspec.Struct, frozen=True, rename={"origin": "from", "destination": "to"}):
    """What a traveller looks for. `from` and `to` are UN/LOCODEs or stop ids; dates are local at
    the origin.

    `vehicles` is a number of cars, a list like "car,camper:720:320" (kind:length_cm:height_cm), or
    in JSON
    a list of objects.
    """

    origin: PlaceCode
    destination: PlaceCode
    date: dt.date
    return_date: dt.date | None = None
    adults: Count = 1
    children: Count = 0
    infants: Count = 0
    vehicles: int | str | list[VehicleAsk] = 0


class Party(msgspec.Struct, frozen=True):
    """Who and what travels, in the form in which it is compared, priced and taken from capacity."""

    adults: int
    children: int
    infants: int
    vehicles: tuple[tuple[str, int, int], ...] = ()  # kind, length_cm, height_cm
    cabins: tuple[tuple[str, int], ...] = ()  # type, how many
    pets: int = 0

    @property
    def people(self) -> int:
        """Everybody aboard counts, infants too: life jackets are not shared."""
        return self.adults + self.children + self.infants


class Price(msgspec.Struct, frozen=True):
    """An amount in minor units of an ISO 4217 currency."""

    amount_minor: int
    currency: str


class Place(msgspec.Struct, frozen=True):
    """A harbour or stop."""

    code: str
    name: str
    timezone: str
    country: str | None = None


class CabinOffer(msgspec.Struct, frozen=True):
    """A cabin or seat type that may be added: price of one, berths in it, how many are left."""

    type: str
    price: Price
    berths: int
    left: int


class OperatorName(msgspec.Struct, frozen=True):
    """Who sails; `kind` is house, remote or listed."""

    code: str
    name: str
    kind: str
    demo: bool = False


class SailingOffer(msgspec.Struct, frozen=True):
    """One sailing for one party. No `price`: listed in the timetable, not sold here.

    `vehicle_fits` null means that the timetable does not say. `every_minutes` marks a departure
    that runs
    about so often rather than at a fixed time.
    """

    sailing_id: str
    operator: OperatorName
    ferry: str | None
    departs_at: dt.datetime
    arrives_at: dt.datetime
    departs_local: str
    arrives_local: str
    duration_minutes: int
    price: Price | None
    bookable: bool
    places_left: int | None
    vehicle_fits: bool | None
    why_not: str | None = None
    every_minutes: int | None = None
    cabins: tuple[CabinOffer, ...] = ()


class OperatorState(msgspec.Struct, frozen=True):
    """Whether a remote operator answered: ok, slow (missed its deadline), failed, or paused (not
    asked for now).
    """

    code: str
    name: str
    status: str


class SearchAnswer(msgspec.Struct, frozen=True, rename={"origin": "from", "destination": "to"}):
    """What was found.

    `partial` says that an operator is missing; `as_of` is when it was looked up.
    """

    origin: Place
    destination: Place
    date: dt.date
    return_date: dt.date | None
    outbound: tuple[SailingOffer, ...]
    inbound: tuple[SailingOffer, ...] | None
    operators: tuple[OperatorState, ...]
    partial: bool
    as_of: dt.datetime
    sandbox: bool


class CancelRule(msgspec.Struct, frozen=True):
    """While at least this many hours are left, cancelling costs this share of the price."""

    hours_before: int
    fee_percent: int


class Fare(msgspec.Struct, frozen=True):
    """A price list. Ages are the last year at which the lower price holds."""

    id: UUID
    code: str
    currency: str
    infant_to_age: int
    child_to_age: int
    harbour_tax_minor: int
    prices: dict[str, int]
    cancel_rules: tuple[CancelRule, ...]


class SailingFacts(msgspec.Struct, frozen=True):
    """What of a sailing does not change from one minute to the next; capacity is asked for each
    time.
    """

    id: UUID
    operator: OperatorName
    origin: Place
    destination: Place
    ferry: str | None
    mmsi: int | None
    departs_at: dt.datetime
    arrives_at: dt.datetime
    status: str
    fare: Fare | None
    max_height_cm: int | None
    cars_allowed: bool | None
    remote_key: str | None
    distance_m: int | None = None
    operator_phone: str | None = None
    support_email: str | None = None


class PriceLine(msgspec.Struct, frozen=True):
    """A line of a price: an item of the fare, how many, what one costs."""

    item: str
    quantity: int
    unit_minor: int
