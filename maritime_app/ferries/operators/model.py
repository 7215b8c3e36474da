"""The operator API's own words (Ferrygateway's vocabulary), and how a call can end without an
answer.
"""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Struct

ReservationStatus = Literal["Reserved", "Booked", "Refused", "Expired", "Cancelled"]

# What an answer may say. Whatever else it says is none that can be read: it would be compared,
# added up and shown beside what the others offer.
Instant = Annotated[datetime, msgspec.Meta(tz=True)]
Currency = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}(?![\s\S])")]
SailingCode = Annotated[str, msgspec.Meta(pattern=r"^(?:(?![/?#%\\])[!-~]){1,100}(?![\s\S])")]
ShipName = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f]{0,200}(?![\s\S])")]
Age = Annotated[int, msgspec.Meta(ge=-1, le=125)]
Price = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
Amount = Annotated[int, msgspec.Meta(ge=-(10**12), le=10**12)]
YEARS: Final = range(2000, 2100)


class VehicleSize(Struct, frozen=True, forbid_unknown_fields=True):
    """A vehicle with its outer measures;

    `category` is a fare's word: car, van, motorcycle, bicycle ...
    """

    category: str
    length_cm: int = 450
    height_cm: int = 180
    weight_kg: int = 1500


class Party(Struct, frozen=True, forbid_unknown_fields=True):
    """Who and what travels: people by age group, vehicles, cabins (or seats) by type, pets."""

    adults: int = 1
    children: int = 0
    infants: int = 0
    vehicles: tuple[VehicleSize, ...] = ()
    cabins: dict[str, int] = {}
    pets: int = 0

    @property
    def people(self) -> int:
        """Everybody who needs a place on the ship."""
        return self.adults + self.children + self.infants


class OperatorSailing(Struct, frozen=True):
    """One sailing as its operator describes it; instants in UTC, places by UN/LOCODE."""

    code: SailingCode
    operator_code: str
    depart_place: str
    destination_place: str
    depart_at: Instant
    arrive_at: Instant
    ship_name: ShipName
    ship_imo: int

    def __post_init__(self) -> None:
        """Refuse times that cannot be; raise ValueError."""
        if self.depart_at.year not in YEARS or self.arrive_at.year not in YEARS:
            raise ValueError("a sailing of no year of ours")
        if self.arrive_at < self.depart_at:
            raise ValueError("a sailing that arrives before it leaves")


class Cost(Struct, frozen=True):
    """A line of the price, `amount_minor` for all of `quantity`; an unknown category is Other."""

    category: str
    description: str
    quantity: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]
    amount_minor: Amount


class Accommodation(Struct, frozen=True):
    """A cabin or seat type that may be added: price of one, how many are left, berths."""

    type: Annotated[str, msgspec.Meta(pattern=r"^[!-~]{1,60}(?![\s\S])")]
    price_minor: Price
    berths: Annotated[int, msgspec.Meta(ge=1, le=1_000)]
    left: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class OperatorAges(Struct, frozen=True):
    """The age bands that hold on a sailing, each the last year of its band on the day it leaves."""

    infant_to_age: Age = 3
    child_to_age: Age = 12
    alone_from_age: Age = 12


class OperatorOffer(Struct, frozen=True):
    """A sailing with its price for a party; the token locks that price until it expires.

    `ages` are those of the sailing: a party with other age classes by them is asked for again.
    `sales_close_at` is read by service.closing.
    """

    sailing: OperatorSailing
    is_available: bool
    is_vehicle_available: bool
    is_accommodation_available: bool
    is_pet_available: bool
    currency: Currency
    total_minor: Price
    costs: tuple[Cost, ...]
    accommodations: tuple[Accommodation, ...]
    token: str
    token_expires_at: Instant
    ages: OperatorAges = OperatorAges()
    sales_close_at: Any = None


class ResourceLeft(Struct, frozen=True):
    """How much of one resource a sailing has:

    `passenger`, `pet`, `lane_cm:<deck>`, `cabin:<type>`.
    """

    resource: str
    total: int
    left: int


class OperatorAvailability(Struct, frozen=True):
    """What is left on one sailing at this moment, and the rules that hold on it.

    `ages` defaults to what docs/operator-api.md says of an operator that names none; a limit of
    None is not told: the operator checks it itself. `sales_close_at` is read by service.closing.
    """

    sailing: OperatorSailing
    resources: tuple[ResourceLeft, ...]
    ages: OperatorAges = OperatorAges()
    max_height_cm: int | None = None
    max_vehicle_kg: int | None = None
    sales_close_at: Any = None

    def left(self, resource: str) -> int:
        """How much of a resource is left; `lane_cm` sums over the decks."""
        names = ((part.resource, part.left) for part in self.resources)
        return sum(left for name, left in names if resource in (name, name.partition(":")[0]))


class OperatorReservation(Struct, frozen=True):
    """What the operator holds or has booked for our reference."""

    reference: str
    operator_reference: str
    status: ReservationStatus
    sailing: OperatorSailing
    party: Party
    currency: Currency
    total_minor: int
    costs: tuple[Cost, ...]
    expires_at: Instant
    cancel_charge_minor: int | None = None

    @property
    def adds_up(self) -> bool:
        """Whether the lines of its price are its total."""
        return sum(cost.amount_minor for cost in self.costs) == self.total_minor


class CancelQuote(Struct, frozen=True):
    """What a cancellation costs now; the cancellation itself must carry this charge."""

    reference: str
    currency: str
    charge_minor: int
    refund_minor: int
    valid_until: Instant


class StatementLine(Struct, frozen=True):
    """A reservation in a statement: what the operator charges us for it, in its currency."""

    reference: str
    operator_reference: str
    status: ReservationStatus
    currency: str
    amount_minor: int


class Statement(Struct, frozen=True):
    """What an operator booked for us on sailings that leave on a day (UTC), by reference.

    `more`: there are others after the last reference.
    """

    lines: tuple[StatementLine, ...]
    more: bool = False


class RawOffers(Struct, frozen=True):
    """The answer to a price question, each offer as it came: one that cannot be read costs no
    other.
    """

    offers: tuple[msgspec.Raw, ...]


class Timetable(Struct, frozen=True):
    """The sailings between two places on a day."""

    sailings: tuple[OperatorSailing, ...]


class PriceQuestion(Struct, frozen=True, forbid_unknown_fields=True):
    """What a party wants to know: local date of the departure place."""

    depart_place: str
    destination_place: str
    date: str
    party: Party


class HoldRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be held; the token of an offer locks its price."""

    sailing: str
    party: Party
    token: str = ""


class CancelRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The guard of a cancellation: the charge that the traveller was shown."""

    expected_charge_minor: int


class OperatorProblem(Struct, frozen=True):
    """Why an operator says no."""

    code: str
    message: str


class OperatorProblemBody(Struct, frozen=True):
    """A refusal on the wire."""

    error: OperatorProblem


# Refusals of a price question by which an operator says that it does not sail there.
NOT_SERVED = ("UnknownRoute", "UnknownPlace")


class OperatorRefused(Exception):
    """The operator answered and says no; asking the same again changes nothing."""

    def __init__(self, operator_code: str, code: str, message: str) -> None:
        super().__init__(f"{operator_code}: {code}: {message}")
        self.operator_code = operator_code
        self.code = code
        self.message = message


class OperatorUnavailable(Exception):
    """The operator could not be asked, and nothing was done there."""

    def __init__(
        self, operator_code: str, reason: str, retry_after_seconds: float | None = None
    ) -> None:
        super().__init__(f"{operator_code}: {reason}")
        self.operator_code = operator_code
        self.reason = reason
        self.retry_after_seconds = retry_after_seconds


class KeyRefused(OperatorUnavailable):
    """The operator does not take our key: nothing was done there, and a person must look after the
    key.
    """

    def __init__(self, operator_code: str) -> None:
        super().__init__(operator_code, "our key is refused")


class OutcomeUnknown(Exception):
    """The request left us and no answer came: it may have been done.

    Recall before undoing anything.
    """

    def __init__(self, operator_code: str, action: str) -> None:
        super().__init__(f"{operator_code}: no answer to {action}")
        self.operator_code = operator_code
        self.action = action
