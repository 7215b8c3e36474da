"""Money has arrived: once into the ledger, once to whoever is paid."""

from uuid import NAMESPACE_URL, UUID, uuid5

from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.payments import ledger, store
from maritime_app.payments.model import IntentState, Payment, PaymentStatus, account_of
from maritime_app.resources import Resources


async def settle(res: Resources, payment_id: UUID, intent: IntentState) -> str:
    """Settle a payment by an intent that has succeeded; repeating it changes nothing."""
    async with res.db.transaction() as conn:
        owed = await store.lock_payment(conn, payment_id)
        if owed is None:
            await raise_alert(
                conn,
                "unknown_payment",
                "Stripe reports a payment that we do not know.",
                subject=("intent", intent.id),
            )
            return "unknown payment"
        if not await store.settle_payment(conn, payment_id, intent):
            if owed.intent_id == intent.id:
                return "settled before"
            return await _paid_twice(conn, owed, intent)
        await _arrived(conn, owed, payment_id, intent)
    return "settled"


async def _paid_twice(conn: Conn, owed: Payment, intent: IntentState) -> str:
    """Write down another intent of a settled payment as one of its own: its subject decides."""
    duplicate_id = uuid5(NAMESPACE_URL, f"stripe:{intent.id}")
    if not await store.add_duplicate(conn, duplicate_id, intent, owed.id):
        return "settled before"
    await _arrived(conn, owed, duplicate_id, intent)
    return "paid twice"


async def _arrived(conn: Conn, owed: Payment, payment_id: UUID, intent: IntentState) -> None:
    """Write the ledger and tell the subject, which decides whether it keeps the money."""
    amount_minor, currency = intent.received_minor, intent.currency
    await ledger.move(
        conn, payment_id, account_of(owed), ledger.STRIPE, amount_minor, currency, "payment"
    )
    if (intent.received_minor, intent.currency) != (owed.amount_minor, owed.currency):
        await raise_alert(
            conn,
            "wrong_amount",
            "The amount paid is not the amount asked for.",
            subject=("payment", str(payment_id)),
        )
    await enqueue(
        conn,
        f"{owed.subject_kind}.accept_payment",
        {"payment_id": str(payment_id)},
        subject=(owed.subject_kind, str(owed.subject_id)),
        unique_key=f"accept:{payment_id}",
    )


async def note_failure(res: Resources, payment_id: UUID, intent: IntentState) -> str:
    """Write down why a try to pay failed and tell the subject, while it can still be paid."""
    async with res.db.transaction() as conn:
        owed = await store.lock_payment(conn, payment_id)
        if owed is None or owed.status is not PaymentStatus.OPEN:
            return "too late to matter"
        await store.note_error(conn, payment_id, intent.error or "")
        await enqueue(
            conn,
            f"{owed.subject_kind}.report_failed_payment",
            {"payment_id": str(payment_id)},
            subject=(owed.subject_kind, str(owed.subject_id)),
            unique_key=f"failed:{payment_id}",
        )
    return "the payment failed"
