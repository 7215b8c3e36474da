"""Claims and the money that went back without us: no claim is paid twice, none is lost."""

from uuid import UUID

from maritime_app.ids import uuid7
from maritime_app.infra.alerts import settle_alert
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.payments import store as payments
from maritime_app.payments.claims import claims, held_minor, outstanding_minor
from maritime_app.payments.model import Payment, Refund, RefundOrigin, RefundStatus
from maritime_app.payments.refunds import store


async def cover(conn: Conn, owed: Refund, outside_minor: int) -> bool:
    """Count money that went back without us towards a pending refund that Stripe refuses.

    Return False when there is no such money. What is not covered is sent as a refund of its own:
    under the key of the first one Stripe would repeat its refusal.
    """
    covered_minor = min(owed.amount_minor, outside_minor)
    if covered_minor <= 0 or not await store.cover_refund(conn, owed.id, covered_minor):
        return False
    rest_minor = owed.amount_minor - covered_minor
    if rest_minor:
        await _owe(conn, owed, rest_minor, f"rest:{owed.id}", owed.claim_id)
    return True


async def cover_failed(conn: Conn, payment_id: UUID) -> None:
    """Count what was refunded at Stripe towards claims that failed, the oldest first.

    Whoever paid these by hand as well would pay twice. What disputes hold may come back: to count
    it is left to staff. The caller holds the row of the payment.
    """
    refunds = await store.refunds_of(conn, [payment_id])
    disputes = await payments.disputes_of(conn, [payment_id])
    left_minor = claims(refunds, disputes).uncovered_minor - held_minor(refunds, disputes)
    for claim in refunds:
        is_ours = claim.origin is RefundOrigin.SERVICE
        owed_minor = outstanding_minor(claim, refunds) if is_ours else 0
        covered_minor = min(left_minor, owed_minor)
        if covered_minor > 0:
            left_minor -= covered_minor
            key = f"given:{claim.id}:{owed_minor}:{len(refunds)}"
            await cover_claim(conn, claim, uuid7(), covered_minor, owed_minor, key)


async def cover_claim(
    conn: Conn, claim: Refund, refund_id: UUID, amount_minor: int, owed_minor: int, unique_key: str
) -> None:
    """Count that much as given back of a failed claim of which `owed_minor` is still owed."""
    await store.add_refund(
        conn,
        refund_id,
        claim.payment_id,
        amount_minor,
        claim.reason,
        unique_key,
        status=RefundStatus.COVERED,
        claim_id=claim.id,
    )
    if amount_minor == owed_minor:
        await settle_alert(conn, "refund_failed", ("refund", str(claim.id)))


async def uncover(conn: Conn, changed: Refund, why: str) -> None:
    """After money came back to us: what it covered is owed again."""
    await uncover_payment(conn, changed.payment_id, why)


async def uncover_payment(conn: Conn, payment_id: UUID, why: str) -> None:
    """Owe again what is marked as covered and is covered no more; the newest claim first.

    The caller holds the row of the payment.
    """
    refunds = await store.refunds_of(conn, [payment_id])
    found = claims(refunds, await payments.disputes_of(conn, [payment_id]))
    lacking_minor = found.covered_minor - found.outside_minor
    for claim in reversed(refunds):
        if lacking_minor <= 0:
            return
        if claim.status is not RefundStatus.COVERED:
            continue
        again_minor = min(lacking_minor, claim.amount_minor)
        lacking_minor -= again_minor
        if again_minor == claim.amount_minor:
            await store.uncover(conn, claim.id, why)
            await _owe(conn, claim, again_minor, f"again:{claim.id}", claim.claim_id or claim.id)
        else:
            covered_minor = claim.amount_minor - again_minor
            await store.set_covered(conn, claim.id, covered_minor)
            key = f"uncovered:{claim.id}:{covered_minor}"
            await _owe(conn, claim, again_minor, key, claim.claim_id)


async def _owe(
    conn: Conn, like: Refund, amount_minor: int, unique_key: str, claim_id: UUID | None
) -> None:
    refund_id = uuid7()
    if await store.add_refund(
        conn,
        refund_id,
        like.payment_id,
        amount_minor,
        like.reason,
        unique_key,
        claim_id=claim_id,
    ):
        await enqueue_send(conn, like, refund_id)


async def enqueue_send(conn: Conn, owed: Payment | Refund, refund_id: UUID) -> None:
    """Have a pending refund sent."""
    await enqueue(
        conn,
        "payments.send_refund",
        {"refund_id": str(refund_id)},
        subject=(owed.subject_kind, str(owed.subject_id)),
        unique_key=f"refund:{refund_id}",
    )


async def tell_subject(conn: Conn, changed: Refund, version: str) -> None:
    """Let whatever was paid for look at its money again, where it went back without us."""
    if changed.origin is RefundOrigin.STRIPE:
        await follow_money(conn, changed, version)


async def follow_money(conn: Conn, about: Payment | Refund, version: str) -> None:
    """Let whatever was paid for look at its money again, once per version."""
    await enqueue(
        conn,
        f"{about.subject_kind}.follow_money",
        {"subject_id": str(about.subject_id)},
        subject=(about.subject_kind, str(about.subject_id)),
        unique_key=f"follow:{about.subject_id}:{version}",
    )
