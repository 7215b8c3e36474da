"""A stored event, worked through: Stripe is asked what is true now, and that is settled."""

from typing import Any

import msgspec

from maritime_app.payments import gateway, store
from maritime_app.payments.checkouts.service import settle_intent
from maritime_app.payments.disputes import service as disputes
from maritime_app.payments.model import EventContent, EventObject
from maritime_app.payments.refunds import service as refunds
from maritime_app.payments.stripe_calls import StripeGone
from maritime_app.resources import Resources


async def process_event(res: Resources, event_id: str) -> str:
    """Work through one stored event and return what came of it; repeating it is harmless."""
    async with res.db.acquire() as conn:
        stored = await store.event(conn, event_id)
    if stored is None:
        return "unknown event"
    if stored.processed_at is not None:
        return "worked through before"
    outcome = await _follow(res, stored.payload)
    async with res.db.transaction() as conn:
        await store.event_processed(conn, event_id, outcome)
    return outcome


async def _follow(res: Resources, payload: Any) -> str:
    try:
        event = msgspec.convert(payload, EventContent)
    except msgspec.ValidationError as error:  # not a shape of anything that we follow
        return f"not understood: {error}"
    try:
        return await _settle(res, event.type, event.data.object) or "nothing to do"
    except StripeGone as gone:
        return f"not at Stripe: {gone}"


async def _settle(res: Resources, kind: str, about: EventObject) -> str:
    """Settle what the event is about; return "" where it is nothing of ours."""
    family = kind.partition(".")[0]
    if family == "checkout":
        return await settle_intent(res, about.intent_id) if about.intent_id else "no intent yet"
    if kind in ("charge.refunded", "charge.refund.updated"):
        return await refunds.learn_refunds(res, about.intent_id)
    if about.id is None:
        return ""
    if family == "payment_intent":
        return await settle_intent(res, about.id)
    if family == "refund":
        return await refunds.settle_refund(res, await gateway.of(res).refund_state(about.id))
    if kind.startswith("charge.dispute."):
        return await disputes.learn_dispute(res, about.id)
    return ""
