"""Figures over time in PostgreSQL; each look is bounded, however long the tables are."""

from collections.abc import Sequence
from uuid import UUID

from maritime_app.infra.db import Conn
from maritime_app.ops.store import SQL
from maritime_app.ops.trends.model import BookedDay, SoldDay, Wait


async def waits(conn: Conn, queues: Sequence[str], hours: int, most: int) -> list[Wait]:
    """Return the longest waits of each queue by five minutes, of its newest `most` jobs."""
    return await SQL.waits.fetch_all(conn, Wait, list(queues), hours, most)


async def booked_by_day(conn: Conn, since: UUID) -> list[BookedDay]:
    """Return the bookings made by day, of those with an id from `since` on."""
    return await SQL.booked_by_day.fetch_all(conn, BookedDay, since)


async def sold_by_day(conn: Conn, days: int) -> list[SoldDay]:
    """Return what is sold of the sailings of the next days, by operator, route and day."""
    return await SQL.sold_by_day.fetch_all(conn, SoldDay, days)
