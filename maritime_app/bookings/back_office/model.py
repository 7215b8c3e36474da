"""What the clerk's desk looks for, what it finds, and what it does."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from maritime_app.bookings.back_office.owed import OwedRefund, OwedState, OwedStep
from maritime_app.bookings.buyer import Buyer
from maritime_app.bookings.cancellations.model import CancellationQuote
from maritime_app.bookings.changes.pricing.requests import ChangeRequest
from maritime_app.bookings.compensation.model import Claim
from maritime_app.bookings.model import Booking, BookingStatus
from maritime_app.bookings.story.model import Story
from maritime_app.bookings.travellers.model import Email
from maritime_app.paging import PageNumber
from maritime_app.payments.model import Dispute, DisputeDecision, Payment, Refund, RefundMethod

Text = Annotated[str, msgspec.Meta(max_length=2000)]
Minor = Annotated[int, msgspec.Meta(ge=0, le=10**12)]
Version = Annotated[int, msgspec.Meta(ge=1)]


class CancelReason(StrEnum):
    """Why staff cancel a booking."""

    CUSTOMER = "customer"  # asked for it
    DUPLICATE = "duplicate"  # booked twice
    OPERATOR = "operator"  # the operator cannot carry them
    GOODWILL = "goodwill"
    FRAUD = "fraud"


class BookingFilter(msgspec.Struct, frozen=True):
    """What a list shows. `q` is looked for everywhere and leaves the other filters out.

    `day` is the local day of a departure, `attention` money that is owed or a task that is dead.
    """

    q: Annotated[str, msgspec.Meta(max_length=120)] = ""
    day: dt.date | None = None
    operator: Annotated[str, msgspec.Meta(max_length=40)] = ""
    status: BookingStatus | None = None
    sailing: UUID | None = None
    attention: bool = False
    page: PageNumber = 1


class BookingLine(msgspec.Struct, frozen=True):
    """A booking in a list. Names are null once who travelled was erased; times are UTC.

    `owed_minor` is what of failed refunds is owed, `held_minor` what of that the customer's bank
    holds because of a dispute; `owed_state` and `next_step` are null where nothing is owed.
    """

    id: UUID
    reference: str
    status: BookingStatus
    created_at: dt.datetime
    email: str
    currency: str
    total_minor: int
    erased_at: dt.datetime | None
    given_name: str | None
    family_name: str | None
    people: int
    vehicles: int
    departs_at: dt.datetime
    origin_name: str
    origin_timezone: str
    destination_name: str
    operators: list[str]
    legs: int
    money_owed: bool
    task_dead: bool
    owed_minor: int
    held_minor: int
    owed_state: OwedState | None = None
    next_step: OwedStep | None = None


class BookingPage(msgspec.Struct, frozen=True):
    """A page of a list, and whether there is another one."""

    bookings: tuple[BookingLine, ...]
    more: bool


class EventKind(StrEnum):
    """Of what an entry of the timeline tells."""

    BOOKING = "booking"
    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"
    TASK = "task"
    MAIL = "mail"
    ACT = "act"
    NOTE = "note"
    ALERT = "alert"
    CHANGE = "change"
    DISRUPTION = "disruption"
    COMPENSATION = "compensation"
    WAITING = "waiting"
    MANDATE = "mandate"
    BOARDING = "boarding"
    OPERATOR = "operator"


class Event(msgspec.Struct, frozen=True):
    """Something that happened: `name` says what, `state` what is true since.

    `amount_minor` is in the booking's currency (of a task: how often it was tried), `subject` is
    the id of the row or of its twin at Stripe, `detail` is in nobody's language.
    """

    at: dt.datetime
    kind: EventKind
    name: str
    state: str
    detail: str | None
    amount_minor: int
    subject: str


class BookingFile(msgspec.Struct, frozen=True):
    """A booking as staff see it.

    `quote` is there while it can be cancelled, `refundable_minor` is what of its money is neither
    back nor claimed, `claimed_minor` what is. `yours`: every leg sails with the operator that this
    person acts for (always, for the house's own staff).
    """

    booking: Booking
    story: Story
    payments: tuple[Payment, ...]
    refunds: tuple[Refund, ...]
    disputes: tuple[Dispute, ...]
    timeline: tuple[Event, ...]
    quote: CancellationQuote | None
    refundable_minor: int
    claimed_minor: int
    mails_written: int
    yours: bool
    claims: tuple[Claim, ...]
    owed: tuple[OwedRefund, ...]
    customer_url: str
    buyer: Buyer | None  # to whom it is invoiced; None once it is erased


class NoteRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A note, for staff only."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class ContactRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to write to from now on."""

    email: Email
    phone: Annotated[str, msgspec.Meta(max_length=40)] = ""
    language: Annotated[str, msgspec.Meta(max_length=35)] = "en"


class ResendRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Write once more. `mails_written` is what was seen: a form sent twice writes once."""

    mails_written: Minor = 0


class StaffCancelRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cancellation for that fee, which the quote says or somebody with the right waives."""

    fee_minor: Minor
    reason: CancelReason
    note: Text = ""


class StaffQuoteRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A change for the customer that is to be priced."""

    change: ChangeRequest


class StaffChangeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A change for the customer, for exactly the difference that was quoted."""

    change: ChangeRequest
    difference_minor: Annotated[int, msgspec.Meta(ge=-(10**12), le=10**12)]


class GoodwillRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Money back. `claimed_minor` is what was seen as claimed: a form sent twice pays once."""

    amount_minor: Annotated[int, msgspec.Meta(ge=1, le=10**12)]
    claimed_minor: Minor
    note: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class PayAgainRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A failed refund paid again, wholly or in part; `owed_minor` is what was seen as owed."""

    refund_id: UUID
    amount_minor: Annotated[int, msgspec.Meta(ge=1, le=10**12)]
    owed_minor: Minor
    method: RefundMethod = RefundMethod.STRIPE
    note: Text = ""


class DecideRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes of the journey after a lost dispute."""

    dispute_id: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    decision: DisputeDecision


class ClaimRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes of a claim for compensation; whoever says no says why."""

    claim_id: UUID
    approved: bool
    note: Text = ""


class SalesFilter(msgspec.Struct, frozen=True):
    """Which days a sales report is about (the last thirty by default), and whose."""

    first: dt.date | None = None
    last: dt.date | None = None
    operator: Annotated[str, msgspec.Meta(max_length=40)] = ""


class DaySales(msgspec.Struct, frozen=True):
    """What was sold on a day in one currency, and what of it was cancelled and went back since."""

    day: dt.date
    currency: str
    bookings: int
    people: int
    sold_minor: int
    cancelled: int
    refunded_minor: int


class SalesReport(msgspec.Struct, frozen=True):
    """The days of a report; those without a sale are left out. Days are of `timezone`."""

    first: dt.date
    last: dt.date
    timezone: str
    days: tuple[DaySales, ...]
