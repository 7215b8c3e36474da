"""Encounters in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.vessels.encounters.model import Encounter, ListedEncounter
from maritime_app.vessels.events.paging import Ended
from maritime_app.vessels.model import Source

SQL = queries.load("vessels_encounters")


async def open_encounters(conn: Conn) -> list[Encounter]:
    """Return the encounters that go on."""
    return await SQL.open_encounters.fetch_all(conn, Encounter)


async def upsert_encounters(conn: Conn, encounters: Sequence[Encounter]) -> None:
    """Store encounters, new ones and those that have gone on or ended."""
    rows = [msgspec.structs.asdict(encounter) for encounter in encounters]
    await SQL.upsert_encounters.execute(conn, rows)


async def encounters(
    conn: Conn,
    mmsi: int | None,
    since: datetime,
    limit: int,
    sources: Sequence[Source],
    ended: Ended,
) -> list[ListedEncounter]:
    """Return the encounters of all ships, or of one, not over by then, the newest first, after the
    last one of the page before.
    """
    return await SQL.encounters.fetch_all(
        conn, ListedEncounter, mmsi, since, limit, list(sources), ended.at, ended.id
    )


async def count(conn: Conn, mmsi: int | None, since: datetime, sources: Sequence[Source]) -> int:
    """Return how many there are on all pages."""
    return await SQL.count_encounters.fetch_one(conn, int, mmsi, since, list(sources))


async def delete_old(conn: Conn, before: datetime) -> None:
    """Delete encounters that began before."""
    await SQL.delete_old_encounters.execute(conn, before)
