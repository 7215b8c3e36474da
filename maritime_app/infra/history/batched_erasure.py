"""Long clean-ups in short transactions, so that nothing waits for them and a stop loses little."""

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
