"""What Stripe knows and nobody told us of: its events were lost for good, or we were away for too
long.
"""

from datetime import timedelta

from maritime_app import clock
from maritime_app.infra.telemetry import log
from maritime_app.infra.upstreams.round import Round
from maritime_app.payments import gateway, store
from maritime_app.payments.checkouts.service import settle_intent
from maritime_app.payments.disputes import service as disputes, store as dispute_rows
from maritime_app.payments.model import IntentState
from maritime_app.payments.refunds import service as refunds, store as refund_rows
from maritime_app.payments.stripe_calls import StripeGone
from maritime_app.resources import Resources

logger = log.get(__name__)
# Checkout Sessions live for a day at most; a day more for whoever was away.
_LOOK_BACK = timedelta(days=2)
# Most refunds have ended when Stripe answers; who needs longer is told of by an event.
_ON_ITS_WAY_SECONDS = 600.0
_MOST_ASKED = 200  # in one run, a call each
_ASKING_SECONDS = 450.0  # of the tasks' ten minutes: one entry may need several calls


async def compare_with_stripe(res: Resources) -> str:
    """Look at every payment that Stripe took lately, and settle those that are not in our books.

    An open payment is asked after by its session every minute; this finds what no session leads to,
    as a second intent for something that was paid before. Raise Unavailable where Stripe did not
    answer for some, or lists what cannot be read; the others are settled.
    """
    looked_at = unheard = 0
    asking = Round("Stripe", _ASKING_SECONDS)
    async for page in gateway.of(res).intents_since(clock.now() - _LOOK_BACK):
        asking.leave(page.unreadable)
        ours = [
            intent
            for intent in page.entries
            if intent.status == "succeeded" and intent.payment_id is not None
        ]
        async with res.db.acquire() as conn:
            known = await store.known_intents(conn, [intent.id for intent in ours])
        looked_at += len(ours)
        unknown = [intent for intent in ours if intent.id not in known]
        unheard += len(unknown)
        await asking.over(unknown, lambda intent: _settle_unheard(res, intent))
    return asking.outcome(f"{looked_at} looked at, {unheard} unheard of")


async def _settle_unheard(res: Resources, intent: IntentState) -> None:
    outcome = await settle_intent(res, intent.id)
    logger.warning("payment_unheard_of", intent=intent.id, outcome=outcome)


async def check_unsettled(res: Resources) -> str:
    """Ask how refunds on their way and disputes without a verdict stand.

    A lost dispute moves no money that has not moved before: without its event only this tells.
    Raise Unavailable where Stripe did not answer for some; the others are asked after.
    """
    async with res.db.acquire() as conn:
        on_their_way = await refund_rows.refunds_on_their_way(
            conn, _ON_ITS_WAY_SECONDS, _MOST_ASKED
        )
        undecided = await dispute_rows.open_disputes(conn, _MOST_ASKED)
    asking = Round("Stripe", _ASKING_SECONDS)
    settled = await asking.over(on_their_way, lambda stripe_id: _settle_refund(res, stripe_id))
    learnt = await asking.over(undecided, lambda dispute_id: _learn_dispute(res, dispute_id))
    return asking.outcome(f"{settled} refunds, {learnt} disputes")


async def _settle_refund(res: Resources, stripe_id: str) -> None:
    try:
        await refunds.settle_refund(res, await gateway.of(res).refund_state(stripe_id))
    except StripeGone as gone:
        logger.warning("refund_not_at_stripe", refund=stripe_id, error=str(gone))


async def _learn_dispute(res: Resources, dispute_id: str) -> None:
    try:
        await disputes.learn_dispute(res, dispute_id)
    except StripeGone as gone:
        logger.warning("dispute_not_at_stripe", dispute=dispute_id, error=str(gone))
