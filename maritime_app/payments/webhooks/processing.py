"""A stored event, worked through: Stripe is asked what is true now, and that is settled."""

import msgspec

from maritime_app.payments import gateway, store
from maritime_app.payments.checkouts.service import settle_intent
from maritime_app.payments.disputes import service as disputes
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
    if stored.processed_at is not None:
        return "worked through before"
    outcome = await _follow(res, msgspec.convert(stored.payload, Event))
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
        if event.type in ("charge.refunded", "charge.refund.updated"):
            return await refunds.learn_refunds(res, about.payment_intent)
        if event.type.startswith("charge.dispute."):
            return await disputes.learn_dispute(res, about.id)
    except StripeGone as gone:
        return f"not at Stripe: {gone}"
    return "nothing to do"
