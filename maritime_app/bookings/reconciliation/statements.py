"""Read what each operator says that it booked for us."""

import datetime as dt
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from maritime_app import clock
from maritime_app.bookings.reconciliation import store
from maritime_app.bookings.reconciliation.model import OperatorDate
from maritime_app.ferries.operators import service as operators
from maritime_app.ferries.operators.model import StatementLine
from maritime_app.infra.telemetry import log
from maritime_app.resources import Resources

logger = log.get(__name__)
# A cancellation is charged until departure and corrected for a while after it; further ahead than a
# month little is final. A bound on what a night asks.
_BACK, _AHEAD = timedelta(days=7), timedelta(days=31)
_KEPT = timedelta(days=400)
_MOST_PAGES = 40


async def read_statements(res: Resources) -> int:
    """Read the statements of last week's and next month's days; return how many could be read.

    An operator that does not answer is left out until the next night: what was read of it stays.
    """
    today = clock.now().date()
    async with res.db.acquire() as conn:
        codes = await store.remote_operators(conn)
        days = await store.days_with_legs(conn, today - _BACK, today + _AHEAD)
    count = 0
    for operator_id, code in codes.items():
        mine = [one for one in days if one.operator_id == operator_id]
        count += await _read_operator(res, operator_id, code, mine)
    async with res.db.transaction() as conn:
        await store.forget_statements(conn, today - _KEPT)
    return count


async def _read_operator(
    res: Resources, operator_id: UUID, code: str, days: Sequence[OperatorDate]
) -> int:
    count = 0
    for one in days:
        asked_at = clock.now()
        try:
            lines = await _lines(res, code, one.day)
        except operators.STATEMENT_ERRORS as error:
            logger.warning("statement_not_read", operator=code, error=str(error))
            return count
        async with res.db.transaction() as conn:
            await store.keep_statement(conn, operator_id, one.day, asked_at, lines)
        count += 1
    return count


async def _lines(res: Resources, code: str, day: dt.date) -> list[StatementLine]:
    lines: list[StatementLine] = []
    for _page in range(_MOST_PAGES):
        after = lines[-1].reference if lines else ""
        page = await operators.of(res).gateway(code).statement(day.isoformat(), after)
        lines += page.lines
        if not page.more or not page.lines:
            break
    return lines
