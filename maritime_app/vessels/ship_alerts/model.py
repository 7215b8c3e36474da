"""An alert of ships, what happened, and what its mails say."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct

from maritime_app.subscriptions.model import SubscriptionStatus

MOST_RADIUS_M: Final = 50_000.0
LEAST_RADIUS_M: Final = 200.0
MOST_CORNERS: Final = 50
MOST_ACROSS_M: Final = 200_000.0
MOST_DAYS: Final = 90
MOST_DWELL_MINUTES: Final = 7 * 24 * 60


class CrossingKind(StrEnum):
    """What a ship did. Stored."""

    ENTER = "enter"
    LEAVE = "leave"
    DWELL = "dwell"  # has been inside for as long as was asked


class Circle(Struct, frozen=True, tag="circle"):
    """All places within so many metres, degrees."""

    lat: float
    lon: float
    radius_m: float


class Polygon(Struct, frozen=True, tag="polygon"):
    """What lies within these corners, (latitude, longitude) in degrees; the last joins the first.

    Corners follow one another by the shorter way round the earth.
    """

    corners: tuple[tuple[float, float], ...]


Area = Circle | Polygon


class Watch(Struct, frozen=True):
    """What the detector must know of an alert.

    No `mmsi`: every ship, of the `types` (ship_types.ShipGroup codes) if there are any.
    """

    id: UUID
    area: Area
    mmsi: int | None
    types: tuple[str, ...]
    on_enter: bool
    on_leave: bool
    dwell_minutes: int | None


class ShipAlert(Struct, frozen=True):
    """An alert. With a `webhook_url` crossings are posted there instead of mailed.

    `failures` is how many posts in a row were not taken.
    """

    id: UUID
    status: SubscriptionStatus
    name: str
    area: Area
    mmsi: int | None
    ship_name: str | None
    types: tuple[str, ...]
    on_enter: bool
    on_leave: bool
    dwell_minutes: int | None
    email: str
    language: str
    webhook_url: str | None
    webhook_secret: bytes | None
    expires_at: datetime
    told_count: int
    failures: int


class NewShipAlert(Struct, frozen=True):
    """An alert that is asked for."""

    id: UUID
    name: str
    area: Area
    mmsi: int | None
    types: tuple[str, ...]
    on_enter: bool
    on_leave: bool
    dwell_minutes: int | None
    email: str
    language: str
    webhook_url: str | None
    webhook_secret: bytes | None
    days: int


class Crossing(Struct, frozen=True):
    """What a ship did at an area, by the report of `at`; degrees, knots, UTC.

    It happened after `not_before`, the report before. `visit_id` is the same from entering to
    leaving. `told_at` is when somebody was told, or that nobody is to be told.
    """

    id: UUID
    alert_id: UUID
    visit_id: UUID
    kind: CrossingKind
    mmsi: int
    hypothesis: int
    source: int
    ship_name: str | None
    at: datetime
    not_before: datetime | None
    lat: float
    lon: float
    knots: float | None
    is_quiet: bool


class OpenVisit(Struct, frozen=True):
    """A ship that was inside when it was last looked at, and since when."""

    alert_id: UUID
    visit_id: UUID
    mmsi: int
    hypothesis: int
    since: datetime
    has_dwelled: bool


class ToldCrossing(Struct, frozen=True):
    """One line of a mail."""

    kind: str
    ship: str
    at: datetime
    ship_url: str
    invented: bool
    not_before: datetime | None = None


class ShipAlertMail(Struct, frozen=True):
    """What a mail of an alert says. It is stored with the mail."""

    name: str
    ship: str | None
    kinds: tuple[str, ...]
    manage_url: str
    end_url: str
    expires_at: datetime
    dwell_minutes: int | None = None
    webhook_host: str | None = None
    crossings: tuple[ToldCrossing, ...] = ()
    more: int = 0
