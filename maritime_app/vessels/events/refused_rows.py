"""Rows of which the database refuses one: that one is left out, the others are stored."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final, TypeVar

import asyncpg

from maritime_app.infra.db import Conn, Database
from maritime_app.infra.telemetry import log
from maritime_app.infra.telemetry.metrics import tally

logger = log.get(__name__)
_REFUSED: Final = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)
RowT = TypeVar("RowT")


async def store_rows(
    db: Database, store: Callable[[Conn, list[RowT]], Awaitable[object]], rows: Sequence[RowT]
) -> None:
    """Store rows in one statement; where that is refused, each half by itself, and so on.

    What is refused by itself is counted and left out. Raise what else `store` raises: what was
    stored by then is stored.
    """
    if not rows:
        return
    try:
        async with db.acquire() as conn:
            await store(conn, list(rows))
    except _REFUSED as error:
        if len(rows) == 1:
            tally["vessels_rows_refused"] += 1
            logger.error("row_refused", error=type(error).__name__)
            return
        middle = len(rows) // 2
        await store_rows(db, store, rows[:middle])
        await store_rows(db, store, rows[middle:])
