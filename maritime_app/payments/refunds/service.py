"""Money on its way back: owed once, sent once, settled once; a failure goes to a person."""

from collections.abc import Iterable
from uuid import UUID

from maritime_app.ids import uuid7
from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.payments import gateway, store
from maritime_app.payments.gateway import StripeGone
from maritime_app.payments.model import Payment, Refund, RefundState, RefundStatus, account_of
from maritime_app.resources import Resources

_STATES = {
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}


async def refunds_of(conn: Conn, payments: Iterable[Payment]) -> list[Refund]:
    """Every refund of these payments."""
    return await store.refunds_of(conn, [payment.id for payment in payments])


async def refund(conn: Conn, refund_id: UUID) -> Refund | None:
    """One refund."""
    return await store.refund(conn, refund_id)


async def request_refund(
    conn: Conn, owed: Payment, amount_minor: int, reason: str, unique_key: str
) -> UUID | None:
    """Owe money back, once per unique_key, never more than was received.

    Returns the refund's id if it is new.
    """
    locked = await store.lock_payment(conn, owed.id)
    received = (locked.received_minor if locked else None) or 0
    amount = min(amount_minor, received - await store.refunded_minor(conn, owed.id))
    if amount <= 0:
        return None
    refund_id = uuid7()
    if not await store.add_refund(conn, refund_id, owed.id, amount, reason, unique_key):
        return None
    await enqueue(
        conn,
        "payments.send_refund",
        {"refund_id": str(refund_id)},
        subject=(owed.subject_kind, str(owed.subject_id)),
        unique_key=f"refund:{refund_id}",
    )
    return refund_id


async def send_refund(res: Resources, refund_id: UUID) -> str:
    """Ask Stripe for a refund that we owe; its idempotency key is our row's id."""
    async with res.db.acquire() as conn:
        owed = await store.refund(conn, refund_id)
    if owed is None or owed.status not in (RefundStatus.PENDING, RefundStatus.REQUESTED):
        return "nothing to send"
    try:
        state = await gateway.of(res).refund(owed)
    except StripeGone as gone:
        async with res.db.transaction() as conn:
            await store.settle_refund(conn, refund_id, RefundStatus.FAILED, str(gone))
            await raise_alert(
                conn,
                "refund_refused",
                f"Stripe refuses a refund: {gone}",
                subject=("refund", str(refund_id)),
            )
        return "refused by Stripe"
    async with res.db.transaction() as conn:
        await store.refund_requested(conn, refund_id, state.id)
    return await settle_refund(res, state)


async def settle_refund(res: Resources, state: RefundState) -> str:
    """What Stripe says of a refund, into our rows: once into the ledger, a failure to a person."""
    async with res.db.transaction() as conn:
        refund_id = state.refund_id or await store.refund_id_by_stripe_id(conn, state.id)
        owed = await store.refund(conn, refund_id) if refund_id else None
        if owed is None:
            await raise_alert(
                conn,
                "foreign_refund",
                "A refund was made at Stripe that we did not ask for.",
                subject=("stripe_refund", state.id),
            )
            return "not one of ours"
        await store.lock_payment(conn, owed.payment_id)
        await store.refund_requested(conn, owed.id, state.id)
        status = _STATES.get(state.status)
        if status is None or not await store.settle_refund(conn, owed.id, status, state.failure):
            return f"refund is {state.status}"
        if status is RefundStatus.FAILED:
            await raise_alert(
                conn,
                "refund_failed",
                f"A refund failed: {state.failure}",
                subject=("refund", str(owed.id)),
            )
            return "the refund failed"
        lines = [(account_of(owed), owed.amount_minor), ("stripe", -owed.amount_minor)]
        await store.add_ledger(conn, owed.id, lines, owed.currency, "refund")
        await enqueue(
            conn,
            f"{owed.subject_kind}.report_refund",
            {"refund_id": str(owed.id)},
            subject=(owed.subject_kind, str(owed.subject_id)),
            unique_key=f"refunded:{owed.id}",
        )
    return "refunded"
