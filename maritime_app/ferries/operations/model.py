"""Sailings as staff see them, and what they ask for."""

import datetime as dt
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec

from maritime_app.ferries.capacity.model import Deck
from maritime_app.ferries.model import Operator, Place, SailingStatus
from maritime_app.paging import PageNumber

Note = Annotated[str, msgspec.Meta(max_length=500)]
CloseMinutes = Annotated[int, msgspec.Meta(ge=0, le=10_080)]
Version = Annotated[int, msgspec.Meta(ge=1)]
# Without its offset from UTC nobody knows whether the quay's clock is meant.
Instant = Annotated[dt.datetime, msgspec.Meta(tz=True)]


class ChangeReason(StrEnum):
    """Why a sailing is late or cancelled.

    Regulation (EU) 1177/2010, article 20: no compensation is due for weather that endangers the
    ship, or for extraordinary circumstances that no measures could have avoided.
    """

    WEATHER = "weather"
    TECHNICAL = "technical"
    OPERATIONAL = "operational"
    EXTRAORDINARY = "extraordinary"


class ActingStaff(msgspec.Struct, frozen=True):
    """Who acts: a member of staff, for one operator or (None) for all.

    No `staff_id`: the service itself, told by a remote operator.
    """

    staff_id: UUID | None = None
    operator_id: UUID | None = None


class SailingFilter(msgspec.Struct, frozen=True):
    """Which sailings a list shows: of a local day at the port of departure."""

    day: dt.date | None = None
    operator: Annotated[str, msgspec.Meta(max_length=40)] = ""
    port: Annotated[str, msgspec.Meta(max_length=160)] = ""
    status: SailingStatus | None = None
    page: PageNumber = 1


class Occupancy(msgspec.Struct, frozen=True):
    """How much of one resource of a sailing is sold or held."""

    resource: str
    total: int
    taken: int


class ManagedSailing(msgspec.Struct, frozen=True):
    """A sailing with all that staff decide about.

    `departs_at` and `arrives_at` were sold; the expected times hold now where they are there, and
    `departed_at`, `arrived_at` are what happened. `version` is raised by every change.
    """

    id: UUID
    version: int
    operator: Operator
    operator_id: UUID
    route_code: str
    origin: Place
    destination: Place
    ferry_id: UUID | None
    ferry: str | None
    fare_code: str | None
    departs_at: dt.datetime
    arrives_at: dt.datetime
    expected_departs_at: dt.datetime | None
    expected_arrives_at: dt.datetime | None
    departed_at: dt.datetime | None
    arrived_at: dt.datetime | None
    status: SailingStatus
    reason: ChangeReason | None
    note: str | None
    sales_close_at: dt.datetime
    occupancy: tuple[Occupancy, ...]
    max_height_cm: int | None
    max_vehicle_kg: int | None
    remote_key: str | None

    @property
    def leaves_at(self) -> dt.datetime:
        """Return the departure that is expected now."""
        return self.expected_departs_at or self.departs_at

    @property
    def late_minutes(self) -> int:
        """Return how much later than sold it leaves (earlier: negative), in whole minutes."""
        return int((self.leaves_at - self.departs_at).total_seconds() // 60)


class Ship(msgspec.Struct, frozen=True):
    """A ship of an operator, with what it carries; `passengers` may not be known.

    `cabins` has how many there are, `berths` how many one has, by type.
    """

    id: UUID
    operator_id: UUID
    code: str
    name: str
    passengers: int | None
    pets: int
    decks: tuple[Deck, ...]
    cabins: dict[str, int]
    berths: dict[str, int] = {}


class ActRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every act says: the version that was seen, and words for the passengers."""

    version: Version
    note: Note = ""


class CancelRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A cancellation with its reason."""

    version: Version
    reason: ChangeReason
    note: Note = ""


class TimesRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The times that are expected now; both null: the ones that were sold hold again."""

    version: Version
    expected_departs_at: Instant | None = None
    expected_arrives_at: Instant | None = None
    reason: ChangeReason | None = None
    note: Note = ""


class PassageRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What happened: when it left, when it arrived."""

    version: Version
    departed_at: Instant | None = None
    arrived_at: Instant | None = None


class SalesCloseRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long before departure sales close, for an operator or one of its routes.

    Null: the wider setting holds again.
    """

    operator: Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
    route: Annotated[str, msgspec.Meta(max_length=200)] = ""
    minutes: CloseMinutes | None = None


class SalesClose(msgspec.Struct, frozen=True):
    """The close of sales of an operator (`route` empty) or a route; None: the wider one holds."""

    operator: str
    operator_name: str
    route: str
    route_name: str
    minutes: int | None


class SailingPage(msgspec.Struct, frozen=True):
    """A page of the list, and whether there is another one."""

    sailings: tuple[ManagedSailing, ...]
    more: bool
