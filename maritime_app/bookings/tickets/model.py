"""A ticket: one passenger or vehicle on one leg."""

import msgspec

from maritime_app.bookings.model import BookedVehicle, Leg, Passenger
from maritime_app.bookings.tickets.quays import Quays
from maritime_app.ferries.model import ResidentDiscount


class CabinBerths(msgspec.Struct, frozen=True):
    """How many berths a cabin of that type has on the ship of a leg."""

    leg: int
    cabin_type: str
    berths: int


class Berth(msgspec.Struct, frozen=True):
    """A berth of one person; `number` tells cabins of a type apart, `shared_with` are names."""

    cabin_type: str
    number: int
    cabins: int  # of this type on this leg
    shared_with: tuple[str, ...]


class Ticket(msgspec.Struct, frozen=True):
    """Either `passenger` or `vehicle` on one leg; `code` is what the QR says."""

    leg: Leg
    code: str
    quays: Quays
    passenger: Passenger | None = None
    vehicle: BookedVehicle | None = None
    berth: Berth | None = None

    @property
    def discount(self) -> ResidentDiscount | None:
        """Return the residents' discount of the passenger on this leg, which is to be proved."""
        return self.leg.discount_of(self.passenger.resident_of) if self.passenger else None

    @property
    def holder(self) -> str:
        """Return the passenger's whole name; empty for a vehicle."""
        who = self.passenger
        return full_name(who) if who else ""

    @property
    def holder_id(self) -> str:
        """Return what the code calls the holder: p1, p2 ... or v1, v2 ..."""
        if self.passenger:
            return f"p{self.passenger.number}"
        return f"v{self.vehicle.number}" if self.vehicle else ""


def full_name(person: Passenger) -> str:
    """Return the given names and the surname."""
    return f"{person.given_name} {person.family_name}"
