"""Alerts and events as programs get them."""

from datetime import datetime

from msgspec import Struct

from maritime_app.subscriptions.model import SubscriptionStatus
from maritime_app.vessels.model import Source
from maritime_app.vessels.ship_alerts.model import (
    EVENT_KINDS,
    AlertEvent,
    Circle,
    Polygon,
    ShipAlert,
)


class AlertEventResponse(Struct, frozen=True):
    """A ship that did what the alert is of (`kind` is the name of the field that asks for it).

    By the report of `at`: it happened after `not_before`, the report before; a gap or encounter
    began then, or earlier. `visit` is the same from entering or arriving to leaving. `port` is
    where a call was; `other_mmsi` whom the ship met, `metres` how close they were, or will be at
    `closest_at` if both hold on. Degrees, knots.
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
    port: str | None = None
    other_mmsi: int | None = None
    other_ship: str | None = None
    metres: int | None = None
    closest_at: datetime | None = None


class ShipAlertResponse(Struct, frozen=True):
    """An alert and its newest events, the newest first.

    `polygon` has (latitude, longitude); null for a circle, both null for one ship anywhere. Calls
    count at `port`, where there is one. Close is within `close_miles` (sea miles) in
    `close_minutes`. `webhook_host` is where events are posted, null for mails.
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
    arrive: bool
    depart: bool
    gap: bool
    encounter: bool
    close: bool
    close_miles: float
    close_minutes: int
    port: str | None
    webhook_host: str | None
    expires_at: datetime
    events: list[AlertEventResponse]


class ShipAlertAsked(Struct, frozen=True):
    """The alert is written down; a mail asks to confirm it."""

    status: SubscriptionStatus
    message: str


class EventPost(Struct, frozen=True):
    """What is posted, by Standard Webhooks; `type` is "ship." and the event's kind."""

    type: str
    timestamp: datetime
    data: "EventPostData"


class EventPostData(Struct, frozen=True):
    """The alert by its name and page, and what happened."""

    alert: str
    manage_url: str
    ship_url: str
    event: AlertEventResponse


def event_response(event: AlertEvent) -> AlertEventResponse:
    """Return an event for programs."""
    source = Source(event.source)
    return AlertEventResponse(
        id=str(event.id),
        kind=event.kind,
        visit=str(event.visit_id),
        mmsi=event.mmsi,
        ship=event.ship_name,
        at=event.at,
        not_before=event.not_before,
        lat=round(event.lat, 6),
        lon=round(event.lon, 6),
        knots=None if event.knots is None else round(event.knots, 1),
        source=source.code,
        invented=source.invented,
        port=event.port_code,
        other_mmsi=event.other_mmsi,
        other_ship=event.other_name,
        metres=None if event.metres is None else round(event.metres),
        closest_at=event.closest_at,
    )


def alert_response(
    alert: ShipAlert, events: list[AlertEventResponse], webhook_host: str | None
) -> ShipAlertResponse:
    """Return an alert for programs."""
    area = alert.area
    return ShipAlertResponse(
        status=alert.status,
        name=alert.name,
        mmsi=alert.mmsi,
        types=alert.types,
        circle=area if isinstance(area, Circle) else None,
        polygon=area.corners if isinstance(area, Polygon) else None,
        enter=alert.on_enter,
        leave=alert.on_leave,
        dwell_minutes=alert.dwell_minutes,
        **{str(kind): kind in alert.events for kind in EVENT_KINDS},
        close_miles=alert.close_miles,
        close_minutes=alert.close_minutes,
        port=alert.port_code,
        webhook_host=webhook_host,
        expires_at=alert.expires_at,
        events=events,
    )
