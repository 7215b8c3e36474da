"""A disruption, everybody aboard, and what they may choose."""

from datetime import datetime
from uuid import UUID

import msgspec

from maritime_app.bookings.model import DisruptionKind, PartyStatus
from maritime_app.ferries.model import SailingStatus
from maritime_app.ferries.operations.model import ChangeReason
from maritime_app.money import Money

OPEN = (PartyStatus.WAITING, PartyStatus.OFFERED, PartyStatus.OVERDUE, PartyStatus.MOVING)


class SailingState(msgspec.Struct, frozen=True):
    """What decides whether passengers must hear something."""

    id: UUID
    version: int
    status: SailingStatus
    departs_at: datetime
    arrives_at: datetime
    leaves_at: datetime
    reason: ChangeReason | None
    note: str | None

    @property
    def late_minutes(self) -> int:
        """Return how much later than sold it leaves (earlier: negative)."""
        return int((self.leaves_at - self.departs_at).total_seconds() // 60)


class Disruption(msgspec.Struct, frozen=True):
    """What happened to one sailing, in one version of it."""

    id: UUID
    sailing_id: UUID
    sailing_version: int
    kind: DisruptionKind
    late_minutes: int
    created_at: datetime


class Party(msgspec.Struct, frozen=True):
    """One booking in a disruption."""

    disruption_id: UUID
    booking_id: UUID
    status: PartyStatus
    change_id: UUID | None
    offered_at: datetime | None
    answer_by: datetime | None
    kind: DisruptionKind
    sailing_id: UUID
    late_minutes: int
    reason: ChangeReason | None
    note: str | None


class Alternative(msgspec.Struct, frozen=True):
    """Another sailing of ours on which the whole party still fits.

    `cabins` are theirs there, by type. `without_berth` counts who has a berth now and would have
    none in them. `extras` are those of limited number that it has left for them, by resource.
    """

    sailing_id: UUID
    departs_at: datetime
    arrives_at: datetime
    sales_close_at: datetime
    ferry: str | None
    cabins: tuple[tuple[str, int], ...] = ()
    without_berth: int = 0
    extras: dict[str, int] = {}


class Candidate(msgspec.Struct, frozen=True):
    """Another sailing of ours that is sold: what of it is left by resource, and its limits.

    `berths` is how many a cabin of each type has on its ship.
    """

    sailing_id: UUID
    departs_at: datetime
    arrives_at: datetime
    sales_close_at: datetime
    ferry: str | None
    max_height_cm: int | None
    max_vehicle_kg: int | None
    available: dict[str, int]
    berths: dict[str, int]


class AlternativeView(msgspec.Struct, frozen=True):
    """Another sailing that may be chosen; `held` says that places are held there already.

    `cabins` are the party's there, by type, where they are others than those that were booked;
    `without_berth` counts who has a berth now and would have none in its cabins there.
    """

    sailing_id: str
    departs_at: datetime
    arrives_at: datetime
    operator: str
    ferry: str | None
    held: bool = False
    cabins: dict[str, int] = {}
    without_berth: int = 0


class ChoiceResponse(msgspec.Struct, frozen=True):
    """What a party may choose, leg by leg, and what goes back if it would rather not travel.

    `unanswered` names the operator that does not say right now what else sails.
    """

    kind: DisruptionKind
    status: PartyStatus
    leg: int
    late_minutes: int
    reason: ChangeReason | None
    note: str | None
    answer_by: datetime | None
    may_choose: bool
    may_keep: bool
    alternatives: tuple[AlternativeView, ...]
    refund: Money
    unanswered: str | None = None


class RebookRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The sailing that is chosen instead, and the guest's proof."""

    sailing_id: str
    surname: str = ""
    token: str = ""
