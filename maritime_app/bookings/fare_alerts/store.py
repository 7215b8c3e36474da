"""Alerts in PostgreSQL."""

from uuid import UUID

import msgspec
from msgspec import UNSET

from maritime_app.bookings.fare_alerts.model import AlertChange, FareAlert, NewAlert
from maritime_app.bookings.fare_alerts.states import FARE_ALERT
from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.money import Money
from maritime_app.subscriptions.model import SubscriptionEvent

SQL = queries.load("bookings_fare_alerts")


async def add(conn: Conn, alert: NewAlert, most: int) -> bool:
    """Write an alert down; return False where the address has it, or has so many."""
    threshold = alert.threshold
    await SQL.lock_address.execute(conn, alert.email)
    added = await SQL.add_alert.execute(
        conn,
        alert.id,
        alert.kind,
        alert.origin,
        alert.destination,
        alert.day,
        threshold.amount_minor if threshold else None,
        threshold.currency if threshold else None,
        alert.email,
        alert.language,
        alert.cool_down_hours,
        alert.ends_on,
        most,
        alert.people.key,
        msgspec.to_builtins(alert.people),
    )
    return bool(added)


async def change(conn: Conn, alert_id: UUID, threshold: Money | None, changed: AlertChange) -> bool:
    """Change the threshold, if there is one, and what else is set; return False where the alert is
    over.
    """
    done = await SQL.change_alert.execute(
        conn,
        alert_id,
        threshold.amount_minor if threshold else None,
        None if changed.hours is UNSET else changed.hours,
        None if changed.until is UNSET else changed.until,
        changed.until is not UNSET,
    )
    return bool(done)


async def alert(conn: Conn, alert_id: UUID) -> FareAlert | None:
    """Return an alert."""
    return await SQL.alert_by_id.fetch_optional(conn, FareAlert, alert_id)


async def lock(conn: Conn, alert_id: UUID) -> FareAlert | None:
    """Lock and return an alert that is active."""
    return await SQL.lock_alert.fetch_optional(conn, FareAlert, alert_id)


async def apply(conn: Conn, alert_id: UUID, event: SubscriptionEvent) -> bool:
    """Let the event happen; return False where the alert's state does not allow it."""
    after = FARE_ALERT.target(event)
    changed = await SQL.set_alert_status.execute(
        conn, alert_id, FARE_ALERT.before(event), after, FARE_ALERT.is_final(after)
    )
    return bool(changed)


async def of_same_address(conn: Conn, alert_id: UUID, most: int) -> list[FareAlert]:
    """Return the alerts of whoever asked for this one, the nearest day first."""
    return await SQL.alerts_of_same_address.fetch_all(conn, FareAlert, alert_id, most)


async def to_look_at(conn: Conn, most: int) -> list[FareAlert]:
    """Return active alerts, those that were looked at longest ago first."""
    return await SQL.alerts_to_look_at.fetch_all(conn, FareAlert, most)


async def looked_at(conn: Conn, alert_id: UUID, told_minor: int | None, *, is_news: bool) -> None:
    """Write down what was found."""
    await SQL.alert_looked_at.execute(conn, alert_id, told_minor, is_news)


async def overdue(conn: Conn, unconfirmed_days: int, most: int) -> list[UUID]:
    """Return alerts whose day has come, or that nobody has confirmed for so long."""
    return await SQL.overdue_alerts.fetch_all(conn, UUID, unconfirmed_days, most)
