"""A stored event, worked through: Stripe is asked what is true now, and that is settled."""

from uuid import UUID

import msgspec

from maritime_app.infra.alerts import raise_alert
from maritime_app.payments import gateway, store
from maritime_app.payments.checkouts.service import settle_intent
from maritime_app.payments.gateway import StripeGone
from maritime_app.payments.model import Event
from maritime_app.payments.refunds import service as refunds
from maritime_app.resources import Resources


async def process_event(res: Resources, event_id: str) -> str:
    """Work through one stored event and return what came of it; repeating it is harmless."""
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
            intent_id = about.payment_intent
            return await settle_intent(res, intent_id) if intent_id else "no intent yet"
        if family == "refund":
            state = await gateway.of(res).refund_state(about.id)
            return await refunds.settle_refund(res, state)
        if event.type in ("charge.refunded", "charge.refund.updated") and about.payment_intent:
            states = await gateway.of(res).refunds_of(about.payment_intent)
            outcomes = [await refunds.settle_refund(res, state) for state in states]
            return ", ".join(outcomes) or "no refunds"
        if event.type.startswith("charge.dispute.") and about.payment_intent:
            return await _dispute(res, event, about.payment_intent)
    except StripeGone as gone:
        return f"not at Stripe: {gone}"
    return "nothing to do"


async def _dispute(res: Resources, event: Event, intent_id: str) -> str:
    async with res.db.transaction() as conn:
        found: UUID | None = await store.payment_id_by_intent(conn, intent_id)
        await raise_alert(
            conn,
            "dispute",
            f"{event.type}: answer it at Stripe.",
            subject=("payment", str(found or intent_id)),
        )
    return "alert raised"
