"""The last good copy of each key in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime

from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.outside_data.model import Copy, KeyedCopy

SQL = queries.load("outside_data")


async def newest_copy(conn: Conn, source: str, key: str) -> Copy | None:
    """Return the last good copy of that key, None if there never was one."""
    return await SQL.newest_copy.fetch_optional(conn, Copy, source, key)


async def newest_copies(conn: Conn, source: str, keys: Sequence[str]) -> list[KeyedCopy]:
    """Return the last good copies of those keys of which there are any."""
    return await SQL.newest_copies.fetch_all(conn, KeyedCopy, source, list(keys))


async def put_copy(conn: Conn, source: str, key: str, copy: Copy) -> None:
    """Store a copy in place of an older one; an older one never replaces a newer."""
    await SQL.put_copy.execute(
        conn, source, key, copy.body, copy.retrieved_at, copy.period, copy.version
    )


async def drop_older(conn: Conn, source: str, before: datetime, most: int) -> int:
    """Delete at most so many copies of a source that are older; return how many."""
    return await SQL.drop_older_copies.execute(conn, source, before, most)
