"""An alert of ships, what happened, and what its mails say."""

from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct, field

from maritime_app.subscriptions.model import SubscriptionStatus
from maritime_app.vessels.events.model import ShipEventKind

MOST_RADIUS_M: Final = 50_000.0
LEAST_RADIUS_M: Final = 200.0
MOST_CORNERS: Final = 50
MOST_ACROSS_M: Final = 200_000.0
MOST_DAYS: Final = 90
MOST_DWELL_MINUTES: Final = 7 * 24 * 60
LEAST_CLOSE_MILES: Final = 0.1
MOST_CLOSE_MILES: Final = 3.0
MOST_CLOSE_MINUTES: Final = 60
# What a ship's page calls close.
USUAL_CLOSE_MILES: Final = 0.5
USUAL_CLOSE_MINUTES: Final = 30


# Those that are no crossings of an area.
EVENT_KINDS: Final = (
    ShipEventKind.ARRIVE,
    ShipEventKind.DEPART,
    ShipEventKind.GAP,
    ShipEventKind.ENCOUNTER,
    ShipEventKind.CLOSE,
)


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
    """What the detectors must know of an alert.

    No `mmsi`: every ship, of the `types` (ship_types.ShipGroup codes) if there are any. No `area`:
    anywhere. `events` are those of EVENT_KINDS that it is of; with a `port_code` calls count by
    their port. Close are ships that come within `close_miles` (1852 m) in `close_minutes`.
    """

    id: UUID
    area: Area | None
    mmsi: int | None
    types: tuple[str, ...]
    on_enter: bool
    on_leave: bool
    dwell_minutes: int | None
    events: tuple[str, ...] = ()
    port_code: str | None = None
    close_miles: float = USUAL_CLOSE_MILES
    close_minutes: int = USUAL_CLOSE_MINUTES

    @property
    def is_of_crossings(self) -> bool:
        """Whether it is of ships that enter, leave or stay in its area."""
        return self.on_enter or self.on_leave or self.dwell_minutes is not None


class ShipAlert(Struct, frozen=True):
    """An alert, as Watch has it. With a `webhook_url` events are posted there instead of mailed.

    `failures` is how many posts in a row were not taken.
    """

    id: UUID
    status: SubscriptionStatus
    name: str
    area: Area | None
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
    events: tuple[str, ...] = ()
    port_code: str | None = None
    close_miles: float = USUAL_CLOSE_MILES
    close_minutes: int = USUAL_CLOSE_MINUTES


class NewShipAlert(Struct, frozen=True):
    """An alert that is asked for."""

    id: UUID
    name: str
    area: Area | None
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
    events: tuple[str, ...] = ()
    port_code: str | None = None
    close_miles: float = USUAL_CLOSE_MILES
    close_minutes: int = USUAL_CLOSE_MINUTES


class AlertEvent(Struct, frozen=True):
    """What a ship did that an alert is of, by the report of `at`; degrees, knots, metres, UTC.

    It happened after `not_before`, the report before. `visit_id` is the same from entering to
    leaving, and of one port call, gap, encounter or approach. With an `other_mmsi` there were two
    ships, `metres` apart at the closest, `closest_at` where that is to come. `is_quiet`: nobody is
    told, because nobody asked or it is not sure.
    """

    id: UUID
    alert_id: UUID
    visit_id: UUID
    kind: ShipEventKind
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
    port_code: str | None = None
    other_mmsi: int | None = None
    other_name: str | None = None
    metres: float | None = None
    closest_at: datetime | None = None


class Closing(Struct, frozen=True):
    """Two ships of which an alert has told that they come close."""

    alert_id: UUID
    mmsi: int
    hypothesis: int
    other_mmsi: int


class OpenVisit(Struct, frozen=True):
    """A ship that was inside when it was last looked at, and since when."""

    alert_id: UUID
    visit_id: UUID
    mmsi: int
    hypothesis: int
    since: datetime
    has_dwelled: bool


class ToldEvent(Struct, frozen=True):
    """One line of a mail."""

    kind: str
    ship: str
    at: datetime
    ship_url: str
    invented: bool
    not_before: datetime | None = None
    port: str | None = None
    other: str | None = None
    metres: int | None = None
    closest_at: datetime | None = None


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
    # Mails that were written before these events had more kinds have them as crossings.
    events: tuple[ToldEvent, ...] = field(default=(), name="crossings")
    more: int = 0
    close_miles: float = USUAL_CLOSE_MILES
    close_minutes: int = USUAL_CLOSE_MINUTES
