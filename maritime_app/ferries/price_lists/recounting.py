"""What was sold by the list before, while no process but one knew of the new one."""

from uuid import UUID

from maritime_app.ferries.capacity import service as capacity
from maritime_app.ferries.price_lists import copies, store
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.resources import Resources

# Holds that were quoted by the list before, and processes that did not hear of the new one: they
# read a sailing once a minute.
_DELAY_SECONDS = 120.0


async def request(conn: Conn, fare_id: UUID) -> None:
    """Have the extras of the list's sailings counted once more, where it limits any."""
    if await store.limits_extras(conn, fare_id):
        await enqueue(
            conn,
            "ferries.recount_extras",
            {"fare_id": str(fare_id)},
            unique_key=f"recount_extras:{fare_id}",
            delay_seconds=_DELAY_SECONDS,
        )


async def recount_extras(res: Resources, *, fare_id: str) -> str:
    """Count what was sold of limited extras by no limit, of the sailings of one list that have not
    left.
    """
    async with res.db.transaction() as conn:
        ids = await store.coming_sailings(conn, UUID(fare_id))
        await capacity.count_extras_anew(conn, ids)
        await copies.drop(conn, res, ids)
    return f"{len(ids)} sailings"
