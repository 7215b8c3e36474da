"""Money on its way back: owed once, sent once, followed to its end."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from maritime_app.ids import uuid7
from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.payments import gateway, ledger, store as payments
from maritime_app.payments.checkouts.service import settle_intent
from maritime_app.payments.claims import Claims, claims, held_minor, outstanding_minor
from maritime_app.payments.model import (
    Payment,
    Refund,
    RefundOrigin,
    RefundState,
    RefundStatus,
    account_of,
)
from maritime_app.payments.refunds import covering, store
from maritime_app.payments.refunds.repayment import check_movable, existing, pay_again
from maritime_app.payments.stripe_amounts import NotChargeable
from maritime_app.payments.stripe_calls import StripeGone
from maritime_app.resources import Resources

__all__ = [
    "check_movable",
    "claims_of",
    "held_minor",
    "is_asked",
    "is_owed",
    "learn_refunds",
    "outstanding_minor",
    "pay_again",
    "refund",
    "refunds_of",
    "rename_outside",
    "request_refund",
    "send_refund",
    "settle_refund",
    "unique_key",
]

_STATES = {
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}


async def refunds_of(conn: Conn, payments: Iterable[Payment]) -> list[Refund]:
    """Return every refund of these payments, oldest first."""
    return await store.refunds_of(conn, [payment.id for payment in payments])


async def refund(conn: Conn, refund_id: UUID) -> Refund:
    """Return the refund as it is; raise NotFound."""
    return await existing(conn, refund_id)


async def is_asked(conn: Conn, unique_keys: Sequence[str]) -> bool:
    """Return whether money was owed back under one of these keys before."""
    return await store.is_asked(conn, unique_keys)


async def is_owed(conn: Conn, failed: Refund) -> bool:
    """Return whether the customer still misses something of what a failed refund was to pay."""
    siblings = await store.refunds_of(conn, [failed.payment_id])
    claim_id = failed.claim_id or failed.id
    return any(outstanding_minor(one, siblings) > 0 for one in siblings if one.id == claim_id)


async def unique_key(conn: Conn, refund_id: UUID) -> str:
    """Return why a refund is made, as whoever asked for it named it."""
    return await store.unique_key(conn, refund_id)


async def claims_of(conn: Conn, payment_id: UUID) -> Claims:
    """Return what is owed and what went back of one payment."""
    return claims(
        await store.refunds_of(conn, [payment_id]), await payments.disputes_of(conn, [payment_id])
    )


async def rename_outside(conn: Conn, paid: Payment, reason: str) -> None:
    """Say why money went back that was refunded at Stripe, now that it is known."""
    await payments.lock_payment(conn, paid.id)  # before its refunds, as news of them does
    await store.rename(conn, paid.id, RefundOrigin.STRIPE, reason)


async def request_refund(
    conn: Conn, owed: Payment, amount_minor: int, reason: str, unique_key: str
) -> int:
    """Owe money back, once per unique_key, never more than was received.

    What the customer got without us counts towards it. Return how much is to be sent because of
    this call.
    """
    locked = await payments.lock_payment(conn, owed.id)
    if await store.is_asked(conn, [unique_key]):
        return 0
    received_minor = (locked.received_minor if locked else None) or 0
    before = await claims_of(conn, owed.id)
    amount_minor = min(amount_minor, received_minor - before.claimed_minor)
    covered_minor = min(amount_minor, before.uncovered_minor)
    if covered_minor > 0:
        await store.add_refund(
            conn,
            uuid7(),
            owed.id,
            covered_minor,
            reason,
            f"{unique_key}:covered",
            status=RefundStatus.COVERED,
        )
    rest_minor = amount_minor - covered_minor
    if rest_minor <= 0:
        return 0
    refund_id = uuid7()
    await store.add_refund(conn, refund_id, owed.id, rest_minor, reason, unique_key)
    await covering.enqueue_send(conn, owed, refund_id)
    return rest_minor


async def send_refund(res: Resources, refund_id: UUID) -> str:
    """Ask Stripe for a refund that we owe; its idempotency key is our row's id."""
    async with res.db.acquire() as conn:
        owed = await store.refund(conn, refund_id)
    if owed is None or owed.status not in (RefundStatus.PENDING, RefundStatus.REQUESTED):
        return "nothing to send"
    try:
        state = await gateway.of(res).refund(owed)
    except (StripeGone, NotChargeable) as refusal:
        return await _refused(res, owed, str(refusal))
    async with res.db.transaction() as conn:  # at once: rows and ledger never disagree
        await payments.lock_payment(conn, owed.payment_id)
        await store.refund_requested(conn, refund_id, state.id)
        await _post(conn, owed)
    return await settle_refund(res, state)


async def _refused(res: Resources, owed: Refund, why: str) -> str:
    """Stripe refuses: perhaps the customer has the money already, else a person must act."""
    await learn_refunds(res, owed.intent_id)
    async with res.db.transaction() as conn:
        await payments.lock_payment(conn, owed.payment_id)
        outside_minor = (await claims_of(conn, owed.payment_id)).uncovered_minor
        if await covering.cover(conn, owed, outside_minor):
            return "the customer has it already"
        if await store.settle_refund(conn, owed.id, RefundStatus.FAILED, why):
            await _failed(conn, owed, f"Stripe refuses a refund: {why}")
    return "refused by Stripe"


async def learn_refunds(res: Resources, intent_id: str | None) -> str:
    """Ask Stripe for every refund of an intent, and settle each; return what came of it."""
    states = await gateway.of(res).refunds_of(intent_id) if intent_id else []
    outcomes = [await settle_refund(res, state) for state in states]
    return ", ".join(outcomes) or "no refunds"


async def settle_refund(res: Resources, state: RefundState) -> str:
    """Write what Stripe says of a refund into our rows; repeating it changes nothing.

    A refund that nobody here asked for becomes one of ours.
    """
    async with res.db.acquire() as conn:
        known = await _known(conn, state)
    if known is None and state.intent_id:
        await settle_intent(res, state.intent_id)  # the event of its payment may be lost
    async with res.db.transaction() as conn:
        owed = known or await _adopt(conn, state)
        if owed is None:
            return "not one of ours"
        await payments.lock_payment(conn, owed.payment_id)
        await store.refund_requested(conn, owed.id, state.id)
        await _post(conn, owed)
        status = _STATES.get(state.status)
        if owed.origin is RefundOrigin.STRIPE and status is not RefundStatus.FAILED:
            await covering.cover_failed(conn, owed.payment_id)
        if status is None or not await store.settle_refund(conn, owed.id, status, state.failure):
            return f"refund is {state.status}"
        if status is RefundStatus.FAILED:
            await _came_back(conn, owed, state)
            return "the refund failed"
        await _report(conn, owed, status)
    return "refunded"


async def _known(conn: Conn, state: RefundState) -> Refund | None:
    refund_id = state.refund_id or await store.refund_id_by_stripe_id(conn, state.id)
    return await store.refund(conn, refund_id) if refund_id else None


async def _adopt(conn: Conn, state: RefundState) -> Refund | None:
    """Write down a refund that was begun at Stripe; return None where it is no payment of ours."""
    payment_id = await payments.payment_id_by_intent(conn, state.intent_id or "")
    if payment_id is None:
        await raise_alert(
            conn,
            "foreign_refund",
            "A refund was made at Stripe of a payment that we do not know.",
            subject=("stripe_refund", state.id),
        )
        return None
    await payments.lock_payment(conn, payment_id)
    refund_id = ledger.transaction_id(state.id)
    await store.add_refund(
        conn,
        refund_id,
        payment_id,
        state.amount_minor,
        "goodwill",
        f"stripe:{state.id}",
        status=RefundStatus.REQUESTED,
        origin=RefundOrigin.STRIPE,
        stripe_id=state.id,
    )
    made = await store.refund(conn, refund_id)
    if made is not None:
        await covering.tell_subject(conn, made, state.id)
    return made


async def _post(conn: Conn, owed: Refund) -> None:
    """The money has left our balance."""
    amount_minor = owed.amount_minor
    await ledger.move(
        conn, owed.id, ledger.STRIPE, account_of(owed), amount_minor, owed.currency, "refund"
    )


async def _came_back(conn: Conn, owed: Refund, state: RefundState) -> None:
    """The bank did not take it: it is in our balance again, and owed again, unless the customer got
    as much at Stripe.
    """
    await ledger.move(
        conn,
        ledger.reversal_id(owed.id),
        account_of(owed),
        ledger.STRIPE,
        owed.amount_minor,
        owed.currency,
        "refund failed",
    )
    await covering.uncover(conn, owed, "the refund that covered it failed")
    await _failed(conn, owed, f"A refund failed: {state.failure}")
    await covering.cover_failed(conn, owed.payment_id)


async def _failed(conn: Conn, owed: Refund, message: str) -> None:
    """Tell staff and the customer; an own claim is now owed until somebody pays it another way."""
    subject = ("refund", str(owed.claim_id or owed.id))  # what staff pay again
    await raise_alert(conn, "refund_failed", message, subject=subject)
    await _report(conn, owed, RefundStatus.FAILED)
    await covering.tell_subject(conn, owed, f"{owed.id}:failed")


async def _report(conn: Conn, owed: Refund, status: RefundStatus) -> None:
    await enqueue(
        conn,
        f"{owed.subject_kind}.report_refund",
        {"refund_id": str(owed.id)},
        subject=(owed.subject_kind, str(owed.subject_id)),
        unique_key=f"refund:{owed.id}:{status}",
    )
