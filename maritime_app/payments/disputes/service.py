"""Follow a dispute from its opening to its end, and to what staff decide about the journey."""

from collections.abc import Iterable

from maritime_app.errors import Conflict
from maritime_app.i18n import translate as _
from maritime_app.infra.alerts import raise_alert, settle_alert
from maritime_app.infra.db import Conn
from maritime_app.payments import gateway, ledger, store as payments
from maritime_app.payments.checkouts.service import settle_intent
from maritime_app.payments.disputes import store
from maritime_app.payments.model import (
    Dispute,
    DisputeDecision,
    DisputeState,
    Payment,
    account_of,
)
from maritime_app.payments.refunds import covering
from maritime_app.resources import Resources


async def disputes_of(conn: Conn, about: Iterable[Payment]) -> list[Dispute]:
    """Return every dispute about these payments, oldest first."""
    return await payments.disputes_of(conn, [payment.id for payment in about])


async def learn_dispute(res: Resources, dispute_id: str) -> str:
    """Ask Stripe how a dispute stands and write it down; repeating it changes nothing."""
    state = await gateway.of(res).dispute(dispute_id)
    async with res.db.acquire() as conn:
        known = await payments.payment_id_by_intent(conn, state.intent_id or "")
    if known is None and state.intent_id:
        await settle_intent(res, state.intent_id)  # the event of its payment may be lost
    async with res.db.transaction() as conn:
        return await _keep(conn, state)


async def _keep(conn: Conn, state: DisputeState) -> str:
    payment_id = await payments.payment_id_by_intent(conn, state.intent_id or "")
    disputed = await payments.lock_payment(conn, payment_id) if payment_id else None
    if disputed is None:
        words = f"A payment that we do not know is disputed: {state.status}."
        await raise_alert(conn, "dispute", words, subject=("dispute", state.id))
        return "not one of ours"
    changed = await store.keep_dispute(conn, disputed.id, state)
    for movement_id, amount_minor in state.movements:
        await ledger.move(
            conn,
            ledger.transaction_id(movement_id),
            account_of(disputed),
            ledger.STRIPE,
            amount_minor,
            state.currency,
            "dispute",
        )
    if not changed:
        return f"dispute is {state.status}"
    await covering.uncover_payment(conn, disputed.id, "the dispute that covered it was won")
    await _alert(conn, state)
    version = f"{state.id}:{state.status}:{len(state.movements)}"
    await covering.follow_money(conn, disputed, version)
    return f"dispute is {state.status}"


async def _alert(conn: Conn, state: DisputeState) -> None:
    """Keep one alert per dispute open: answer it, or decide about the journey once it is lost."""
    subject = ("dispute", state.id)
    if state.status in ("won", "warning_closed", "prevented"):
        await settle_alert(conn, "dispute", subject)
    elif state.status == "lost":
        await settle_alert(conn, "dispute", subject)
        words = "A dispute was lost: the bank gave the money back. Decide about the journey."
        await raise_alert(conn, "dispute", words, subject=subject, stage="lost")
    else:
        words = f"A payment is disputed ({state.reason}): answer it at Stripe."
        await raise_alert(conn, "dispute", words, subject=subject)


async def decide(conn: Conn, dispute: Dispute, decision: DisputeDecision, staff: str) -> None:
    """Write down what staff decided about the journey; raise Conflict when it was decided."""
    await payments.lock_payment(conn, dispute.payment_id)  # before its alert, as news of it does
    if not await store.decide(conn, dispute.id, decision, staff):
        words = _("Somebody has decided about this dispute already.")
        raise Conflict(words, code="decided")
    await settle_alert(conn, "dispute", ("dispute", dispute.id), stage="lost")
