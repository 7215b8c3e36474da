"""Holds that end with a sailing's sales, in PostgreSQL."""

from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("bookings_disruptions")


async def shorten_holds(conn: Conn, close_minutes: int) -> int:
    """Let every hold end with its sailings' sales; return how many now end earlier."""
    return await SQL.shorten_holds.execute(conn, close_minutes)
