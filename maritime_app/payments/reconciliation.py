"""Money that Stripe has and nobody told us of: its events were lost for good, or we were away for
too long.
"""

from datetime import timedelta

from maritime_app import clock
from maritime_app.infra.telemetry import log
from maritime_app.payments import gateway, store
from maritime_app.payments.checkouts.service import settle_intent
from maritime_app.resources import Resources

logger = log.get(__name__)
# Checkout Sessions live for a day at most; a day more for whoever was away.
_LOOK_BACK = timedelta(days=2)


async def compare_with_stripe(res: Resources) -> str:
    """Look at every payment that Stripe took lately, and settle those that are not in our books.

    An open payment is asked after by its session every minute; this finds what no session leads to,
    as a second
    intent for something that was paid before.
    """
    looked_at = unheard = 0
    async for page in gateway.of(res).succeeded_since(clock.now() - _LOOK_BACK):
        ours = [intent for intent in page if intent.payment_id is not None]
        async with res.db.acquire() as conn:
            known = await store.known_intents(conn, [intent.id for intent in ours])
        looked_at += len(ours)
        for intent in ours:
            if intent.id not in known:
                unheard += 1
                outcome = await settle_intent(res, intent.id)
                logger.warning("payment_unheard_of", intent=intent.id, outcome=outcome)
    return f"{looked_at} looked at, {unheard} unheard of"
