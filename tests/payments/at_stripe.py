"""What Stripe and our books say of money, and waiting until they have said it."""

import asyncio

from maritime_app.errors import Unavailable
from maritime_app.payments import gateway


async def kept_at_stripe(played):
    """What Stripe itself says it holds for us, over all payments."""
    kept = 0
    async with played.db.acquire() as conn:
        intents = await conn.fetch("select intent_id from payment where intent_id is not null")
    for row in intents:
        kept += (await gateway.of(played).intent(row["intent_id"])).received_minor
        kept -= sum(
            refund.amount_minor for refund in await gateway.of(played).refunds_of(row["intent_id"])
        )
    return kept


async def payments_in(played, condition="true"):
    """Ids of our payments that a condition picks."""
    async with played.db.acquire() as conn:
        return [row["id"] for row in await conn.fetch(f"select id from payment where {condition}")]


async def until_refunds(played, count):
    """Wait until so many refunds have succeeded, and no more."""
    async with asyncio.timeout(60):
        while True:
            async with played.db.acquire() as conn:
                done = await conn.fetchval("select count(*) from refund where status = 'succeeded'")
            if done >= count:
                assert done == count
                return
            await asyncio.sleep(0.05)


async def until_settled(played, count):
    """Wait until so many payments have succeeded."""
    async with asyncio.timeout(60):
        while len(await payments_in(played, "status = 'succeeded'")) < count:
            await asyncio.sleep(0.05)


def silent_at_first(monkeypatch, played, call):
    """Let Stripe not answer the first time that this is asked."""
    usual, asked = getattr(gateway.of(played), call), []

    async def ask(what):
        asked.append(what)
        if len(asked) == 1:
            raise Unavailable("Our payment provider does not answer.")
        return await usual(what)

    monkeypatch.setattr(gateway.of(played), call, ask)
