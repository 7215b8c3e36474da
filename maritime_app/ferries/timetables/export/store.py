"""The sailings that are sold here, from PostgreSQL."""

from datetime import datetime

from maritime_app.ferries.timetables.export.model import ExportedSailing
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries_export")


async def first_under_way(
    conn: Conn, arrives_after: datetime, departs_after: datetime
) -> datetime | None:
    """Return the earliest departure of the sailings that had not arrived by then; None without."""
    return await SQL.first_under_way.fetch_optional(conn, datetime, arrives_after, departs_after)


async def sailings_between(
    conn: Conn, first_at: datetime, end_at: datetime, cancelled_until: datetime, limit: int
) -> list[ExportedSailing]:
    """Return the sailings of that time by departure, cancelled ones only of before
    `cancelled_until`.
    """
    return await SQL.exported_sailings.fetch_all(
        conn, ExportedSailing, first_at, end_at, cancelled_until, limit
    )
