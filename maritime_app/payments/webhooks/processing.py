"""A stored event, worked through: Stripe is asked what is true now, and that is settled."""

from typing import Any

import msgspec

from maritime_app.infra.alerts import raise_alert
from maritime_app.payments import gateway, store
from maritime_app.payments.checkouts.service import settle_intent, settle_session
from maritime_app.payments.disputes import service as disputes
from maritime_app.payments.model import EventContent, EventObject
from maritime_app.payments.refunds import service as refunds
from maritime_app.payments.stripe_calls import StripeGone
from maritime_app.resources import Resources

# What _settle looks at; of others a shape that we do not know is no news.
_FOLLOWED = ("checkout.", "payment_intent.", "refund.", "charge.refund", "charge.dispute.")
_ODD = "An event of Stripe's about money cannot be read, perhaps another API version's: look there."
_NOT_THERE = (
    "An event of Stripe's is about money that Stripe does not have under our key: is it of another"
    " account, or are test and live mode mixed up?"
)


async def process_event(res: Resources, event_id: str) -> str:
    """Work through one stored event and return what came of it; repeating it is harmless."""
    async with res.db.acquire() as conn:
        stored = await store.event(conn, event_id)
    if stored is None:
        return "unknown event"
    if stored.processed_at is not None:
        return "worked through before"
    lacking = ""
    try:
        outcome = await _follow(res, stored.payload)
    except msgspec.ValidationError as error:
        lacking, outcome = _ODD, f"not understood: {error}"
    except StripeGone as gone:
        lacking, outcome = _NOT_THERE, f"not at Stripe: {gone}"
    kind = str(stored.payload["type"])
    async with res.db.transaction() as conn:
        if lacking and kind.startswith(_FOLLOWED):
            subject = ("stripe_event", kind)
            await raise_alert(conn, "unknown_payment", lacking, subject=subject)
        await store.event_processed(conn, event_id, outcome)
    return outcome


async def _follow(res: Resources, payload: Any) -> str:
    event = msgspec.convert(payload, EventContent)
    return await _settle(res, event.type, event.data.object) or "nothing to do"


async def _settle(res: Resources, kind: str, about: EventObject) -> str:
    """Settle what the event is about; return "" where it is nothing of ours."""
    family = kind.partition(".")[0]
    if family == "checkout":
        if about.intent_id is None:
            return "no intent yet"
        return await settle_session(res, about.id, about.intent_id)
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
