"""The boats of a port, from PostgreSQL: what is sold here and what timetables list."""

from datetime import datetime

import msgspec

from maritime_app.ferries.timetables.model import BoardLine
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries")


class _Counted(msgspec.Struct, frozen=True):
    boat: BoardLine
    total: int


async def calls_at(
    conn: Conn,
    port_code: str,
    first_at: datetime,
    end_at: datetime,
    *,
    arrivals: bool,
    limit: int,
    skip: int = 0,
) -> tuple[list[BoardLine], int]:
    """Return boats that leave (or reach) a port between two instants, and how many there are."""
    rows = await SQL.calls_at.fetch_all(
        conn, _Counted, port_code, first_at, end_at, arrivals, limit, skip
    )
    return [row.boat for row in rows], rows[0].total if rows else 0
