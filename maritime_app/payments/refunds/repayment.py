"""Pay a failed claim again, wholly or in part: by the card once more, or elsewhere."""

from collections.abc import Sequence
from uuid import UUID

from maritime_app.errors import Conflict, Invalid, NotFound
from maritime_app.formatting import money
from maritime_app.i18n import translate as _
from maritime_app.ids import uuid7
from maritime_app.infra.alerts import settle_alert
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.money import Money
from maritime_app.payments import ledger, store as payments, stripe_amounts
from maritime_app.payments.claims import held_minor, outstanding_minor
from maritime_app.payments.model import Refund, RefundMethod, RefundOrigin, RefundStatus, account_of
from maritime_app.payments.refunds import covering, store


async def pay_again(
    conn: Conn,
    claim_id: UUID,
    amount_minor: int,
    method: RefundMethod,
    note: str | None,
    seen_minor: int,
) -> Refund:
    """Pay a part of a failed claim and return the refund that does it.

    `seen_minor` is what the person saw as still owed: a form sent twice pays once. Raise Conflict
    when it is another amount by now, Invalid for more than is owed or money without a note of
    where it went, or that no card can be refunded. Where the customer's bank holds our money
    because of a dispute, that covers the claim first and nothing is paid; what it gives up again is
    owed again.
    """
    claim = await _locked(conn, claim_id)
    siblings = await store.refunds_of(conn, [claim.payment_id])
    owed_minor = outstanding_minor(claim, siblings)
    if owed_minor != seen_minor:
        words = _("What is owed has changed. Please look at it again.")
        raise Conflict(words, code="claim_changed")
    _check(amount_minor, owed_minor, method, note)
    if method is RefundMethod.STRIPE:
        check_movable(amount_minor, claim.currency)
    refund_id = uuid7()
    held = await _held_by_the_bank(conn, claim, siblings)
    version = f"{claim.id}:{owed_minor}:{len(siblings)}"
    if held:
        covered_minor, key = min(held, owed_minor), f"disputed:{version}"
        await covering.cover_claim(conn, claim, refund_id, covered_minor, owed_minor, key)
        return await existing(conn, refund_id)
    key = f"again:{version}"
    await _paid(conn, claim, refund_id, amount_minor, method, note, key)
    if amount_minor == owed_minor:
        await settle_alert(conn, "refund_failed", ("refund", str(claim.id)))
    return await existing(conn, refund_id)


async def _paid(
    conn: Conn,
    claim: Refund,
    refund_id: UUID,
    amount_minor: int,
    method: RefundMethod,
    note: str | None,
    unique_key: str,
) -> None:
    paid_now = method is RefundMethod.ELSEWHERE
    await store.add_refund(
        conn,
        refund_id,
        claim.payment_id,
        amount_minor,
        claim.reason,
        unique_key,
        status=RefundStatus.SUCCEEDED if paid_now else RefundStatus.PENDING,
        method=method,
        claim_id=claim.id,
        note=note,
    )
    if paid_now:
        await _paid_elsewhere(conn, claim, refund_id, amount_minor)
    else:
        await covering.enqueue_send(conn, claim, refund_id)


async def _held_by_the_bank(conn: Conn, claim: Refund, siblings: Sequence[Refund]) -> int:
    """Return what disputes have taken that covers no claim yet."""
    return held_minor(siblings, await payments.disputes_of(conn, [claim.payment_id]))


async def _locked(conn: Conn, claim_id: UUID) -> Refund:
    found = await existing(conn, claim_id)
    await payments.lock_payment(conn, found.payment_id)
    claim = await existing(conn, claim_id)
    # One that was begun at Stripe was no claim: what is owed instead, if anything, is one of ours.
    is_claim = claim.origin is RefundOrigin.SERVICE and claim.claim_id is None
    if claim.status is not RefundStatus.FAILED or not is_claim:
        raise Conflict(_("Nothing of this refund is owed any more."), code="claim_changed")
    return claim


async def existing(conn: Conn, refund_id: UUID) -> Refund:
    """Return the refund as it is; raise NotFound."""
    found = await store.refund(conn, refund_id)
    if found is None:
        raise NotFound(_("There is no such refund."), code="refund")
    return found


def _check(amount_minor: int, owed_minor: int, method: RefundMethod, note: str | None) -> None:
    if not 0 < amount_minor <= owed_minor:
        words = _("Please enter an amount between nothing and what is owed.")
        raise Invalid(words, {"amount_minor": words})
    if method is RefundMethod.ELSEWHERE and not (note or "").strip():
        words = _("Please note how and to where the money was paid.")
        raise Invalid(words, {"note": words})


def check_movable(amount_minor: int, currency: str, field: str = "amount_minor") -> None:
    """Raise Invalid for an amount that no card can be refunded: KWD 1.001, which ends in no 0."""
    step_minor = stripe_amounts.step_minor(currency)
    if amount_minor % step_minor:
        words = _("Cards are charged and refunded in steps of %(step)s in this currency.")
        told = words % {"step": money(Money(step_minor, currency))}
        raise Invalid(told, {field: told})


async def _paid_elsewhere(conn: Conn, claim: Refund, refund_id: UUID, amount_minor: int) -> None:
    await ledger.move(
        conn,
        refund_id,
        ledger.ELSEWHERE,
        account_of(claim),
        amount_minor,
        claim.currency,
        "refund elsewhere",
    )
    await enqueue(
        conn,
        f"{claim.subject_kind}.report_refund",
        {"refund_id": str(refund_id)},
        subject=(claim.subject_kind, str(claim.subject_id)),
        unique_key=f"refund:{refund_id}:{RefundStatus.SUCCEEDED}",
    )
