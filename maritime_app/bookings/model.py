"""What a booking is asked with, and what it is."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec

from maritime_app.ferries.model import Price, VehicleKind

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Email = Annotated[
    str, msgspec.Meta(max_length=254, pattern=r"^[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\".]{2,}$")
]
SailingId = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class LegAsk(msgspec.Struct, frozen=True):
    """One sailing. `cabins` says how many of which type; `cabin` is short for one."""

    sailing_id: SailingId
    cabin: str | None = None
    cabins: dict[str, Annotated[int, msgspec.Meta(ge=1, le=20)]] = {}

    def wanted_cabins(self) -> tuple[tuple[str, int], ...]:
        """Cabins by type, in a fixed order."""
        wanted = dict(self.cabins)
        if self.cabin:
            wanted[self.cabin] = wanted.get(self.cabin, 0) + 1
        return tuple(sorted(wanted.items()))


class PassengerAsk(msgspec.Struct, frozen=True):
    """A traveller.

    With a birth date the fare's ages decide the kind; without one, `kind` is believed.
    """

    given_name: Name
    family_name: Name
    kind: str = "adult"
    birth_date: date | None = None
    gender: Annotated[str, msgspec.Meta(max_length=20)] | None = None
    nationality: Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")] | None = None


class VehicleBooked(msgspec.Struct, frozen=True):
    """A vehicle with its outer measures; 0 means the usual size of its kind."""

    kind: VehicleKind = "car"
    length_cm: Annotated[int, msgspec.Meta(ge=0, le=2500)] = 0
    height_cm: Annotated[int, msgspec.Meta(ge=0, le=500)] = 0
    weight_kg: Annotated[int, msgspec.Meta(ge=0, le=60000)] | None = None
    plate: Annotated[str, msgspec.Meta(max_length=16)] | None = None


class Contact(msgspec.Struct, frozen=True):
    """Where to write to, and in which language."""

    email: Email
    phone: Annotated[str, msgspec.Meta(max_length=40)] | None = None
    language: Annotated[str, msgspec.Meta(max_length=10)] = "en"


class BookingAsk(msgspec.Struct, frozen=True):
    """A booking as it is asked for.

    `total` may repeat the price that was shown: another one is refused.
    """

    legs: Annotated[list[LegAsk], msgspec.Meta(min_length=1, max_length=6)]
    passengers: Annotated[list[PassengerAsk], msgspec.Meta(min_length=1, max_length=20)]
    contact: Contact
    vehicles: Annotated[list[VehicleBooked], msgspec.Meta(max_length=4)] = []
    pets: Annotated[int, msgspec.Meta(ge=0, le=10)] = 0
    total: Price | None = None


class Proof(msgspec.Struct, frozen=True):
    """What a guest shows: the surname of a passenger, or the signed token of the link."""

    surname: str = ""
    token: str = ""


class CancelAsk(msgspec.Struct, frozen=True):
    """A cancellation with the fee that was quoted, and the guest's proof."""

    fee_minor: Annotated[int, msgspec.Meta(ge=0)]
    surname: str = ""
    token: str = ""


class PlaceAnswer(msgspec.Struct, frozen=True):
    """A harbour or stop."""

    code: str
    name: str
    timezone: str


class OperatorAnswer(msgspec.Struct, frozen=True):
    """Who sails."""

    code: str
    name: str
    kind: str
    phone: str | None = None
    support_email: str | None = None


class LegAnswer(msgspec.Struct, frozen=True):
    """One sailing of a booking."""

    number: int
    sailing_id: str
    origin: PlaceAnswer
    destination: PlaceAnswer
    departs_at: datetime
    arrives_at: datetime
    operator: OperatorAnswer
    ferry: str | None
    mmsi: int | None
    operator_reference: str | None
    price: Price
    cabins: dict[str, int] = {}


class PassengerAnswer(msgspec.Struct, frozen=True):
    """A traveller, without what only the ship needs to know."""

    number: int
    kind: str
    given_name: str
    family_name: str


class VehicleAnswer(msgspec.Struct, frozen=True):
    """A vehicle."""

    number: int
    kind: str
    length_cm: int
    height_cm: int
    plate: str | None


class ItemAnswer(msgspec.Struct, frozen=True):
    """A line of the price."""

    leg: int
    item: str
    quantity: int
    amount: Price


class RefundAnswer(msgspec.Struct, frozen=True):
    """Money on its way back."""

    amount: Price
    status: str


class BookingAnswer(msgspec.Struct, frozen=True):
    """A booking for the one who holds the proof. `checkout_url` is there while it can be paid."""

    reference: str
    status: str
    created_at: datetime
    expires_at: datetime
    total: Price
    checkout_url: str | None
    booking_url: str
    ticket_url: str | None
    token: str
    legs: tuple[LegAnswer, ...]
    passengers: tuple[PassengerAnswer, ...]
    vehicles: tuple[VehicleAnswer, ...]
    items: tuple[ItemAnswer, ...]
    refunds: tuple[RefundAnswer, ...] = ()
    cancel_fee: Price | None = None


class CancelQuote(msgspec.Struct, frozen=True):
    """What cancelling costs now. The cancellation must repeat `fee.amount_minor`."""

    paid: Price
    fee: Price
    refund: Price
    legs: tuple["LegFee", ...]


class LegFee(msgspec.Struct, frozen=True):
    """The fee of one leg; `next_change_at` is when it rises."""

    number: int
    fee_percent: int
    fee: Price
    next_change_at: datetime | None


class Booking(msgspec.Struct, frozen=True):
    """A booking as it stands in the database."""

    id: UUID
    reference: str
    status: str
    version: int
    email: str
    phone: str | None
    language: str
    currency: str
    total_minor: int
    created_at: datetime
    expires_at: datetime
    cancel_fee_minor: int | None
    erased_at: datetime | None
    legs: tuple[LegAnswer, ...]
    passengers: tuple[PassengerAnswer, ...]
    vehicles: tuple[VehicleAnswer, ...]
    items: tuple[ItemAnswer, ...]
