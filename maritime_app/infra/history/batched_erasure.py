"""Long clean-ups in short transactions, so that nothing waits for them and a stop loses little."""

from uuid import UUID

from maritime_app.infra.db import Database
from maritime_app.infra.queries import Query

_BATCH_ROWS = 1_000


async def erase_in_batches(db: Database, query: Query, days: int) -> int:
    """Run a query that takes (days, limit) and returns how many rows it changed, until it finds no
    more; return the sum.
    """
    total = 0
    while True:
        async with db.acquire() as conn:
            changed = await query.fetch_one(conn, int, days, _BATCH_ROWS)
        total += changed
        if changed < _BATCH_ROWS:
            return total


async def erase_locked_in_batches(db: Database, lock: Query, erase: Query, days: int) -> int:
    """Erase rows with all that belongs to them, as `erase_in_batches` does.

    `lock` takes (days, limit) and returns ids of rows that it locks; `erase` takes the ids and
    returns how many rows it changed. It is a statement of its own: one that locks does not see
    what others wrote beside these rows just before it had them.
    """
    total = 0
    while True:
        async with db.transaction() as conn:
            ids = await lock.fetch_all(conn, UUID, days, _BATCH_ROWS)
            total += await erase.fetch_one(conn, int, ids) if ids else 0
        if len(ids) < _BATCH_ROWS:
            return total
