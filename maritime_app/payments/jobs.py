"""Working through events, sending refunds, asking after open payments."""

from uuid import UUID

import msgspec

from maritime_app.infra.history.batched_erasure import erase_in_batches
from maritime_app.jobs.model import Cron, NoPayload, Task
from maritime_app.jobs.outbox import enqueue
from maritime_app.payments import reconciliation, store
from maritime_app.payments.balance import service as balance
from maritime_app.payments.checkouts import service as checkouts
from maritime_app.payments.refunds import service as refunds
from maritime_app.payments.webhooks import processing
from maritime_app.resources import Resources

_CHECK_AFTER_SECONDS = 60.0


class PaymentPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One payment."""

    payment_id: UUID


async def process_payment_webhook(res: Resources, *, event_id: str) -> str:
    """One stored Stripe event."""
    return await processing.process_event(res, event_id)


async def verify_payment_status(res: Resources, *, payment_id: str) -> str:
    """Ask Stripe how a payment stands: a lost webhook changes nothing for good."""
    return await checkouts.reconcile(res, UUID(payment_id))


async def send_refund(res: Resources, *, refund_id: str) -> str:
    """Send money back."""
    return await refunds.send_refund(res, UUID(refund_id))


async def check_open_payments(res: Resources) -> str:
    """Ask for a check of every open payment that was not looked at for a minute."""
    due = await checkouts.payments_to_check(res, _CHECK_AFTER_SECONDS)
    async with res.db.transaction() as conn:
        for payment_id in due:
            await enqueue(
                conn,
                "payments.verify_payment_status",
                {"payment_id": str(payment_id)},
                subject=("payment", str(payment_id)),
            )
    return f"{len(due)} asked after"


async def erase_old_events(res: Resources) -> str:
    """Forget what Stripe wrote long ago, and to whose account other money went; that it was worked
    through and paid stays.
    """
    days = res.settings.privacy.personal_days
    events = await erase_in_batches(res.db, store.SQL.erase_events, days)
    notes = await erase_in_batches(res.db, store.SQL.erase_refund_notes, days)
    return f"{events} events, {notes} notes"


async def read_balance(res: Resources) -> str:
    """Read every movement of the balance at Stripe into the ledger."""
    return await balance.read_balance(res)


async def compare_with_stripe(res: Resources) -> str:
    """Find money that Stripe has and we have not heard of."""
    return await reconciliation.compare_with_stripe(res)


async def check_unsettled(res: Resources) -> str:
    """Ask after refunds on their way and disputes without a verdict."""
    return await reconciliation.check_unsettled(res)


TASKS = [
    Task("payments.process_payment_webhook", process_payment_webhook, tries=12, timeout_seconds=45),
    Task(
        "payments.verify_payment_status",
        verify_payment_status,
        tries=3,
        timeout_seconds=45,
        again_seconds=_CHECK_AFTER_SECONDS,
        by_hand=PaymentPayload,
    ),
    Task("payments.send_refund", send_refund, tries=15, timeout_seconds=45),
    Task(
        "payments.check_open_payments",
        check_open_payments,
        tries=3,
        timeout_seconds=30,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
    Task(
        "payments.read_balance",
        read_balance,
        tries=5,
        timeout_seconds=600,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
    Task(
        "payments.compare_with_stripe",
        compare_with_stripe,
        tries=5,
        timeout_seconds=600,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
    Task(
        "payments.check_unsettled",
        check_unsettled,
        tries=3,
        timeout_seconds=600,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
    Task(
        "payments.erase_old_events",
        erase_old_events,
        tries=3,
        timeout_seconds=600,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
]
CRONS = [
    Cron("payments.check_open_payments", every_seconds=30),
    Cron("payments.read_balance", every_seconds=120),
    Cron("payments.compare_with_stripe", every_seconds=6 * 3600),
    Cron("payments.check_unsettled", every_seconds=3600),
    Cron("payments.erase_old_events", every_seconds=86_400),
]
