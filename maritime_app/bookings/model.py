"""What a booking is asked for with, and what it is."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from maritime_app.bookings.buyer import Buyer
from maritime_app.bookings.open_change import OpenChange
from maritime_app.bookings.travellers.model import (
    AreaCode,
    AssistanceKind,
    CountryCode,
    Email,
    Gender,
    Name,
    Plate,
)
from maritime_app.ferries.extras import ExtraCode, FareExtra
from maritime_app.ferries.model import (
    Operator,
    PassengerKind,
    Place,
    PriceReason,
    ResidentDiscount,
    SailingStatus,
    VehicleKind,
)
from maritime_app.ferries.operations.model import ChangeReason
from maritime_app.money import Money

SailingId = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
CabinType = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Extras = dict[ExtraCode, Annotated[int, msgspec.Meta(ge=1, le=20)]]


class BookingStatus(StrEnum):
    """Where a booking stands."""

    HELD = "held"  # places are taken, money is awaited
    PAID = "paid"
    CONFIRMING = "confirming"  # operators are being asked
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # nobody paid in time
    REFUSED = "refused"  # an operator said no after money was taken


class LegRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sailing, its cabins by type (`cabin`: one), extras. `fewer_berths`: some go without."""

    sailing_id: SailingId
    cabin: CabinType | None = None
    cabins: dict[CabinType, Annotated[int, msgspec.Meta(ge=1, le=20)]] = {}
    fewer_berths: bool = False
    extras: Extras = {}

    def all_cabins(self) -> tuple[tuple[str, int], ...]:
        """Return how many cabins by type, in a fixed order."""
        if not self.cabins:
            return ((self.cabin, 1),) if self.cabin else ()
        counts = dict(self.cabins)
        if self.cabin:
            counts[self.cabin] = counts.get(self.cabin, 0) + 1
        return tuple(sorted(counts.items()))


class PassengerRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A traveller. With a birth date the age bands decide the kind; without one, `kind` does."""

    given_name: Name
    family_name: Name
    kind: PassengerKind = PassengerKind.ADULT
    birth_date: date | None = None
    gender: Gender | None = None
    nationality: CountryCode | None = None
    assistance: AssistanceKind | None = None
    assistance_note: Annotated[str, msgspec.Meta(max_length=300)] | None = None
    resident_of: AreaCode | None = None  # claims the discount that fares have for residents


class VehicleBooking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A vehicle with its outer measures; 0 or null means the usual one of its kind."""

    kind: VehicleKind = VehicleKind.CAR
    length_cm: Annotated[int, msgspec.Meta(ge=0, le=2500)] = 0
    height_cm: Annotated[int, msgspec.Meta(ge=0, le=500)] = 0
    weight_kg: Annotated[int, msgspec.Meta(ge=0, le=60_000)] | None = None
    plate: Plate | None = None


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to write to, and in which language."""

    email: Email
    phone: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    language: Annotated[str, msgspec.Meta(max_length=35)] = "en"


class BookingRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A booking as it is asked for. `total` may repeat the shown price: another one is refused.

    A misspelt `vehicles` is refused, too: it would book no car, and cost less than was meant.
    """

    legs: Annotated[list[LegRequest], msgspec.Meta(min_length=1, max_length=6)]
    passengers: Annotated[list[PassengerRequest], msgspec.Meta(min_length=1, max_length=20)]
    contact: Contact
    vehicles: Annotated[list[VehicleBooking], msgspec.Meta(max_length=4)] = []
    pets: Annotated[int, msgspec.Meta(ge=0, le=10)] = 0
    total: Money | None = None
    buyer: Buyer | None = None  # without a name or company: the first passenger
    promo_code: Annotated[str, msgspec.Meta(max_length=80)] | None = None


class Proof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a guest shows: the surname of a passenger, or the signed token of the link."""

    surname: str = ""
    token: str = ""


class Leg(msgspec.Struct, frozen=True):
    """One sailing of a booking. `sailing_id` is the public one (see ferries.model.Sailing).

    `departs_at` and `arrives_at` were booked; the expected times are there when it is late.
    `departed_at` and `arrived_at` are what happened, by the ship's own reports where they say so,
    else as its operator recorded it; `reason` is why it is late or does not go.
    `resident_discounts` and `fare_extras` are those of the fare that it was sold by (`fare_id`).
    `place_lost`: another ship sails than was sold, and the party has no place on it.
    """

    number: int
    sailing_id: str
    origin: Place
    destination: Place
    departs_at: datetime
    arrives_at: datetime
    operator: Operator
    ferry: str | None
    mmsi: int | None
    operator_reference: str | None
    price: Money
    cabins: dict[str, int] = {}
    status: SailingStatus = SailingStatus.SCHEDULED
    expected_departs_at: datetime | None = None
    expected_arrives_at: datetime | None = None
    note: str | None = None
    reason: ChangeReason | None = None
    departed_at: datetime | None = None
    arrived_at: datetime | None = None
    resident_discounts: tuple[ResidentDiscount, ...] = ()
    extras: dict[ExtraCode, int] = {}
    fare_extras: tuple[FareExtra, ...] = ()
    fare_id: UUID | None = None
    place_lost: bool = False

    @property
    def is_lost(self) -> bool:
        """Return whether the party does not sail on it: cancelled, or without a place."""
        return self.place_lost or self.status is SailingStatus.CANCELLED

    @property
    def leaves_at(self) -> datetime:
        """Return the departure that is expected now."""
        return self.expected_departs_at or self.departs_at

    @property
    def lands_at(self) -> datetime:
        """Return the arrival that is expected now, or the one that happened."""
        return self.arrived_at or self.expected_arrives_at or self.arrives_at

    def discount_of(self, area: str | None) -> ResidentDiscount | None:
        """Return what residents of that area are given here; None where they are given nothing."""
        return next((one for one in self.resident_discounts if one.area == area), None)


class DisruptionKind(StrEnum):
    """What has become of a sailing."""

    CANCELLED = "cancelled"
    DELAYED = "delayed"  # so much that there is a choice; or so much earlier
    RETIMED = "retimed"  # by less, or back to its time: news without a choice
    NO_PLACE = "no_place"  # another ship sails, and this party does not fit on it


class PartyStatus(StrEnum):
    """Where one booking stands in a disruption (see disruptions/states.py)."""

    WAITING = "waiting"  # to be written to
    OFFERED = "offered"
    OVERDUE = "overdue"  # no answer: a person looks after it, and the money stays owed
    MOVING = "moving"  # an operator is being asked for the other sailing
    INFORMED = "informed"
    MOVED = "moved"
    REFUNDED = "refunded"
    KEPT = "kept"  # they travel late
    SUPERSEDED = "superseded"  # a newer disruption asks instead
    ENDED = "ended"  # the booking ended otherwise


class Asked(msgspec.Struct, frozen=True):
    """The open question of a booking: what has become of its sailing, and where it stands."""

    kind: DisruptionKind
    status: PartyStatus
    late_minutes: int
    answer_by: datetime | None = None

    @property
    def may_choose(self) -> bool:
        """Return whether an answer is awaited (or would still be taken)."""
        return self.status in (PartyStatus.OFFERED, PartyStatus.OVERDUE)


class LegRow(msgspec.Struct, frozen=True):
    """Only for us: a sailing's row, its later name at the operator, the least fee in percent."""

    sailing_id: UUID
    operator_key: str | None
    least_fee_percent: int


class Passenger(msgspec.Struct, frozen=True):
    """A traveller, without what only the ship needs to know. `kind` is that of the first leg."""

    number: int
    kind: PassengerKind
    given_name: str
    family_name: str
    resident_of: str | None = None  # as claimed, ISO 3166-2


class BookedVehicle(msgspec.Struct, frozen=True):
    """A vehicle of a booking."""

    number: int
    kind: VehicleKind
    length_cm: int
    height_cm: int
    plate: str | None
    weight_kg: int | None = None


class BookingItem(msgspec.Struct, frozen=True):
    """A line of the price: `amount` is for all of `quantity`."""

    leg: int
    item: str
    quantity: int
    amount: Money
    reason: PriceReason = PriceReason.FARE


class Booking(msgspec.Struct, frozen=True):
    """A booking as it stands in the database."""

    id: UUID
    reference: str
    status: BookingStatus
    version: int
    email: str
    phone: str | None
    language: str
    currency: str
    total_minor: int
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    cancel_fee_minor: int | None
    erased_at: datetime | None
    legs: tuple[Leg, ...]
    passengers: tuple[Passenger, ...]
    vehicles: tuple[BookedVehicle, ...]
    items: tuple[BookingItem, ...]
    goodwill_minor: int = 0  # what staff gave of the price; never more than the price
    ticket_issue: int = 1  # ticket codes of another issue are refused at the gate
    leg_rows: dict[int, LegRow] = {}  # by number of the leg
    asked: Asked | None = None  # what its passengers may choose, because a sailing does not go
    change: OpenChange | None = None
    links_from: datetime | None = None  # links that were written before it open nothing

    @property
    def total(self) -> Money:
        """Return the whole price."""
        return Money(self.total_minor, self.currency)

    def operator_key(self, leg_number: int) -> str:
        """Return what we call a leg towards its operator: an order is repeated under this name."""
        row = self.leg_rows.get(leg_number)
        return (row and row.operator_key) or operator_key(self.reference, leg_number)


def operator_key(reference: str, leg_number: int) -> str:
    """Return our name for one leg of a booking towards the operator that sails it."""
    return f"{reference}-{leg_number}"
