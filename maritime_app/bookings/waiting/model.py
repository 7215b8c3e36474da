"""A party that waits for places on a sailing, and what its mails say."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from maritime_app.bookings.model import BookingStatus
from maritime_app.ferries.model import Place
from maritime_app.money import Money


class WaitingStatus(StrEnum):
    """Where a party stands (see waiting/states.py). Stored."""

    WAITING = "waiting"
    OFFERING = "offering"  # places are just being held for it
    OFFERED = "offered"  # they are held, and wait for its payment
    TAKEN = "taken"
    PASSED = "passed"  # it did not pay in time
    LEFT = "left"
    CLOSED = "closed"  # the sailing is not sold any more


class Waiter(msgspec.Struct, frozen=True):
    """A party on the list of a sailing. `places` is what it needs, by resource.

    `reference` is that of the booking that is (being) held for it: it is drawn before the places
    are taken, so that whoever comes after a crash finds what was held.
    """

    id: UUID
    sailing_id: UUID
    status: WaitingStatus
    email: str
    language: str
    places: dict[str, int]
    reference: str | None
    created_at: datetime
    booking_expires_at: datetime | None


class WaitedSailing(msgspec.Struct, frozen=True):
    """The sailing that a party waits for."""

    origin: Place
    destination: Place
    operator: str
    departs_at: datetime


class Decided(msgspec.Struct, frozen=True):
    """An offered party whose booking has been paid or has ended."""

    waiter: Waiter
    booking_status: BookingStatus


class NewWaiter(msgspec.Struct, frozen=True):
    """A party that joins; `request` is its BookingRequest as plain values."""

    id: UUID
    sailing_id: UUID
    email: str
    language: str
    places: Mapping[str, int]
    request: dict[str, object]


class WaitingMail(msgspec.Struct, frozen=True):
    """What a mail to a party that waits says. It is stored with the mail.

    Without `pay_url` there is no offer; `ahead` is how many parties come before.
    """

    origin: str
    destination: str
    operator: str
    timezone: str
    departs_at: datetime
    ahead: int
    place_url: str
    end_url: str
    search_url: str
    pay_url: str = ""
    until: datetime | None = None
    total: Money | None = None

    @property
    def quay(self) -> Place:
        """Return where it leaves from; the mail's language has chosen the name."""
        return Place("", self.origin, self.timezone)
