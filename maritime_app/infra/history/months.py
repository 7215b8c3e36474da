"""Tables that are kept by months (sql/migrations/0040_by_month.sql): months to come are made, old
ones taken out of the way into the schema `archive`, and dropped there after more time.
"""

from datetime import date, timedelta

from msgspec import Struct

from maritime_app.infra import queries
from maritime_app.infra.db import Database

_SQL = queries.load("infra")
_AHEAD = timedelta(days=62)  # so that a task that stands still for weeks does no harm
# Taking a month away waits for whoever reads the table, and everybody else waits behind it.
_LOCK_WAIT_MS = "2000"


class MonthlyTable(Struct, frozen=True):
    """A table in months. Rows for which `wanted` (a condition on `t`, SQL) is true are not archived
    with their month: somebody has still to do with them.

    With `is_personal` a month stays until what it says of people has been erased.
    """

    name: str
    wanted: str
    is_personal: bool = False


class Kept(Struct, frozen=True):
    """What became of a table's months: how many were made, archived and dropped."""

    made: int
    archived: int
    dropped: int


async def keep(
    db: Database, table: MonthlyTable, today: date, *, live_months: int, archived_months: int
) -> Kept:
    """Make the next months of a table, archive those before the last `live_months`, and drop what
    has been in the archive for `archived_months`. Repeating it is harmless.
    """
    live_since = months_before(today, live_months)
    dropped_before = months_before(live_since, archived_months)
    async with db.transaction() as conn:
        await _SQL.wait_for_locks.execute(conn, _LOCK_WAIT_MS)
        made = await _SQL.make_months.fetch_one(conn, int, table.name, today, today + _AHEAD)
    async with db.transaction() as conn:
        await _SQL.wait_for_locks.execute(conn, _LOCK_WAIT_MS)
        args = table.name, live_since, table.wanted
        archived = await _SQL.archive_months.fetch_one(conn, int, *args)
        dropped = await _SQL.drop_archived.fetch_one(conn, int, table.name, dropped_before)
    return Kept(made, archived, dropped)


def months_before(day: date, months: int) -> date:
    """Return the first day of the month so many months before that day's."""
    month = day.year * 12 + day.month - 1 - months
    return date(month // 12, month % 12 + 1, 1)
