"""Open, settle, close, reconcile.

Stripe is asked before anything changes, outside every transaction.
"""

from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec

from maritime_app.errors import Conflict, NotFound
from maritime_app.i18n import translate as _
from maritime_app.infra import log
from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.payments import gateway, store
from maritime_app.payments.gateway import StripeGone
from maritime_app.payments.model import Checkout, Event, IntentState, Payment, account_of
from maritime_app.payments.refunds import service as refunds
from maritime_app.resources import Resources

logger = log.get(__name__)


async def payment(res: Resources, payment_id: UUID) -> Payment:
    """The payment as it is. Raises NotFound."""
    async with res.db.acquire() as conn:
        found = await store.payment(conn, payment_id)
    if found is None:
        raise NotFound(_("There is no such payment."))
    return found


async def payments_of(conn: Conn, kind: str, subject_id: UUID) -> list[Payment]:
    """Every payment for one thing, oldest first."""
    return await store.payments_of(conn, kind, subject_id)


async def kept(conn: Conn, kind: str, subject_id: UUID) -> Payment | None:
    """The payment that the subject stands on: there is one at most."""
    return next((p for p in await store.payments_of(conn, kind, subject_id) if p.kept_at), None)


async def keep(conn: Conn, payment_id: UUID) -> None:
    """The subject takes this payment as its own.

    The caller holds the subject's row and has seen no other one.
    """
    await store.keep_payment(conn, payment_id)


async def checkout_url(res: Resources, payment_id: UUID, checkout: Checkout) -> str:
    """Where the customer pays. Raises Conflict when there is nothing to pay any more."""
    owed = await payment(res, payment_id)
    if owed.status != "open":
        raise Conflict(_("There is nothing to pay any more."), code="payment_" + owed.status)
    if owed.checkout_url:
        return owed.checkout_url
    try:
        session = await gateway.of(res).create_session(owed, checkout)
    except StripeGone as error:
        raise Conflict(
            _("This can no longer be paid. Please book again."), code="payment_closed"
        ) from error
    if session.url is None:
        raise Conflict(_("There is nothing to pay any more."), code="payment_closed")
    async with res.db.transaction() as conn:
        await store.keep_session(conn, owed.id, session.id, session.url)
    return session.url


async def process_event(res: Resources, event_id: str) -> str:
    """Work through one stored event: look at Stripe what is true now, and settle that.

    Repeating it is harmless.
    """
    async with res.db.acquire() as conn:
        stored = await store.event(conn, event_id)
    if stored is None:
        return "unknown event"
    payload, processed = stored
    if processed:
        return "worked through before"
    outcome = await _follow(res, msgspec.convert(payload, Event))
    async with res.db.transaction() as conn:
        await store.event_processed(conn, event_id, outcome)
    return outcome


async def _follow(res: Resources, event: Event) -> str:
    about, family = event.data.object, event.type.partition(".")[0]
    try:
        if family == "payment_intent":
            return await settle_intent(res, about.id)
        if family == "checkout":
            return (
                await settle_intent(res, about.payment_intent)
                if about.payment_intent
                else "no intent yet"
            )
        if family == "refund":
            return await refunds.settle_refund(res, await gateway.of(res).refund_state(about.id))
        if event.type in ("charge.refunded", "charge.refund.updated") and about.payment_intent:
            states = await gateway.of(res).refunds_of(about.payment_intent)
            return (
                ", ".join([await refunds.settle_refund(res, state) for state in states])
                or "no refunds"
            )
        if event.type.startswith("charge.dispute.") and about.payment_intent:
            return await _dispute(res, event, about.payment_intent)
    except StripeGone as gone:
        return f"not at Stripe: {gone}"
    return "nothing to do"


async def reconcile(res: Resources, payment_id: UUID) -> str:
    """Ask Stripe how an open payment stands and settle that. Returns its status afterwards."""
    found = await payment(res, payment_id)
    if found.status == "open" and found.session_id:
        session = await gateway.of(res).session(found.session_id)
        if session.intent_id:
            await settle_intent(res, session.intent_id)
    return (await payment(res, payment_id)).status


async def close(res: Resources, payment_id: UUID) -> str:
    """End an open payment so that nobody can pay it any more; returns "closed" or "succeeded".

    Stripe is asked first: an expiry that it refuses means that somebody may have paid.
    """
    found = await payment(res, payment_id)
    if found.status != "open":
        return found.status
    if found.session_id:
        try:
            await gateway.of(res).expire_session(found.session_id)
        except StripeGone:
            if await reconcile(res, payment_id) == "succeeded":
                return "succeeded"
    async with res.db.transaction() as conn:
        await store.close_payment(conn, payment_id)
    return (await payment(res, payment_id)).status


async def settle_intent(res: Resources, intent_id: str) -> str:
    """Ask Stripe how an intent stands and settle that; what was settled before stays as it is."""
    intent = await gateway.of(res).intent(intent_id)
    if intent.payment_id is None:
        return "not one of ours"
    if intent.status == "succeeded":
        return await _settle(res, intent.payment_id, intent)
    if intent.error:
        return await _note_failure(res, intent.payment_id, intent)
    return f"intent is {intent.status}"


async def _settle(res: Resources, payment_id: UUID, intent: IntentState) -> str:
    """Money has arrived: once into the ledger, once to whoever is waiting for it."""
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
        if not await store.settle_payment(conn, payment_id, intent.id, intent.received_minor):
            return (
                await _paid_twice(conn, owed, intent)
                if owed.intent_id != intent.id
                else "settled before"
            )
        await _arrived(conn, owed, payment_id, intent)
    return "settled"


async def _paid_twice(conn: Conn, owed: Payment, intent: IntentState) -> str:
    """Another intent for a payment that was settled before: a payment of its own, which its subject
    sends back.
    """
    surplus_id = uuid5(NAMESPACE_URL, f"stripe:{intent.id}")
    if not await store.add_surplus(conn, surplus_id, intent.id, intent.received_minor, owed.id):
        return "settled before"
    await _arrived(conn, owed, surplus_id, intent)
    return "paid twice"


async def _arrived(conn: Conn, owed: Payment, payment_id: UUID, intent: IntentState) -> None:
    """Into the ledger, and to whoever is paid: the subject decides whether it keeps the money."""
    lines = [("stripe", intent.received_minor), (account_of(owed), -intent.received_minor)]
    await store.add_ledger(conn, payment_id, lines, owed.currency, "payment")
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


async def _note_failure(res: Resources, payment_id: UUID, intent: IntentState) -> str:
    async with res.db.transaction() as conn:
        owed = await store.lock_payment(conn, payment_id)
        if owed is None or owed.status != "open":
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


async def _dispute(res: Resources, event: Event, intent_id: str) -> str:
    async with res.db.transaction() as conn:
        found = await store.payment_id_by_intent(conn, intent_id)
        await raise_alert(
            conn,
            "dispute",
            f"{event.type}: answer it at Stripe.",
            subject=("payment", str(found or intent_id)),
        )
    return "alert raised"


async def due_checks(res: Resources, older_than_seconds: float, limit: int = 50) -> list[UUID]:
    """Open payments that nobody asked after for a while."""
    async with res.db.transaction() as conn:
        return await store.payments_to_check(conn, older_than_seconds, limit)
