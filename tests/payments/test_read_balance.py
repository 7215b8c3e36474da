"""How far the balance at Stripe has been read."""

import pytest

from maritime_app import clock
from maritime_app.errors import Unavailable
from maritime_app.payments import codec, gateway, reconciliation
from maritime_app.payments.balance import service as balance
from tests.booked import drained, until
from tests.factories import a_sailing, an_ask, book, pay
from tests.payments.at_stripe import silent_at_first
from tests.rows import values


async def test_it_works(shop, played, dashboard):
    """A movement is read once, however often somebody looks."""
    await paid(shop, played)

    assert await balance.read_balance(played) == "1 movements"
    assert await balance.read_balance(played) == "0 movements"
    await dashboard("payouts", currency="eur")
    assert await balance.read_balance(played) == "1 movements"


async def test_a_process_whose_clock_is_ahead_hides_nothing_from_the_next(shop, played, dashboard):
    await paid(shop, played)
    clock.correct(5_400.0)
    await balance.read_balance(played)
    clock.correct(0.0)

    await dashboard("payouts", currency="eur")
    await balance.read_balance(played)

    found = "select category from balance_movement order by moved_at, id"
    assert set(await values(played, found)) == {"charge", "payout"}
    assert await values(played, "select read_until <= now() from balance_reading") == [True]


async def test_what_was_written_down_as_read_ahead_of_time_is_read(shop, played, dashboard):
    """By a release that believed its own clock."""
    await paid(shop, played)
    await balance.read_balance(played)
    async with played.db.acquire() as conn:
        await conn.execute("update balance_reading set read_until = now() + interval '2 hours'")

    await dashboard("payouts", currency="eur")

    assert await balance.read_balance(played) == "1 movements"


async def test_a_movement_that_cannot_be_asked_for_keeps_no_other_out_of_the_ledger(
    shop, played, dashboard, switch, monkeypatch
):
    """And the next run begins where it is."""
    await paid(shop, played)
    await balance.read_balance(played)
    read_until = await values(played, "select read_until from balance_reading")
    await switch({"stripe": {"deliver": False}})
    for _ in range(2):
        await pay(shop, await book(shop, an_ask(await a_sailing(played.db))))
    await dashboard("payouts", currency="eur")
    silent_at_first(monkeypatch, played, "intent")

    with pytest.raises(Unavailable, match="2 movements; Stripe did not answer for 1"):
        await balance.read_balance(played)

    assert await values(played, "select category from balance_movement order by category") == [
        "charge",
        "charge",
        "payout",
    ]
    assert await values(played, "select read_until from balance_reading") == read_until
    assert await balance.read_balance(played) == "1 movements"
    assert await values(played, "select read_until from balance_reading") > read_until


@pytest.mark.parametrize("odd", ["charge", "payout"])
async def test_a_movement_that_cannot_be_read_keeps_no_other_out_of_the_ledger(
    shop, played, dashboard, monkeypatch, odd
):
    """Nor out of what is read later; every run says that it is there."""
    await paid(shop, played)
    await dashboard("payouts", currency="eur")
    usual = codec.movement

    def movement(item):
        if item.reporting_category == odd:
            raise ValueError("no amount")
        return usual(item)

    with monkeypatch.context() as patch:
        patch.setattr(gateway, "movement", movement)
        with pytest.raises(Unavailable, match=r"1 movements; .* lists 1 that cannot be read"):
            await balance.read_balance(played)
        with pytest.raises(Unavailable, match=r"0 movements; .* lists 1 that cannot be read"):
            await balance.read_balance(played)

    assert await balance.read_balance(played) == "1 movements"
    assert len(await values(played, "select category from balance_movement")) == 2


async def test_an_intent_that_cannot_be_read_keeps_no_other_from_being_settled(
    shop, played, switch, monkeypatch
):
    await switch({"stripe": {"deliver": False}})
    for _ in range(2):
        await pay(shop, await book(shop, an_ask(await a_sailing(played.db))))
    usual, odd = codec.intent_state, list[str]()

    def intent_state(item):
        odd[:] = odd or [item.id]
        if item.id in odd:
            raise ValueError("no amount")
        return usual(item)

    with monkeypatch.context() as patch:
        patch.setattr(gateway, "intent_state", intent_state)
        with pytest.raises(Unavailable, match=r"1 unheard of; .* lists 1 that cannot be read"):
            await reconciliation.compare_with_stripe(played)

    settled = await values(played, "select intent_id from payment where intent_id is not null")
    assert len(settled) == 1
    assert settled != odd


async def paid(shop, played):
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    await drained(played)
