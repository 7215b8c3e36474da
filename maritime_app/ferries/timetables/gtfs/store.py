"""Operators, routes and sailings of a feed in PostgreSQL."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from asyncpg import Record

from maritime_app.ferries.timetables.gtfs.model import Agency, Run
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries_gtfs")
_NAMESPACE = UUID("c6c2d6f1-9a1b-5c93-bf0f-7b1f0c7a3e11")
_COLUMNS = (
    "id", "route_id", "operator_id", "origin_id", "destination_id", "departs_at", "arrives_at", "headway_seconds",
    "cars_allowed", "source", "source_key",
)  # fmt: skip
# route: id, operator, origin port, destination port
Ends = tuple[UUID, UUID, UUID, UUID]


def agency_id(feed: str, agency: str) -> UUID:
    """The operator's id: the same for the same feed and agency, always."""
    return uuid5(_NAMESPACE, f"{feed}|agency|{agency}")


def route_id(feed: str, line: str, origin: str, destination: str) -> UUID:
    """The route's id: a line between two of its stops."""
    return uuid5(_NAMESPACE, f"{feed}|route|{line}|{origin}|{destination}")


async def lock(conn: Conn, feed: str) -> None:
    """Wait for another import of this feed, and keep others waiting until the transaction ends."""
    await SQL.lock_feed.run(conn, feed)


async def upsert_agencies(conn: Conn, feed: str, agencies: Sequence[Agency]) -> int:
    """Store operators as listed; how many were new or different."""
    return await SQL.upsert_agencies.run(
        conn,
        [agency_id(feed, a.id) for a in agencies],
        [f"{feed}:{a.id}" for a in agencies],
        [a.name for a in agencies],
        [a.timezone for a in agencies],
        [a.url or None for a in agencies],
        [a.phone or None for a in agencies],
        f"gtfs:{feed}",
    )


async def upsert_routes(
    conn: Conn, feed: str, rows: Sequence[tuple[UUID, UUID, str, str, UUID, UUID]]
) -> int:
    """Store routes (id, operator, code, name, origin, destination); how many were new or different."""
    if not rows:
        return 0
    columns = (list(column) for column in zip(*rows, strict=True))
    return await SQL.upsert_lines.run(conn, *columns, f"gtfs:{feed}")


async def known_sailings(conn: Conn, feed: str, first: datetime, last: datetime) -> list[Record]:
    """The feed's sailings that leave in [first, last)."""
    return await SQL.known_sailings.all(conn, f"gtfs:{feed}", first, last)


async def remove_sailings(conn: Conn, ids: Sequence[UUID]) -> int:
    """Take out sailings that the feed does not have any more; how many."""
    return await SQL.remove_sailings.run(conn, list(ids)) if ids else 0


async def copy_sailings(conn: Conn, feed: str, runs: Iterable[tuple[Run, Ends]]) -> None:
    """Append sailings by COPY; none of them may be there already."""
    source = f"gtfs:{feed}"
    rows: list[tuple[Any, ...]] = [
        (
            run.id,
            *ends,
            run.departs_at,
            run.arrives_at,
            run.headway_seconds,
            run.cars_allowed,
            source,
            run.key,
        )
        for run, ends in runs
    ]
    await conn.copy_records_to_table("sailing", records=rows, columns=_COLUMNS)
