"""A booking as the hold statement wants it; field names are those of sql/queries/bookings.sql."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from maritime_app.bookings.travellers.model import AssistanceKind, Gender
from maritime_app.errors import Unavailable
from maritime_app.ferries.model import PassengerKind, PriceReason, VehicleKind


class ReferenceTaken(Unavailable):
    """Another booking has the reference: of ten million, each new one meets one in 8,000 times."""

    def __init__(self) -> None:
        super().__init__("We are very busy right now.", retry_after_seconds=1)


class HoldLeg(msgspec.Struct, frozen=True):
    """One sailing of the booking, and the fare by which it was priced here."""

    number: int
    sailing_id: UUID
    price_minor: int
    fare_id: UUID | None = None


class HoldReserved(msgspec.Struct, frozen=True):
    """What a leg takes from the capacity of its sailing."""

    leg: int
    sailing_id: UUID
    resource: str
    quantity: int


class HoldPassenger(msgspec.Struct, frozen=True):
    """A traveller, with what the ship must know."""

    number: int
    kind: PassengerKind
    given_name: str
    family_name: str
    birth_date: date | None
    gender: Gender | None
    nationality: str | None
    assistance: AssistanceKind | None
    assistance_note: str | None
    resident_of: str | None = None


class NewPassenger(HoldPassenger, frozen=True, omit_defaults=True):
    """A traveller of a new booking: what is not known is left out of the statement's JSON, where
    PostgreSQL reads null for it. Most of it is not, and each name costs both sides.
    """

    birth_date: date | None = None
    gender: Gender | None = None
    nationality: str | None = None
    assistance: AssistanceKind | None = None
    assistance_note: str | None = None


class HoldVehicle(msgspec.Struct, frozen=True):
    """A vehicle with its measures."""

    number: int
    kind: VehicleKind
    length_cm: int
    height_cm: int
    weight_kg: int
    plate: str | None


class HoldItem(msgspec.Struct, frozen=True):
    """A line of the price."""

    number: int
    leg: int
    item: str
    quantity: int
    amount_minor: int
    reason: PriceReason


class Held(msgspec.Struct, frozen=True):
    """What came of one booking: since when its places are held and until when.

    All of a statement are one change to what is cached (infra/cache_changes.py), with one id.
    """

    booking_id: UUID
    held_at: datetime
    expires_at: datetime
    change_id: UUID


class HoldRow(msgspec.Struct, frozen=True):
    """A whole booking. It is held for `hold_seconds` by the database's clock.

    A hold ends earlier where sales of one of its sailings close before that.
    """

    id: UUID
    reference: str
    email: str
    phone: str | None
    language: str
    currency: str
    total_minor: int
    hold_seconds: float
    payment_id: UUID
    legs: tuple[HoldLeg, ...]
    reserved: tuple[HoldReserved, ...]
    passengers: tuple[NewPassenger, ...]
    vehicles: tuple[HoldVehicle, ...]
    items: tuple[HoldItem, ...]
