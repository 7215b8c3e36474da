"""Weeks of a port out of its calls."""

from collections.abc import Sequence
from datetime import datetime

from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.vessels.model import Source
from maritime_app.vessels.port_calls.congestion.model import (
    LAID_UP_AFTER,
    WAITING_SINCE,
    WEEK,
    Week,
)

SQL = queries.load("vessels_congestion")


async def weeks(
    conn: Conn, code: str, ends: Sequence[datetime], sources: Sequence[Source]
) -> list[Week]:
    """Return the weeks of a port that end at these midnights, a week apart, the newest first."""
    first = ends[-1] - WEEK - LAID_UP_AFTER
    return await SQL.weeks_of_port.fetch_all(
        conn, Week, code, list(ends), first, WAITING_SINCE, LAID_UP_AFTER, list(sources)
    )


async def listened(
    conn: Conn, ends: Sequence[datetime], sources: Sequence[Source]
) -> list[datetime]:
    """Return the ends of the weeks that have no day in which no ship came or went anywhere."""
    return await SQL.listened_weeks.fetch_all(conn, datetime, list(ends), list(sources))
