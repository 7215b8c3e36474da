"""Where updates of feeds are read, and the last good copy of each, in PostgreSQL."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from maritime_app.ferries.timetables.updates.model import Followed, PlannedTrip, StoredSaid
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries_updates")


async def follow(conn: Conn, feed: str, address: str) -> None:
    """Store where the updates of a feed are read."""
    await SQL.follow_updates.execute(conn, feed, address)


async def unfollow(conn: Conn, feed: str) -> bool:
    """Read them no more and forget what they said; return whether they were read."""
    return bool(await SQL.unfollow_updates.execute(conn, feed))


async def followed(conn: Conn) -> list[Followed]:
    """Return every feed whose updates are read, by name."""
    return await SQL.followed.fetch_all(conn, Followed)


async def said(conn: Conn, read_after: datetime) -> list[StoredSaid]:
    """Return what publishers said that were read since then."""
    return await SQL.said.fetch_all(conn, StoredSaid, read_after)


async def planned_trips(
    conn: Conn, feed_id: UUID, codes: Sequence[str], first: date, last: date
) -> list[PlannedTrip]:
    """Return trips of a feed by its own ids, with their service days among these."""
    return await SQL.planned_trips.fetch_all(conn, PlannedTrip, feed_id, list(codes), first, last)


async def put(conn: Conn, one: Followed, trips: bytes) -> bool:
    """Store what was read; return False where something newer stands there, or another address."""
    counts = one.matched, one.unknown, one.added, one.left_out
    tags = one.address, one.etag, one.modified
    return bool(
        await SQL.put_updates.execute(
            conn, one.feed_id, *tags, one.read_at, one.said_at, *counts, trips
        )
    )


async def mark_unchanged(conn: Conn, feed_id: UUID, at: datetime) -> None:
    """Store that the publisher has nothing new."""
    await SQL.updates_unchanged.execute(conn, feed_id, at)


async def mark_failed(conn: Conn, feed_id: UUID, error: str, rest_until: datetime | None) -> None:
    """Store why it was not read, and until when it is left alone."""
    await SQL.updates_failed.execute(conn, feed_id, error, rest_until)
