"""Where the alerts of feeds are read, and the last good copy of each, in PostgreSQL."""

from datetime import datetime
from uuid import UUID

from maritime_app.ferries.timetables.updates.alerts.model import (
    FollowedAlerts,
    LinePorts,
    Network,
    StopPort,
    StoredAlerts,
    TripRuns,
)
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries_alerts")


async def follow(conn: Conn, feed: str, address: str) -> None:
    """Store where the alerts of a feed are read."""
    await SQL.follow_alerts.execute(conn, feed, address)


async def unfollow(conn: Conn, feed: str) -> bool:
    """Read them no more and forget what they said; return whether they were read."""
    return bool(await SQL.unfollow_alerts.execute(conn, feed))


async def followed(conn: Conn) -> list[FollowedAlerts]:
    """Return every feed whose alerts are read, by name."""
    return await SQL.followed_alerts.fetch_all(conn, FollowedAlerts)


async def said(conn: Conn, read_after: datetime) -> list[StoredAlerts]:
    """Return what publishers told that was read since then."""
    return await SQL.said_alerts.fetch_all(conn, StoredAlerts, read_after)


async def network(conn: Conn, feed_id: UUID, stops: list[str], trips: list[str]) -> Network:
    """Return what of the feed's timetable alerts may speak of, of its stops and trips these."""
    lines = await SQL.lines_with_ports.fetch_all(conn, LinePorts, feed_id)
    found = await SQL.stops_with_ports.fetch_all(conn, StopPort, feed_id, stops)
    run = await SQL.trips_called.fetch_all(conn, TripRuns, feed_id, trips)
    return Network(tuple(lines), tuple(found), {each.code: each for each in run})


async def put(conn: Conn, one: FollowedAlerts, alerts: bytes) -> bool:
    """Store what was read; return False where something newer stands there, or another address."""
    counts = one.kept, one.elsewhere, one.left_out
    tags = one.address, one.etag, one.modified
    return bool(
        await SQL.put_alerts.execute(
            conn, one.feed_id, *tags, one.read_at, one.said_at, *counts, alerts
        )
    )


async def mark_unchanged(conn: Conn, feed_id: UUID, address: str, at: datetime) -> None:
    """Store that the publisher has nothing new there."""
    await SQL.alerts_unchanged.execute(conn, feed_id, address, at)


async def mark_failed(conn: Conn, feed_id: UUID, error: str, rest_until: datetime | None) -> None:
    """Store why they were not read, and until when they are left alone."""
    await SQL.alerts_failed.execute(conn, feed_id, error, rest_until)
