"""The counters of capacity, in PostgreSQL."""

from collections.abc import Sequence
from uuid import UUID

from maritime_app.ferries.capacity.model import Reserved
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


async def reserve(conn: Conn, reserved: Sequence[Reserved]) -> bool:
    """Raise all counters, or return False and raise none where something lacks."""
    complete: bool = await SQL.reserve_capacity.value(conn, *_columns(reserved))
    return complete


def _columns(reserved: Sequence[Reserved]) -> tuple[list[UUID], list[str], list[int]]:
    return (
        [part.sailing_id for part in reserved],
        [part.resource for part in reserved],
        [part.quantity for part in reserved],
    )
