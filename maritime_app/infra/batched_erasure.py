"""Long clean-ups in short transactions, so that nothing waits for them and a stop loses little."""

from maritime_app.infra.db import Database
from maritime_app.infra.queries import Query

_SIZE = 1_000


async def erase_in_batches(db: Database, query: Query, days: int) -> int:
    """Run a query that takes (days, limit) and returns how many it changed until it finds no more;
    the sum.
    """
    total = 0
    while True:
        async with db.acquire() as conn:
            changed: int = await query.value(conn, days, _SIZE)
        total += changed
        if changed < _SIZE:
            return total
