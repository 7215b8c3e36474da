"""Rows of disputes."""

from uuid import UUID

from maritime_app.infra.db import Conn
from maritime_app.payments.model import DisputeDecision, DisputeState
from maritime_app.payments.store import SQL

_CLOSED = ("won", "lost", "warning_closed", "prevented")


async def keep_dispute(conn: Conn, payment_id: UUID, state: DisputeState) -> bool:
    """Write down how a dispute stands; return False when nothing is new."""
    row = await SQL.keep_dispute.value(
        conn,
        state.id,
        payment_id,
        state.amount_minor,
        state.currency,
        state.reason,
        state.status,
        -sum(amount_minor for _, amount_minor in state.movements),
        state.respond_by,
        state.opened_at,
        state.status in _CLOSED,
    )
    return row is not None


async def open_disputes(conn: Conn, limit: int) -> list[str]:
    """Return the ids of disputes that the bank has not decided, at most so many of them."""
    return await SQL.open_disputes.fetch_all(conn, str, limit)


async def decide(conn: Conn, dispute_id: str, decision: DisputeDecision, staff: str) -> bool:
    """Write down what staff decided; return False when somebody had, or there is nothing to."""
    return await SQL.decide_dispute.value(conn, dispute_id, decision, staff) is not None
