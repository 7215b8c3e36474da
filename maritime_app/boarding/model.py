"""The boarding list of a sailing, a scan and its verdict, admissions."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from maritime_app.bookings.travellers.model import AssistanceKind
from maritime_app.ferries.model import Place, ResidentDiscount, SailingStatus

GateName = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
Holder = Annotated[str, msgspec.Meta(pattern=r"^[pv][1-9]\d{0,2}(?![\s\S])")]


class Standing(StrEnum):
    """Whether a ticket counts, as its booking stands."""

    VALID = "valid"
    CANCELLED = "cancelled"
    SUSPENDED = "suspended"  # the bank took the money back, nobody has decided about the journey
    NO_PLACE = "no_place"  # another ship sails, and has no place for them
    UNPAID = "unpaid"  # not confirmed (yet)


class Outcome(StrEnum):
    """What a gate says of a code."""

    ADMITTED = "admitted"
    DUPLICATE = "duplicate"
    WRONG_SAILING = "wrong_sailing"
    CANCELLED = "cancelled"
    CHANGED = "changed"  # an older issue of the ticket
    SUSPENDED = "suspended"
    NO_PLACE = "no_place"
    UNPAID = "unpaid"
    CLOSED = "closed"  # boarding is over
    UNKNOWN = "unknown"  # no code of ours, or none that this list knows
    SAILING_CANCELLED = "sailing_cancelled"
    UNDONE = "undone"  # this very scan let its holder aboard, and that was taken back


class ListedTicket(msgspec.Struct, frozen=True):
    """A ticket for the sailing. Codes are fingerprints (see codes)."""

    reference: str
    leg: int
    holder: str
    kind: str  # a passenger's or a vehicle's
    name: str  # of a passenger; empty for a vehicle
    latin: str
    plate: str
    standing: Standing
    codes: tuple[str, ...]
    old_codes: tuple[str, ...] = ()
    length_cm: int | None = None  # of a vehicle
    height_cm: int | None = None
    assistance: AssistanceKind | None = None
    assistance_note: str = ""
    late_notice: bool = False  # help was asked for less than 48 hours before
    discount: ResidentDiscount | None = None  # of residents: its proof is to be shown
    extras: dict[str, int] = {}  # of the whole booking on this leg: how many of which

    @property
    def key(self) -> tuple[str, int, str]:
        """Return what tells tickets apart: booking, leg, holder."""
        return self.reference, self.leg, self.holder


class OtherTicket(msgspec.Struct, frozen=True):
    """A ticket of the same people for another sailing: so that a gate can say which."""

    codes: tuple[str, ...]
    reference: str
    name: str
    origin: str
    destination: str
    departs_at: datetime


class ListedSailing(msgspec.Struct, frozen=True):
    """What a gate shows of the sailing."""

    id: UUID
    origin: Place
    destination: Place
    departs_at: datetime
    operator: str
    ferry: str
    status: SailingStatus


class Admission(msgspec.Struct, frozen=True):
    """Somebody or a vehicle was let aboard; `quay` is the laptop, empty for a browser of ours."""

    id: UUID
    reference: str
    leg: int
    holder: Holder
    gate: GateName
    admitted_at: datetime
    quay: Annotated[str, msgspec.Meta(max_length=60)] = ""
    undone_at: datetime | None = None

    @property
    def ticket(self) -> tuple[str, int, str]:
        """Return whom it let aboard."""
        return self.reference, self.leg, self.holder


class Closing(msgspec.Struct, frozen=True):
    """The count that was declared before departure (Directive 98/41/EC, article 4(2))."""

    closed_at: datetime
    closed_by: str
    adults: int
    children: int
    infants: int
    vehicles: int

    @property
    def people(self) -> int:
        """Return how many people were counted."""
        return self.adults + self.children + self.infants


class BoardingList(msgspec.Struct, frozen=True):
    """All that a gate needs to work alone. `admitted` is what the server knows of every quay;
    with a `closing` nobody else is let aboard.
    """

    sailing: ListedSailing
    made_at: datetime
    tickets: tuple[ListedTicket, ...]
    others: tuple[OtherTicket, ...]
    admitted: tuple[Admission, ...]
    closing: Closing | None = None


class TicketKey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A ticket that a person at the gate has chosen from the list, its holder in sight."""

    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=12)]
    leg: Annotated[int, msgspec.Meta(ge=1, le=99)]
    holder: Holder


class ScanRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A code at a gate, or the ticket that was chosen for want of one.

    `id` is made there: the same scan may be sent again.
    """

    id: UUID
    gate: GateName
    code: Annotated[str, msgspec.Meta(max_length=200)] = ""
    chosen: TicketKey | None = None


class UndoRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The admission that was a mistake."""

    id: UUID


class CloseRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The count that the screen showed: what is declared is what somebody has seen."""

    people: Annotated[int, msgspec.Meta(ge=0)]
    vehicles: Annotated[int, msgspec.Meta(ge=0)]


class Verdict(msgspec.Struct, frozen=True):
    """What a gate says of a scan; `earlier` is the admission by which the holder is aboard, of
    a ticket that is refused, too.
    """

    outcome: Outcome
    ticket: ListedTicket | None = None
    other: OtherTicket | None = None
    earlier: Admission | None = None
    admission_id: UUID | None = None


class HeadCount(msgspec.Struct, frozen=True):
    """How many of a sailing are aboard, of how many with a valid ticket."""

    people: int
    people_expected: int
    vehicles: int
    vehicles_expected: int
    lane_cm: int  # what the vehicles take of the lanes, by their lengths
    lane_cm_expected: int


class GateState(msgspec.Struct, frozen=True):
    """What every gate shows beside its own last scan.

    `unsettled` counts what the server has not acknowledged, `settled_at` is when it last answered;
    both are about a laptop at the quay, a browser of ours has nothing to settle.
    """

    count: HeadCount
    recent: tuple[Admission, ...]
    unsettled: int = 0
    settled_at: datetime | None = None
    list_made_at: datetime | None = None
    repeated: tuple["Repeated", ...] = ()
    closing: Closing | None = None


class ScanResponse(msgspec.Struct, frozen=True):
    """The verdict, and how the sailing stands after it."""

    verdict: Verdict
    state: GateState


class SettleRequest(msgspec.Struct, frozen=True):
    """A part of a gate's journal. A laptop at a quay may run another version than the server: what
    its admissions say beside what is known here is left out, never refused.
    """

    admissions: Annotated[tuple[Admission, ...], msgspec.Meta(max_length=500)]


class Repeated(msgspec.Struct, frozen=True):
    """One holder let aboard more than once, by gates that did not know of each other."""

    reference: str
    leg: int
    holder: str
    name: str
    admissions: tuple[Admission, ...]


class SettleResponse(msgspec.Struct, frozen=True):
    """What the server has of a journal: `settled` are the ids it keeps, `refused` those of nobody's
    ticket; `repeated` are holders of this sailing with more than one admission.
    """

    settled: tuple[UUID, ...]
    refused: tuple[UUID, ...]
    repeated: tuple[Repeated, ...]


class BoardingSailing(msgspec.Struct, frozen=True):
    """A line of the day's list: how far boarding has come."""

    id: UUID
    origin: Place
    destination: Place
    departs_at: datetime
    operator: str
    ferry: str
    status: SailingStatus
    people_expected: int
    people: int
    assistance: int
    closed_at: datetime | None
