"""Rows of payments, refunds, events and the ledger."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from asyncpg import Record

from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.payments.model import Payment, PaymentStatus, Refund, RefundStatus

SQL = queries.load("payments")


async def payment_by_id(conn: Conn, payment_id: UUID) -> Payment | None:
    """Return the payment as it is."""
    row = await SQL.payment_by_id.maybe(conn, payment_id)
    return _payment(row) if row else None


async def lock_payment(conn: Conn, payment_id: UUID) -> Payment | None:
    """Return the payment; its row is locked until the transaction ends."""
    row = await SQL.lock_payment.maybe(conn, payment_id)
    return _payment(row) if row else None


async def payments_of(conn: Conn, kind: str, subject_id: UUID) -> list[Payment]:
    """Return every payment for one thing, oldest first."""
    return [_payment(row) for row in await SQL.payments_of.all(conn, kind, subject_id)]


async def payment_id_by_intent(conn: Conn, intent_id: str) -> UUID | None:
    """Return the payment that an intent belongs to, once that is known."""
    found: UUID | None = await SQL.payment_by_intent.value(conn, intent_id)
    return found


async def known_intents(conn: Conn, intent_ids: list[str]) -> set[str]:
    """Return those of the intents whose money is in our books."""
    return {row["intent_id"] for row in await SQL.known_intents.all(conn, intent_ids)}


async def set_session(conn: Conn, payment_id: UUID, session_id: str, url: str) -> bool:
    """Write the session down; return False when the payment is not open any more."""
    return await SQL.set_session.value(conn, payment_id, session_id, url) is not None


async def settle_payment(conn: Conn, payment_id: UUID, intent_id: str, received_minor: int) -> bool:
    """Mark as succeeded; return False when it was before."""
    return await SQL.settle_payment.value(conn, payment_id, intent_id, received_minor) is not None


async def add_duplicate(
    conn: Conn, duplicate_id: UUID, intent_id: str, received_minor: int, beside: UUID
) -> bool:
    """Write down money that came twice, beside the settled payment; return False when known."""
    return (
        await SQL.add_duplicate_payment.value(conn, duplicate_id, intent_id, received_minor, beside)
        is not None
    )


async def accept_payment(conn: Conn, payment_id: UUID) -> bool:
    """Write down that the subject accepts it; return False when it did before."""
    return await SQL.accept_payment.value(conn, payment_id) is not None


async def close_payment(conn: Conn, payment_id: UUID) -> bool:
    """Mark as closed without money; return False when it is not open."""
    return await SQL.close_payment.value(conn, payment_id) is not None


async def note_error(conn: Conn, payment_id: UUID, error: str) -> None:
    """Write down why the last try to pay failed."""
    await SQL.note_payment_error.run(conn, payment_id, error)


async def payments_to_check(conn: Conn, older_than_seconds: float, limit: int) -> list[UUID]:
    """Return open payments that nobody asked after for a while; from now on they count as asked."""
    return [row["id"] for row in await SQL.payments_to_check.all(conn, older_than_seconds, limit)]


async def add_ledger(
    conn: Conn, transaction_id: UUID, lines: Sequence[tuple[str, int]], currency: str, memo: str
) -> None:
    """Write a transaction once; raise ValueError unless its lines add up to zero."""
    if sum(amount for _, amount in lines):
        raise ValueError("a ledger transaction must add up to zero")
    accounts, amounts = [account for account, _ in lines], [amount for _, amount in lines]
    await SQL.add_ledger.run(conn, transaction_id, accounts, amounts, currency, memo)


async def add_refund(
    conn: Conn, refund_id: UUID, payment_id: UUID, amount_minor: int, reason: str, unique_key: str
) -> bool:
    """Owe money back; return False when that was done before."""
    return (
        await SQL.add_refund.value(conn, refund_id, payment_id, amount_minor, reason, unique_key)
        is not None
    )


async def refund(conn: Conn, refund_id: UUID) -> Refund | None:
    """Return the refund as it is."""
    row = await SQL.refund_by_id.maybe(conn, refund_id)
    return _refund(row) if row else None


async def refund_id_by_stripe_id(conn: Conn, stripe_id: str) -> UUID | None:
    """Return which of our refunds Stripe calls so."""
    found: UUID | None = await SQL.refund_by_stripe_id.value(conn, stripe_id)
    return found


async def refunded_minor(conn: Conn, payment_id: UUID) -> int:
    """Return what has gone back or is on its way."""
    total: int = await SQL.refunded_minor.value(conn, payment_id)
    return total


async def refunds_of(conn: Conn, payment_ids: Iterable[UUID]) -> list[Refund]:
    """Return every refund of these payments."""
    return [_refund(row) for row in await SQL.refunds_of.all(conn, list(payment_ids))]


async def refund_requested(conn: Conn, refund_id: UUID, stripe_id: str) -> bool:
    """Write down that Stripe has it in hand; return False when that is known."""
    return await SQL.refund_requested.value(conn, refund_id, stripe_id) is not None


async def settle_refund(
    conn: Conn, refund_id: UUID, status: RefundStatus, failure: str | None
) -> bool:
    """Write down how it ended; return False when nothing is new."""
    return await SQL.settle_refund.value(conn, refund_id, status, failure) is not None


async def record_events(
    conn: Conn, ids: list[str], types: list[str], payloads: list[str], job_ids: list[UUID]
) -> list[UUID]:
    """Write events and their jobs; return the jobs of those that are new."""
    return [row["id"] for row in await SQL.record_events.all(conn, ids, types, payloads, job_ids)]


async def event(conn: Conn, event_id: str) -> tuple[Any, bool] | None:
    """Return an event's payload, and whether it has been worked through."""
    row = await SQL.event_payload.maybe(conn, event_id)
    return (row["payload"], row["processed_at"] is not None) if row else None


async def event_processed(conn: Conn, event_id: str, outcome: str) -> None:
    """Write down that an event has been worked through."""
    await SQL.event_processed.run(conn, event_id, outcome)


def _payment(row: Record) -> Payment:
    return Payment(**{**row, "status": PaymentStatus(row["status"])})


def _refund(row: Record) -> Refund:
    return Refund(**{**row, "status": RefundStatus(row["status"])})
