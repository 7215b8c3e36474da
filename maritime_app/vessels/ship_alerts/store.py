"""Alerts and events in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import Struct

from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.subscriptions.model import SubscriptionEvent
from maritime_app.vessels.ship_alerts.model import (
    AlertEvent,
    Closing,
    NewShipAlert,
    OpenVisit,
    ShipAlert,
    Watch,
)
from maritime_app.vessels.ship_alerts.states import SHIP_ALERT

SQL = queries.load("vessels_ship_alerts")


class InVain(Struct, frozen=True):
    """How often an event was posted in vain, and how many posts of its alert in a row."""

    tries: int
    failures: int


async def add(conn: Conn, alert: NewShipAlert, most: int) -> bool:
    """Write an alert down; return False where the address has so many."""
    await SQL.lock_address.execute(conn, alert.email)
    added = await SQL.add_alert.execute(
        conn,
        alert.id,
        alert.name,
        None if alert.area is None else msgspec.to_builtins(alert.area),
        alert.mmsi,
        list(alert.types),
        alert.on_enter,
        alert.on_leave,
        alert.dwell_minutes,
        alert.email,
        alert.language,
        alert.webhook_url,
        alert.webhook_secret,
        alert.days,
        most,
        list(alert.events),
        alert.port_code,
        alert.close_miles,
        alert.close_minutes,
    )
    return bool(added)


async def alert(conn: Conn, alert_id: UUID) -> ShipAlert | None:
    """Return an alert."""
    return await SQL.alert_by_id.fetch_optional(conn, ShipAlert, alert_id)


async def lock(conn: Conn, alert_id: UUID) -> ShipAlert | None:
    """Lock and return an alert that is active."""
    locked = await SQL.lock_alert.fetch_optional(conn, UUID, alert_id)
    return None if locked is None else await alert(conn, alert_id)


async def apply(conn: Conn, alert_id: UUID, event: SubscriptionEvent) -> bool:
    """Let the event happen; return False where the alert's state does not allow it."""
    after = SHIP_ALERT.target(event)
    changed = await SQL.set_alert_status.execute(
        conn, alert_id, SHIP_ALERT.before(event), after, SHIP_ALERT.is_final(after)
    )
    return bool(changed)


async def overdue(conn: Conn, unconfirmed_days: int, most: int) -> list[UUID]:
    """Return alerts whose last day is over, or that nobody has confirmed for so long."""
    return await SQL.overdue_alerts.fetch_all(conn, UUID, unconfirmed_days, most)


async def watch_version(conn: Conn) -> str:
    """Return what changes whenever the watches do."""
    return await SQL.watch_version.fetch_one(conn, str)


async def watches(conn: Conn, most: int) -> list[Watch]:
    """Return what is to be watched."""
    return await SQL.watches.fetch_all(conn, Watch, most)


async def open_visits(conn: Conn) -> list[OpenVisit]:
    """Return ships that were inside when they were last looked at."""
    return await SQL.open_visits.fetch_all(conn, OpenVisit)


async def told_closings(conn: Conn, minutes: int) -> list[Closing]:
    """Return ships of which it was written down within so many minutes that they come close."""
    return await SQL.told_closings.fetch_all(conn, Closing, minutes)


async def add_events(conn: Conn, events: Sequence[AlertEvent], most_a_day: int) -> int:
    """Store events of alerts that are active; return how many were within their bound."""
    rows = [msgspec.structs.asdict(event) for event in events]
    return int(await SQL.add_events.execute(conn, rows, most_a_day))


async def events(
    conn: Conn, alert_id: UUID, limit: int, *, with_quiet: bool = False
) -> list[AlertEvent]:
    """Return what happened, the newest first."""
    return await SQL.events.fetch_all(conn, AlertEvent, alert_id, limit, with_quiet)


async def event(conn: Conn, event_id: UUID) -> AlertEvent | None:
    """Return one event."""
    return await SQL.event.fetch_optional(conn, AlertEvent, event_id)


async def to_tell(conn: Conn, pause_seconds: float, most: int) -> list[UUID]:
    """Return alerts with news; mails of one alert are so many seconds apart."""
    return await SQL.alerts_to_tell.fetch_all(conn, UUID, pause_seconds, most)


async def claim_untold(conn: Conn, alert_id: UUID, most: int) -> list[AlertEvent]:
    """Return what nobody was told of, the oldest first, and note that it is told now."""
    claimed = await SQL.claim_untold.fetch_all(conn, AlertEvent, alert_id, most)
    return sorted(claimed, key=lambda one: (one.at, one.id))


async def told(conn: Conn, alert_id: UUID) -> None:
    """Note that a mail or posts were written."""
    await SQL.alert_told.execute(conn, alert_id)


async def delivered(conn: Conn, event_id: UUID) -> None:
    """Note that a post was taken."""
    await SQL.event_delivered.execute(conn, event_id)


async def not_taken(conn: Conn, event_id: UUID) -> InVain:
    """Note that a post was not taken."""
    return await SQL.event_not_taken.fetch_one(conn, InVain, event_id)
