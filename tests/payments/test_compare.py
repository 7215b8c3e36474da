"""Comparing with Stripe: what it has and nobody told us of is found, settled, and kept or given
back.
"""

from typing import Any

import pytest

from maritime_app import domains
from maritime_app.errors import Unavailable
from maritime_app.jobs.workers import working
from maritime_app.payments import gateway, reconciliation
from tests.booked import drained, nothing_is_broken, until
from tests.factories import a_sailing, an_ask, book, pay
from tests.payments.at_stripe import kept_at_stripe, payments_in, silent_at_first, until_refunds


async def test_it_works(shop, played, switch):
    """Paid twice and no event ever comes: the session leads to one intent, only the comparison to
    the other.
    """
    await switch({"stripe": {"paid_twice": True, "deliver": False}})
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    token = booking["token"]
    async with shop.get(
        f"/bookings/{booking['reference']}/return?token={token}&waited=8"
    ) as answer:
        assert answer.status == 200
    await until(shop, booking, "confirmed")
    await drained(played)
    assert (
        await kept_at_stripe(played) == booking["total"]["amount_minor"]
    )  # as far as our books know
    assert len(await payments_in(played)) == 1

    assert await reconciliation.compare_with_stripe(played) == "2 looked at, 1 unheard of"

    await until_refunds(played, 1)
    await nothing_is_broken(played)
    assert len(await payments_in(played)) == 2
    assert await kept_at_stripe(played) == booking["total"]["amount_minor"]
    assert await reconciliation.compare_with_stripe(played) == "2 looked at, 0 unheard of"


async def test_a_payment_whose_every_event_was_lost_confirms_its_booking(shop, played, switch):
    await switch({"stripe": {"deliver": False}})
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)

    assert await reconciliation.compare_with_stripe(played) == "1 looked at, 1 unheard of"

    await until(shop, booking, "confirmed")
    await nothing_is_broken(played)


async def test_nothing_there_is_nothing_to_do(played):
    async with working(played, domains.TASKS, domains.CRONS):
        assert await reconciliation.compare_with_stripe(played) == "0 looked at, 0 unheard of"


async def test_more_than_one_page(shop, played, monkeypatch):
    """Stripe answers in pages; each is looked at."""
    for _ in range(3):
        booking = await book(shop, an_ask(await a_sailing(played.db)))
        await pay(shop, booking)
        await until(shop, booking, "confirmed")
    there = gateway.of(played)
    intents = there._client.payment_intents
    listed = intents.list_async

    async def one_at_a_time(params: Any) -> Any:
        wanted: Any = {**params, "limit": 1}
        return await listed(wanted)

    monkeypatch.setattr(intents, "list_async", one_at_a_time)
    monkeypatch.setattr(type(there._client), "payment_intents", intents, raising=False)

    assert await reconciliation.compare_with_stripe(played) == "3 looked at, 0 unheard of"


async def test_one_that_cannot_be_asked_for_keeps_no_other_waiting(
    shop, played, switch, monkeypatch
):
    await switch({"stripe": {"deliver": False}})
    for _ in range(2):
        await pay(shop, await book(shop, an_ask(await a_sailing(played.db))))
    silent_at_first(monkeypatch, played, "intent")

    with pytest.raises(Unavailable, match="2 unheard of; Stripe did not answer for 1"):
        await reconciliation.compare_with_stripe(played)

    assert len(await payments_in(played, "status = 'succeeded'")) == 1
    assert await reconciliation.compare_with_stripe(played) == "2 looked at, 1 unheard of"
