"""A line of the passenger list."""

from datetime import date, datetime

import msgspec

from maritime_app.boarding.model import Closing
from maritime_app.bookings.travellers.model import AssistanceKind, Gender
from maritime_app.ferries.model import PassengerKind, ResidentDiscount, VehicleKind
from maritime_app.ferries.operations.model import ManagedSailing


class ManifestLine(msgspec.Struct, frozen=True):
    """Somebody on board, by what Directive 98/41/EC asks in article 5(1): names, gender,
    nationality, birth date, care that may be needed in an emergency, a number to call then.

    `erased_at`: birth date, gender, nationality and care are gone since.
    """

    reference: str
    number: int
    kind: PassengerKind
    family_name: str
    given_name: str
    gender: Gender | None
    nationality: str | None
    birth_date: date | None
    assistance: AssistanceKind | None
    assistance_note: str | None
    emergency_phone: str | None
    admitted_at: datetime | None
    erased_at: datetime | None
    discount: ResidentDiscount | None = None  # of residents: its proof is to be shown

    @property
    def missing(self) -> int:
        """Return how many of the fields that the law asks for are not known."""
        return [self.gender, self.nationality, self.birth_date].count(None)


class LoadingLine(msgspec.Struct, frozen=True):
    """A vehicle on board, with what it takes of a lane."""

    reference: str
    number: int
    kind: VehicleKind
    plate: str | None
    length_cm: int
    height_cm: int
    weight_kg: int | None
    admitted_at: datetime | None


class ExtraLine(msgspec.Struct, frozen=True):
    """What a booking has bought with its places; `name` is its first passenger's."""

    kind: str
    quantity: int
    reference: str
    name: str


class SailingShip(msgspec.Struct, frozen=True):
    """The ship that sails, by what authorities know her by."""

    name: str
    imo: int | None
    mmsi: int | None


class Manifest(msgspec.Struct, frozen=True):
    """The list of a sailing, by name; `closing` is the count that was declared, if it was."""

    sailing: ManagedSailing
    made_at: datetime
    lines: tuple[ManifestLine, ...]
    vehicles: tuple[LoadingLine, ...] = ()
    closing: Closing | None = None
    extras: tuple[ExtraLine, ...] = ()
    ship: SailingShip | None = None

    @property
    def boarded(self) -> tuple[ManifestLine, ...]:
        """Return those who were let aboard."""
        return tuple(line for line in self.lines if line.admitted_at)

    @property
    def is_off_count(self) -> bool:
        """Return whether who is aboard now is not who was declared: a gate was heard of later."""
        if self.closing is None:
            return False
        vehicles = sum(1 for vehicle in self.vehicles if vehicle.admitted_at)
        counted = (self.closing.people, self.closing.vehicles)
        return (len(self.boarded), vehicles) != counted
