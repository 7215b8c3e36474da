"""The sailings of these days, from PostgreSQL."""

from datetime import datetime

from maritime_app.ferries.timetables.realtime.model import RunningSailing
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries_realtime")


async def running_sailings(
    conn: Conn,
    arrives_after: datetime,
    departs_before: datetime,
    cancelled_until: datetime,
    limit: int,
) -> list[RunningSailing]:
    """Return the sailings between these times, by departure, and cancelled ones of before
    `cancelled_until`.
    """
    return await SQL.running_sailings.fetch_all(
        conn, RunningSailing, arrives_after, departs_before, cancelled_until, limit
    )
