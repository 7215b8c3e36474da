"""What PostgreSQL holds of ships at all, whichever they are."""

from collections.abc import Sequence
from datetime import datetime

from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.vessels.model import Source
from maritime_app.vessels.replay.silences import HeardTime

SQL = queries.load("vessels_replay")


async def heard_times(
    conn: Conn, since: datetime, until: datetime, sources: Sequence[Source]
) -> list[HeardTime]:
    """Return when ships were heard between two instants, in order."""
    return await SQL.heard_times.fetch_all(conn, HeardTime, since, until, list(sources))


async def held_since(
    conn: Conn, first_day: datetime, last_at: datetime, sources: Sequence[Source]
) -> datetime | None:
    """Return when the oldest position was reported, of that day or later; None without any."""
    return await SQL.held_since.fetch_optional(conn, datetime, first_day, last_at, list(sources))
