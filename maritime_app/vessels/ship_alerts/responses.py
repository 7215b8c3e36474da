"""Alerts and crossings as programs get them."""

from datetime import datetime

from msgspec import Struct

from maritime_app.subscriptions.model import SubscriptionStatus
from maritime_app.vessels.model import Source
from maritime_app.vessels.ship_alerts.model import (
    Area,
    Circle,
    Crossing,
    ShipAlert,
)


class CrossingResponse(Struct, frozen=True):
    """A ship that entered, left, or has been inside for as long as was asked (`dwell`).

    By the report of `at`: it happened after `not_before`, the report before. `visit` is the same
    from entering to leaving. Degrees, knots.
    """

    id: str
    kind: str
    visit: str
    mmsi: int
    ship: str | None
    at: datetime
    not_before: datetime | None
    lat: float
    lon: float
    knots: float | None
    source: str
    invented: bool


class ShipAlertResponse(Struct, frozen=True):
    """An alert and its newest crossings, the newest first.

    `polygon` has (latitude, longitude); null for a circle. `webhook_host` is where crossings are
    posted, null for mails.
    """

    status: SubscriptionStatus
    name: str
    mmsi: int | None
    types: tuple[str, ...]
    circle: Circle | None
    polygon: tuple[tuple[float, float], ...] | None
    enter: bool
    leave: bool
    dwell_minutes: int | None
    webhook_host: str | None
    expires_at: datetime
    crossings: list[CrossingResponse]


class ShipAlertAsked(Struct, frozen=True):
    """The alert is written down; a mail asks to confirm it."""

    status: SubscriptionStatus
    message: str


class CrossingPost(Struct, frozen=True):
    """What is posted, by Standard Webhooks; `type` is "ship.enter", "ship.leave", "ship.dwell"."""

    type: str
    timestamp: datetime
    data: "CrossingPostData"


class CrossingPostData(Struct, frozen=True):
    """The alert by its name and page, and what happened."""

    alert: str
    manage_url: str
    ship_url: str
    crossing: CrossingResponse


def crossing_response(crossing: Crossing) -> CrossingResponse:
    """Return a crossing for programs."""
    source = Source(crossing.source)
    return CrossingResponse(
        id=str(crossing.id),
        kind=crossing.kind,
        visit=str(crossing.visit_id),
        mmsi=crossing.mmsi,
        ship=crossing.ship_name,
        at=crossing.at,
        not_before=crossing.not_before,
        lat=round(crossing.lat, 6),
        lon=round(crossing.lon, 6),
        knots=None if crossing.knots is None else round(crossing.knots, 1),
        source=source.code,
        invented=source.invented,
    )


def alert_response(
    alert: ShipAlert, crossings: list[CrossingResponse], webhook_host: str | None
) -> ShipAlertResponse:
    """Return an alert for programs."""
    area: Area = alert.area
    return ShipAlertResponse(
        status=alert.status,
        name=alert.name,
        mmsi=alert.mmsi,
        types=alert.types,
        circle=area if isinstance(area, Circle) else None,
        polygon=None if isinstance(area, Circle) else area.corners,
        enter=alert.on_enter,
        leave=alert.on_leave,
        dwell_minutes=alert.dwell_minutes,
        webhook_host=webhook_host,
        expires_at=alert.expires_at,
        crossings=crossings,
    )
