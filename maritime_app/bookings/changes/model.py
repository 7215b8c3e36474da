"""A change, and the booking as it will be."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from maritime_app.bookings.holds.model import HoldItem, HoldPassenger, HoldVehicle
from maritime_app.bookings.model import Booking, Leg
from maritime_app.bookings.open_change import ChangeOrigin, ChangeStatus


class ChangedLeg(msgspec.Struct, frozen=True):
    """A leg as it will be: `sailing_id` is our row's, `public_id` the one that is shown.

    `places` is what it takes from inventory here by resource. A leg that the change makes is `new`;
    one of a remote operator is held under `operator_key` and is confirmed once it has a reference.
    `fare_id` is the fare whose terms hold for it: a leg on its sailing keeps those of its sale.
    """

    number: int
    sailing_id: UUID
    public_id: str
    price_minor: int
    places: dict[str, int]
    operator_key: str | None = None
    operator_reference: str | None = None
    least_fee_percent: int = 0
    new: bool = False
    fare_id: UUID | None = None


class GivenUp(msgspec.Struct, frozen=True):
    """What a remote operator has under our key, to be cancelled once the change is done."""

    operator_code: str
    operator_key: str


class Content(msgspec.Struct, frozen=True):
    """The booking as it will be: legs and price lines whole, people and vehicles by difference.

    `passengers` and `vehicles` are new, or written over those of their numbers. `dropped_legs` are
    as they were: they are to be taken out of calendars.
    """

    legs: tuple[ChangedLeg, ...]
    items: tuple[HoldItem, ...]
    passengers: tuple[HoldPassenger, ...] = ()
    dropped_passengers: tuple[int, ...] = ()
    vehicles: tuple[HoldVehicle, ...] = ()
    dropped_vehicles: tuple[int, ...] = ()
    given_up: tuple[GivenUp, ...] = ()
    dropped_legs: tuple[Leg, ...] = ()


class Draft(msgspec.Struct, frozen=True):
    """A change before its places are held: its content, and the money that it moves.

    `due_minor` is to be paid, or (negative) given back.
    """

    content: Content
    total_minor: int
    due_minor: int = 0


class HoldChange(NamedTuple):
    """A change that is to be held until then; `booking` is as its locked row says."""

    booking: Booking
    draft: Draft
    expires_at: datetime


class Change(msgspec.Struct, frozen=True):
    """A change as it stands in the database."""

    id: UUID
    booking_id: UUID
    number: int
    origin: ChangeOrigin
    status: ChangeStatus
    from_version: int
    content: Content
    total_minor: int
    due_minor: int
    created_at: datetime
    expires_at: datetime
    refusal: str | None

    def held_remotely(self) -> list[ChangedLeg]:
        """Return the legs that the change has made at remote operators."""
        return [leg for leg in self.content.legs if leg.new and leg.operator_key]
