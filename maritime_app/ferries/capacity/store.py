"""The counters of capacity, in PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from maritime_app.ferries.capacity.model import Counter, Reserved
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("ferries")


async def available(conn: Conn, sailing_id: UUID) -> dict[str, int]:
    """Return what is available by resource; empty for a sailing without inventory here."""
    rows = await SQL.available_capacity.all(conn, sailing_id)
    return {row["resource"]: row["available"] for row in rows}


async def release(conn: Conn, reserved: Sequence[Reserved]) -> None:
    """Lower the counters by what was reserved."""
    await SQL.release_capacity.run(conn, *_columns(reserved))


async def waited_for(conn: Conn, sailing_ids: Collection[UUID]) -> list[UUID]:
    """Return those of the sailings that somebody waits for."""
    return await SQL.waited_for.fetch_all(conn, UUID, list(sailing_ids))


async def reserve(conn: Conn, reserved: Sequence[Reserved]) -> bool:
    """Raise all counters, or return False and raise none where something lacks."""
    complete: bool = await SQL.reserve_capacity.value(conn, *_columns(reserved))
    return complete


async def lock(conn: Conn, sailing_id: UUID) -> list[Counter]:
    """Lock the counters of a sailing, in the order in which holds do, and return them."""
    return await SQL.lock_capacity.fetch_all(conn, Counter, sailing_id)


async def set_totals(conn: Conn, sailing_id: UUID, totals: Mapping[str, int]) -> None:
    """Write how much there is of each resource; the caller holds the lock."""
    await SQL.set_capacity_totals.execute(conn, sailing_id, list(totals), list(totals.values()))


def _columns(reserved: Sequence[Reserved]) -> tuple[list[UUID], list[str], list[int]]:
    return (
        [part.sailing_id for part in reserved],
        [part.resource for part in reserved],
        [part.quantity for part in reserved],
    )


async def count_extras_anew(conn: Conn, sailing_ids: Sequence[UUID]) -> None:
    """Write the counters of extras as the sailings' fares say now."""
    await SQL.count_extras_anew.execute(conn, list(sailing_ids))


async def add_extras(conn: Conn, sailing_ids: Sequence[UUID]) -> None:
    """Write the counters of extras that these sailings lack."""
    await SQL.add_extra_capacity.execute(conn, list(sailing_ids))
