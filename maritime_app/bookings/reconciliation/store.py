"""Statements and differences, in PostgreSQL."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from maritime_app.bookings.reconciliation.model import (
    Difference,
    OperatorDate,
    OperatorDay,
    Outcome,
    RemoteOperatorRow,
    SettleRequest,
    StripeDay,
)
from maritime_app.ferries.operators.model import StatementLine
from maritime_app.infra import queries
from maritime_app.infra.db import Conn

SQL = queries.load("bookings_reconciliation")


async def remote_operators(conn: Conn) -> dict[UUID, str]:
    """Return the codes of the operators that send statements, by id."""
    found = await SQL.remote_operators.fetch_all(conn, RemoteOperatorRow)
    return {operator.id: operator.code for operator in found}


async def days_with_legs(conn: Conn, first: dt.date, last: dt.date) -> list[OperatorDate]:
    """Return the days on which somebody leaves with a remote operator."""
    return await SQL.days_with_legs.fetch_all(conn, OperatorDate, first, last)


async def keep_statement(
    conn: Conn,
    operator_id: UUID,
    day: dt.date,
    asked_at: dt.datetime,
    lines: Sequence[StatementLine],
) -> None:
    """Write down what an operator said of a day when it was asked, instead of what was known."""
    await SQL.keep_statement.execute(
        conn,
        operator_id,
        day,
        asked_at,
        [line.reference for line in lines],
        [line.operator_reference for line in lines],
        [line.status for line in lines],
        [line.currency for line in lines],
        [line.amount_minor for line in lines],
    )


async def forget_statements(conn: Conn, older_than: dt.date) -> None:
    """Delete the statements of days before that one."""
    await SQL.forget_statements.execute(conn, older_than)


async def note_differences(conn: Conn) -> Outcome:
    """Write down where the books differ now, and settle what does not differ any more."""
    return await SQL.note_differences.fetch_one(conn, Outcome)


async def open_differences(conn: Conn, most: int) -> list[Difference]:
    """Return the open differences, oldest first."""
    return await SQL.open_differences.fetch_all(conn, Difference, most)


async def settle(conn: Conn, asked: SettleRequest, staff_id: UUID) -> bool:
    """Settle a difference; return False when it is not open."""
    found = await SQL.settle_difference.fetch_optional(
        conn, str, asked.kind, asked.subject, asked.currency, staff_id, asked.note
    )
    return found is not None


async def stripe_days(conn: Conn, first: dt.date, last: dt.date) -> list[StripeDay]:
    """Return the days of Stripe's balance, newest first."""
    return await SQL.stripe_by_day.fetch_all(conn, StripeDay, first, last)


async def operator_days(conn: Conn, first: dt.date, last: dt.date) -> list[OperatorDay]:
    """Return the days of the operators' statements, oldest first."""
    return await SQL.operators_by_day.fetch_all(conn, OperatorDay, first, last)
