"""How far the balance at Stripe has been read."""

from maritime_app import clock
from maritime_app.payments.balance import service as balance
from tests.booked import drained, until
from tests.factories import a_sailing, an_ask, book, pay
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


async def paid(shop, played):
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    await drained(played)
