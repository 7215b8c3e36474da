"""What a mail about a booking may say. It is stored with the mail: fields may be added with a
default, never renamed.
"""

from datetime import datetime

import msgspec

from maritime_app.money import Money


class MailPlace(msgspec.Struct, frozen=True):
    """A harbour as a mail names it."""

    code: str
    name: str
    timezone: str


class MailOperator(msgspec.Struct, frozen=True):
    """Who sails."""

    name: str


class MailLeg(msgspec.Struct, frozen=True):
    """One sailing of a booking."""

    origin: MailPlace
    destination: MailPlace
    departs_at: datetime
    arrives_at: datetime
    operator: MailOperator
    ferry: str | None
    operator_reference: str | None = None
    # In the mail's language, empty where there is nothing to say.
    cabins: tuple[str, ...] = ()
    check_in: str = ""
    terminal: str = ""
    help: str = ""
    extras: tuple[str, ...] = ()


class MailPerson(msgspec.Struct, frozen=True):
    """A passenger; `proof` says what a resident has to show, in the mail's language."""

    name: str
    kind: str
    proof: str = ""


class MailVehicle(msgspec.Struct, frozen=True):
    """A vehicle."""

    kind: str
    plate: str | None


class SailingNews(msgspec.Struct, frozen=True):
    """What has become of a leg, and what its passengers may choose.

    `kind` and `reason` are those of the disruption. `held` is the sailing on which places are held
    for them until `answer_by`; `refund` is what goes back if they would rather not travel. The one
    that was held before was cancelled, too, or has no place any more: `held_cancelled`.
    """

    kind: str
    leg: MailLeg
    late_minutes: int
    reason: str | None
    note: str | None
    choose_url: str
    expected_departs_at: datetime | None = None
    expected_arrives_at: datetime | None = None
    held: MailLeg | None = None
    answer_by: datetime | None = None
    refund: Money | None = None
    # On the held sailing: cabins by type where they are not those that were booked, and how many
    # have a berth now and would have none.
    cabins: dict[str, int] = {}
    without_berth: int = 0
    held_cancelled: bool = False
    none_suits: bool = False  # of our own sailings, when it was written
    # Another ship sails than was booked: both names.
    ship: str | None = None
    ship_before: str | None = None


class CompensationNews(msgspec.Struct, frozen=True):
    """What is owed for a late arrival; `measured_by` is a compensation.model.MeasuredBy."""

    leg: MailLeg
    percent: int
    late_seconds: int
    arrived_at: datetime
    measured_by: str
    evidence_url: str


class LeavingNews(msgspec.Struct, frozen=True):
    """A ferry that leaves soon, or lies in port after its time; `kind` is a ReminderKind.

    `seen_at` is when the ship's own report put it at its berth.
    """

    leg: MailLeg
    kind: str
    leaves_at: datetime
    seen_at: datetime | None = None


class ChangeNews(msgspec.Struct, frozen=True):
    """A change that staff have made for the customer, who pays for it until then."""

    due: Money
    expires_at: datetime
    pay_url: str


class BookingMail(msgspec.Struct, frozen=True):
    """What any mail about a booking may say; amounts that do not apply are null."""

    reference: str
    status: str
    legs: tuple[MailLeg, ...]
    passengers: tuple[MailPerson, ...]
    vehicles: tuple[MailVehicle, ...]
    total: Money
    booking_url: str
    ticket_url: str
    pay_url: str
    paid: Money | None = None
    fee: Money | None = None
    refund: Money | None = None
    reason: str | None = None
    expires_at: datetime | None = None
    news: SailingNews | None = None
    # schema.org JSON-LD for the head of the HTML part; empty where there is no reservation to tell.
    json_ld: str = ""
    # Nobody travels any more: no word of check-in, or of how to cancel.
    ended: bool = False
    # What every surface says of the booking, in the reader's language when the mail was written.
    headline: str = ""
    sentence: str = ""
    money: tuple[str, ...] = ()
    why: str = ""  # the reason for which money goes back, where it needs words
    compensation: CompensationNews | None = None
    leaving: LeavingNews | None = None
    change: ChangeNews | None = None
    code: str = ""  # that makes a browser a trusted one, see devices/
    code_until: datetime | None = None
