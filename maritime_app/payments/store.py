"""Rows of payments, events and the ledger."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from maritime_app.ids import uuid7
from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.money import Money
from maritime_app.payments.model import Delivery, Dispute, IntentState, Payment

SQL = queries.load("payments")


class StoredEvent(msgspec.Struct, frozen=True):
    """A Stripe event as it was written down."""

    payload: Any
    processed_at: datetime | None


async def payment_by_id(conn: Conn, payment_id: UUID) -> Payment | None:
    """Return the payment as it is."""
    return await SQL.payment_by_id.fetch_optional(conn, Payment, payment_id)


async def lock_payment(conn: Conn, payment_id: UUID) -> Payment | None:
    """Return the payment; its row is locked until the transaction ends."""
    return await SQL.lock_payment.fetch_optional(conn, Payment, payment_id)


async def payments_of(conn: Conn, kind: str, *subject_ids: UUID) -> list[Payment]:
    """Return every payment for one thing (or for several), oldest first."""
    return await SQL.payments_of.fetch_all(conn, Payment, kind, list(subject_ids))


async def payment_id_by_intent(conn: Conn, intent_id: str) -> UUID | None:
    """Return the payment that an intent belongs to, once that is known."""
    return await SQL.payment_by_intent.fetch_optional(conn, UUID, intent_id)


async def payment_id_by_session(conn: Conn, session_id: str) -> UUID | None:
    """Return the payment that a payment page was made for."""
    return await SQL.payment_by_session.fetch_optional(conn, UUID, session_id)


async def known_intents(conn: Conn, intent_ids: list[str]) -> set[str]:
    """Return those of the intents whose money is in our books."""
    return set(await SQL.known_intents.fetch_all(conn, str, intent_ids))


async def set_session(conn: Conn, payment_id: UUID, session_id: str, url: str) -> bool:
    """Write the session down; return False when the payment is not open any more."""
    return await SQL.set_session.value(conn, payment_id, session_id, url) is not None


async def settle_payment(conn: Conn, payment_id: UUID, intent: IntentState) -> bool:
    """Mark as succeeded; return False when it was before."""
    return await SQL.settle_payment.value(conn, payment_id, *_money(intent)) is not None


async def add_duplicate(conn: Conn, duplicate_id: UUID, intent: IntentState, beside: UUID) -> bool:
    """Write down money that came twice, beside the settled payment; return False when known."""
    row = await SQL.add_duplicate_payment.value(conn, duplicate_id, *_money(intent), beside)
    return row is not None


async def add_payment(
    conn: Conn, kind: str, subject_id: UUID, part_id: UUID, amount: Money
) -> UUID:
    """Ask for money for a part of one thing; return the payment's id."""
    payment_id = uuid7()
    await SQL.add_payment.execute(
        conn, payment_id, kind, subject_id, part_id, amount.amount_minor, amount.currency
    )
    return payment_id


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
    return await SQL.payments_to_check.fetch_all(conn, UUID, older_than_seconds, limit)


async def add_ledger(
    conn: Conn,
    transaction_id: UUID,
    accounts: Sequence[str],
    amounts_minor: Sequence[int],
    currency: str,
    memo: str,
) -> None:
    """Write the lines of a transaction that are not written yet."""
    await SQL.add_ledger.run(
        conn, transaction_id, list(accounts), list(amounts_minor), currency, memo
    )


async def add_events(conn: Conn, deliveries: Sequence[Delivery], job_ids: Sequence[UUID]) -> None:
    """Write events and their jobs; raise UniqueViolationError, and write none, where one is known
    or comes twice.
    """
    await SQL.add_events.execute(conn, *_columns(deliveries, job_ids))


async def record_events(
    conn: Conn, deliveries: Sequence[Delivery], job_ids: Sequence[UUID]
) -> list[UUID]:
    """Write events and their jobs; return the jobs of those that are new."""
    return await SQL.record_events.fetch_all(conn, UUID, *_columns(deliveries, job_ids))


def _columns(deliveries: Sequence[Delivery], job_ids: Sequence[UUID]) -> tuple[Any, ...]:
    return (
        [delivery.event.id for delivery in deliveries],
        [delivery.event.type for delivery in deliveries],
        [delivery.text for delivery in deliveries],
        job_ids,
        [delivery.request_id for delivery in deliveries],
        [delivery.trace_parent for delivery in deliveries],
    )


async def event(conn: Conn, event_id: str) -> StoredEvent | None:
    """Return an event as it was written down."""
    return await SQL.event_payload.fetch_optional(conn, StoredEvent, event_id)


async def event_processed(conn: Conn, event_id: str, outcome: str) -> None:
    """Write down that an event has been worked through."""
    await SQL.event_processed.run(conn, event_id, outcome)


def _money(intent: IntentState) -> tuple[Any, ...]:
    return (
        intent.id,
        intent.received_minor,
        intent.currency,
        intent.charge_id,
        intent.card_brand,
        intent.card_last4,
    )


async def disputes_of(conn: Conn, payment_ids: Iterable[UUID]) -> list[Dispute]:
    """Return every dispute about these payments, oldest first."""
    return await SQL.disputes_of.fetch_all(conn, Dispute, list(payment_ids))
