"""Gaps in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.vessels.events.paging import Ended
from maritime_app.vessels.gaps.model import Gap, ListedGap
from maritime_app.vessels.model import Source

SQL = queries.load("vessels_gaps")


async def open_gaps(conn: Conn) -> list[Gap]:
    """Return the gaps that go on."""
    return await SQL.open_gaps.fetch_all(conn, Gap)


async def upsert_gaps(conn: Conn, gaps: Sequence[Gap]) -> None:
    """Store gaps, new ones and those that have ended."""
    await SQL.upsert_gaps.execute(conn, [msgspec.structs.asdict(gap) for gap in gaps])


async def gaps(
    conn: Conn,
    mmsi: int | None,
    since: datetime,
    limit: int,
    sources: Sequence[Source],
    ended: Ended,
) -> list[ListedGap]:
    """Return the gaps of all ships, or of one, not over by then, the newest first, after the last
    one of the page before.
    """
    return await SQL.gaps.fetch_all(
        conn, ListedGap, mmsi, since, limit, list(sources), ended.at, ended.id
    )


async def count(conn: Conn, mmsi: int | None, since: datetime, sources: Sequence[Source]) -> int:
    """Return how many there are on all pages."""
    return await SQL.count_gaps.fetch_one(conn, int, mmsi, since, list(sources))


async def delete_old(conn: Conn, before: datetime) -> None:
    """Delete gaps that began before."""
    await SQL.delete_old_gaps.execute(conn, before)
