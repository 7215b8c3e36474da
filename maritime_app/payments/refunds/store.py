"""Rows of refunds."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from maritime_app.infra.db import Conn
from maritime_app.payments.model import Refund, RefundMethod, RefundOrigin, RefundStatus
from maritime_app.payments.store import SQL


async def add_refund(
    conn: Conn,
    refund_id: UUID,
    payment_id: UUID,
    amount_minor: int,
    reason: str,
    unique_key: str,
    *,
    status: RefundStatus = RefundStatus.PENDING,
    origin: RefundOrigin = RefundOrigin.SERVICE,
    method: RefundMethod = RefundMethod.STRIPE,
    **more: Any,
) -> bool:
    """Write a refund; return False when its unique_key was written before.

    `more` may be claim_id, note, stripe_id, failure.
    """
    rest = [more.get(name) for name in ("claim_id", "note", "stripe_id", "failure")]
    row = await SQL.add_refund.value(
        conn,
        refund_id,
        payment_id,
        amount_minor,
        reason,
        unique_key,
        status,
        origin,
        method,
        *rest,
    )
    return row is not None


async def is_asked(conn: Conn, unique_keys: Sequence[str]) -> bool:
    """Return whether money was owed back under one of these keys before."""
    return await SQL.is_asked.fetch_one(conn, bool, list(unique_keys))


async def refund(conn: Conn, refund_id: UUID) -> Refund | None:
    """Return the refund as it is."""
    return await SQL.refund_by_id.fetch_optional(conn, Refund, refund_id)


async def unique_key(conn: Conn, refund_id: UUID) -> str:
    """Return the name by which a refund is asked for once."""
    return await SQL.refund_key.fetch_optional(conn, str, refund_id) or ""


async def refund_id_by_stripe_id(conn: Conn, stripe_id: str) -> UUID | None:
    """Return which of our refunds Stripe calls so."""
    return await SQL.refund_by_stripe_id.fetch_optional(conn, UUID, stripe_id)


async def refunds_of(conn: Conn, payment_ids: Iterable[UUID]) -> list[Refund]:
    """Return every refund of these payments, oldest first."""
    return await SQL.refunds_of.fetch_all(conn, Refund, list(payment_ids))


async def refunds_on_their_way(conn: Conn, older_than_seconds: float, limit: int) -> list[str]:
    """Return Stripe's ids of refunds that it works on for so long, at most so many of them."""
    return await SQL.refunds_on_their_way.fetch_all(conn, str, older_than_seconds, limit)


async def refund_requested(conn: Conn, refund_id: UUID, stripe_id: str) -> bool:
    """Write down that Stripe has it in hand; return False when that is known."""
    return await SQL.refund_requested.value(conn, refund_id, stripe_id) is not None


async def settle_refund(
    conn: Conn, refund_id: UUID, status: RefundStatus, failure: str | None
) -> bool:
    """Write down how it ended; return False when nothing is new."""
    return await SQL.settle_refund.value(conn, refund_id, status, failure) is not None


async def cover_refund(conn: Conn, refund_id: UUID, amount_minor: int) -> bool:
    """Write down that the customer has this amount already; False unless it was pending."""
    return await SQL.cover_refund.value(conn, refund_id, amount_minor) is not None


async def set_covered(conn: Conn, refund_id: UUID, amount_minor: int) -> None:
    """Write down how much of a claim is still covered."""
    await SQL.set_covered.run(conn, refund_id, amount_minor)


async def uncover(conn: Conn, refund_id: UUID, failure: str) -> None:
    """Write down that nothing of a claim is covered any more, and why."""
    await SQL.uncover_refund.run(conn, refund_id, failure)


async def rename(conn: Conn, payment_id: UUID, origin: RefundOrigin, reason: str) -> None:
    """Write down another reason for what went back."""
    await SQL.rename_refunds.run(conn, payment_id, origin, reason)
