"""Port calls in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.ports import service as ports
from maritime_app.vessels.events.paging import Ended
from maritime_app.vessels.live import packed_report
from maritime_app.vessels.model import Source
from maritime_app.vessels.port_calls.model import (
    Harbour,
    ListedCall,
    MeasuredCall,
    PassedCall,
    PortCall,
    Sought,
)

SQL = queries.load("vessels_port_calls")
_ROWS_PER_STATEMENT = 2_000
_MEASURED = msgspec.json.Decoder(list[MeasuredCall])


async def harbours(conn: Conn) -> list[Harbour]:
    """Return every harbour."""
    found = await ports.harbours(conn)
    return [Harbour(each.id, each.code, each.lat, each.lon) for each in found]


async def open_calls(conn: Conn) -> list[tuple[int, PortCall]]:
    """Return the calls that have not ended, each with its ship's key (packed_report.key_of)."""
    calls = await SQL.open_port_calls.fetch_all(conn, PortCall)
    return [(packed_report.key_of(call.mmsi, call.hypothesis), call) for call in calls]


async def upsert_calls(conn: Conn, calls: Sequence[PortCall]) -> None:
    """Store calls, new ones and those that have gone on; a port that has gone takes them along.

    Who has left without a stop was passing by, and is forgotten.
    """
    for start in range(0, len(calls), _ROWS_PER_STATEMENT):
        part = [msgspec.structs.asdict(each) for each in calls[start : start + _ROWS_PER_STATEMENT]]
        await SQL.upsert_port_calls.execute(conn, part)
    passed = [each.id for each in calls if each.left_at is not None and each.stopped_at is None]
    if passed:
        await SQL.delete_passed_by.execute(conn, passed)


async def measured_calls(
    conn: Conn, code: str, since: datetime, limit: int, sources: Sequence[Source]
) -> list[MeasuredCall]:
    """Return the calls of a port that were not over by then, the newest arrival first."""
    written = await SQL.measured_calls.fetch_one(conn, str, code, since, limit, list(sources))
    return _MEASURED.decode(written)


async def calls(
    conn: Conn, sought: Sought, sources: Sequence[Source], ended: Ended, limit: int
) -> list[ListedCall]:
    """Return the calls that are sought, the newest arrival first, after the last one of the page
    before.
    """
    return await SQL.port_calls.fetch_all(
        conn, ListedCall, *sought, list(sources), ended.at, ended.id, limit
    )


async def count(conn: Conn, sought: Sought, sources: Sequence[Source]) -> int:
    """Return how many are sought."""
    return await SQL.count_port_calls.fetch_one(conn, int, *sought, list(sources))


async def heard_since(conn: Conn, sources: Sequence[Source]) -> datetime | None:
    """Return when the first ship of all was heard; None before."""
    return await SQL.ships_heard_since.fetch_optional(conn, datetime, list(sources))


async def calls_of_ship(
    conn: Conn, mmsi: int, since: datetime, limit: int, sources: Sequence[Source]
) -> list[ListedCall]:
    """Return the calls of a ship that were not over by then, the newest arrival first."""
    return await SQL.port_calls_of_ship.fetch_all(
        conn, ListedCall, mmsi, since, limit, list(sources)
    )


async def calls_of_ships(conn: Conn, mmsis: Sequence[int], since: datetime) -> list[PassedCall]:
    """Return when ships stopped at and left ports since then, by ship and time."""
    return await SQL.port_calls_of_ships.fetch_all(conn, PassedCall, list(mmsis), since)


async def delete_old(conn: Conn, before: datetime) -> int:
    """Delete calls that ended before; return how many."""
    return await SQL.delete_old_port_calls.execute(conn, before)
