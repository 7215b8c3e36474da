"""Warnings in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from maritime_app.ids import uuid7
from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.vessels.events.paging import Ended
from maritime_app.vessels.warnings.model import (
    ListedWarning,
    SeaWarning,
    Sought,
    StoredWarning,
    WarningNumber,
    WarningPublisher,
)

SQL = queries.load("vessels_warnings")


async def in_force(
    conn: Conn, at: datetime, sought: Sought, limit: int, ended: Ended
) -> list[ListedWarning]:
    """Return the warnings that are sought and hold at an instant, the latest first, after the last
    one of the page before.
    """
    return await SQL.warnings_in_force.fetch_all(
        conn, ListedWarning, at, *sought, ended.at, ended.id, limit
    )


async def count_in_force(conn: Conn, at: datetime, sought: Sought) -> int:
    """Return how many of the warnings that are sought hold at an instant."""
    return await SQL.count_warnings_in_force.fetch_one(conn, int, at, *sought)


async def standing(conn: Conn, publishers: Sequence[str]) -> set[WarningNumber]:
    """Return all that these have not withdrawn and is not over."""
    return {*await SQL.warnings_standing.fetch_all(conn, WarningNumber, list(publishers))}


async def upsert(conn: Conn, warnings: Sequence[SeaWarning]) -> tuple[int, int]:
    """Store warnings; return how many were new, and how many were known otherwise."""
    rows = [{"id": str(uuid7()), **msgspec.to_builtins(warning)} for warning in warnings]
    done = await SQL.upsert_warnings.fetch_all(conn, StoredWarning, rows)
    new = sum(row.is_new for row in done)
    return new, len(done) - new


async def withdraw(conn: Conn, gone: Sequence[WarningNumber]) -> int:
    """End these warnings now; return how many there were."""
    publishers, numbers = [each.publisher for each in gone], [each.reference for each in gone]
    return await SQL.withdraw_warnings.execute(conn, publishers, numbers)


async def withdraw_numbers(conn: Conn, numbers: Sequence[str]) -> int:
    """End the warnings of these numbers, whoever gave them; return how many there were."""
    return await SQL.withdraw_numbers.execute(conn, list(numbers))


async def publishers(conn: Conn, at: datetime, hidden: Sequence[str]) -> list[WarningPublisher]:
    """Return who has given warnings, but for those."""
    return await SQL.warning_publishers.fetch_all(conn, WarningPublisher, at, list(hidden))


async def delete_over(conn: Conn, before: datetime) -> None:
    """Delete warnings that were over before."""
    await SQL.delete_warnings_over.execute(conn, before)
