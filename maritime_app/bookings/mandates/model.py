"""A mandate, its uses, what is asked and answered."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from maritime_app.bookings.responses import BookingResponse
from maritime_app.bookings.travellers.model import Email
from maritime_app.ferries.model import Place
from maritime_app.ferries.search.model import PlaceCode
from maritime_app.money import Money
from maritime_app.payments.saved_card import SavedCard

MandateKey = Annotated[
    str,
    msgspec.Meta(
        min_length=8,
        max_length=100,
        description="The key of a mandate that the person gave you. It begins with fm_.",
    ),
]


class MandateStatus(StrEnum):
    """Where a mandate stands. Stored."""

    ASKED = "asked"  # a mail is on its way, no card is saved
    ACTIVE = "active"
    REVOKED = "revoked"
    EXPIRED = "expired"  # its time is over, or no card was saved


class UseStatus(StrEnum):
    """Where a use stands. Stored."""

    TAKEN = "taken"  # the bank is being asked
    SPENT = "spent"
    GIVEN_BACK = "given_back"  # the bank refused: nothing was charged


class Mandate(msgspec.Struct, frozen=True):
    """What a program may pay. `origin` and `destination` None: from, or to, anywhere."""

    id: UUID
    status: MandateStatus
    email: str
    language: str
    limit_minor: int
    currency: str
    most_bookings: int
    valid_until: datetime
    session_id: str | None
    has_key: bool
    origin: Place | None = None
    destination: Place | None = None
    card: SavedCard | None = None

    @property
    def limit(self) -> Money:
        """Return the most that all its uses may cost together."""
        return Money(self.limit_minor, self.currency)

    def standing(self, now: datetime) -> MandateStatus:
        """Return its status by the clock: nothing is over later than it said."""
        is_over = self.status is MandateStatus.ACTIVE and now >= self.valid_until
        return MandateStatus.EXPIRED if is_over else self.status


class Used(msgspec.Struct, frozen=True):
    """What is taken or spent of a mandate; `has_it` says whether for the booking asked about."""

    minor: int
    bookings: int
    has_it: bool = False


class Use(msgspec.Struct, frozen=True):
    """A booking, or a dearer change of it, that a program paid or tried to; `refusal` is why the
    bank said no.
    """

    id: UUID
    mandate_id: UUID
    booking_id: UUID
    reference: str
    payment_id: UUID
    amount_minor: int
    currency: str
    status: UseStatus
    refusal: str | None
    created_at: datetime

    @property
    def amount(self) -> Money:
        """Return what it cost."""
        return Money(self.amount_minor, self.currency)


class MandateRequest(msgspec.Struct, frozen=True, rename={"origin": "from", "destination": "to"}):
    """What the form sends; `limit` in major units as people write it, no port for anywhere."""

    email: Email
    limit: Annotated[str, msgspec.Meta(max_length=20)]
    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
    days: Literal[1, 7, 30, 90] = 7
    bookings: Annotated[int, msgspec.Meta(ge=1, le=20)] = 1
    origin: PlaceCode | None = None
    destination: PlaceCode | None = None


class NewMandate(msgspec.Struct, frozen=True):
    """A mandate that is asked for."""

    id: UUID
    email: str
    language: str
    limit: Money
    origin: str | None
    destination: str | None
    most_bookings: int
    valid_until: datetime


class MandateQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which mandate a program asks after."""

    mandate: MandateKey


ChangeDifference = Annotated[
    Annotated[int, msgspec.Meta(ge=1, le=10**12)] | None,
    msgspec.Meta(
        description="To pay the difference of a change that waits for it, in minor units. Without "
        "it the held booking is paid."
    ),
]


class PayRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a program pays a booking with, and how it knows the booking."""

    mandate: MandateKey
    difference_minor: ChangeDifference = None
    surname: Annotated[str, msgspec.Meta(max_length=80)] = ""
    token: Annotated[str, msgspec.Meta(max_length=400)] = ""


class MandateView(msgspec.Struct, frozen=True):
    """A mandate for the program that has its key. `from` and `to` null: anywhere."""

    status: MandateStatus
    limit: Money
    left: Money
    bookings_left: int
    origin: Place | None = msgspec.field(name="from")
    destination: Place | None = msgspec.field(name="to")
    valid_until: datetime


class PayOutcome(StrEnum):
    """What came of paying."""

    PAID = "paid"
    HANDED_OVER = "handed_over"  # the bank refused: a person pays at `checkout_url`


class MandateOutcome(msgspec.Struct, frozen=True):
    """What came of paying; `reason` is the bank's word where it refused."""

    outcome: PayOutcome
    amount: Money
    reason: str | None
    mandate: MandateView


class MandatePayment(msgspec.Struct, frozen=True):
    """The answer to a program that paid: what came of it, and the booking as it stands."""

    payment: MandateOutcome
    booking: BookingResponse


class MandateMail(msgspec.Struct, frozen=True):
    """What a mail about a mandate says. It is stored with the mail; "" for anywhere."""

    origin: str
    destination: str
    limit: Money
    bookings: int
    valid_until: datetime
    manage_url: str
    card: str = ""
    amount: Money | None = None
    left: Money | None = None
    reference: str = ""
    booking_url: str = ""
    refusal: str = ""
