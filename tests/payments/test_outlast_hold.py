"""A hold runs out while Stripe is silent: its places are nobody else's until it has spoken, and
then whoever paid has them, or his money back, once.
"""

import asyncio

import pytest

from maritime_app.bookings import jobs
from maritime_app.bookings.confirmation import service as confirmation
from maritime_app.errors import Unavailable
from tests.booked import drained, nothing_is_broken, state_of, taken, until, until_mail
from tests.factories import a_sailing, an_ask, book, pay
from tests.payments.at_stripe import kept_at_stripe, until_refunds
from tests.payments.line_to_stripe import FAULTS, LASTING, Plan
from tests.rows import execute, value, values

TOLD = "select template from mail where sent_at is not null order by template"


@pytest.fixture
def played(over_line):
    return over_line


@pytest.fixture
async def sailing(played):
    """It has places for one party of two."""
    return await a_sailing(played.db, places=2)


@pytest.fixture
async def booking(shop, played, sailing):
    """Held, with its payment page open."""
    made = await book(shop, an_ask(sailing))
    async with shop.session.get(made["checkout_url"]) as page:
        return {**made, "page": str(page.url)}


@pytest.mark.parametrize("fault", FAULTS)
async def test_it_works(shop, played, line, sailing, booking, fault):
    """Nobody pays: the places are free once Stripe has said so, whoever asks it how often."""
    line.plans[booking["reference"]] = silence = silent(fault)
    await run_out(shop, played, sailing, booking)

    silence.heal()
    booking_id = await value(played, "select id from booking")
    said = await asyncio.gather(*(confirmation.expire(played, booking_id) for _time in range(3)))

    assert sorted(said) == ["expired", "not overdue", "not overdue"]
    assert (await taken(played.db, sailing))["passenger"] == 0
    async with shop.session.get(booking["page"]) as page:
        assert 'name="number"' not in await page.text()
    await book(shop, an_ask(sailing))
    await nothing_is_broken(played)


@pytest.mark.parametrize("fault", FAULTS)
async def test_paid_and_never_heard_of(shop, played, line, switch, sailing, booking, fault):
    await switch({"stripe": {"deliver": False}})
    await pay(shop, {"checkout_url": booking["page"]})
    await run_out_unasked(shop, played, line, sailing, booking, fault)

    await jobs.expire_holds(played)
    await until(shop, booking, "confirmed")

    await is_confirmed_once(shop, played, switch, booking)


@pytest.mark.parametrize("fault", ["silent", "cut", "500"])
async def test_paid_after_its_time_while_nobody_could_close_the_page(
    shop, played, line, switch, sailing, booking, fault
):
    """The places are still held: who has paid for them keeps them."""
    await switch({"stripe": {"deliver": False}})
    line.plans[booking["reference"]] = silence = silent(fault)
    await run_out(shop, played, sailing, booking)
    await pay(shop, {"checkout_url": booking["page"]})
    silence.heal()

    await jobs.expire_holds(played)
    await until(shop, booking, "confirmed")

    await is_confirmed_once(shop, played, switch, booking)


@pytest.mark.parametrize("end", ["closed", "cancelled"])
async def test_paid_and_not_sold_any_more(shop, played, line, switch, sailing, booking, end):
    """It goes back with a mail that says why, and the places with it."""
    await switch({"stripe": {"deliver": False}})
    await pay(shop, {"checkout_url": booking["page"]})
    await run_out_unasked(shop, played, line, sailing, booking, "silent")
    await execute(played, f"update sailing set status = '{end}'")

    await jobs.expire_holds(played)
    await until_mail(played, "refund_confirmation")
    told = await values(played, TOLD)
    await switch({"stripe": {"deliver": True}})
    await drained(played)

    await until_refunds(played, 1)
    assert await values(played, "select reason from refund") == [f"sailing_{end}"]
    assert await values(played, TOLD) == told == ["refund_confirmation"]
    assert await kept_at_stripe(played) == 0
    assert (await state_of(shop, booking))["status"] == "expired"
    assert (await taken(played.db, sailing))["passenger"] == 0
    await nothing_is_broken(played)


def silent(fault):
    """From now on, whatever is asked."""
    return Plan(fault=fault, tries=LASTING, struck=1)


async def run_out_unasked(shop, played, line, sailing, booking, fault):
    """The hold runs out in a silence, and Stripe speaks again."""
    line.plans[booking["reference"]] = silence = silent(fault)
    await run_out(shop, played, sailing, booking)
    silence.heal()


async def run_out(shop, played, sailing, booking):
    """The hold runs out: nothing becomes of it, and nobody else gets its places."""
    await execute(played, "update booking set expires_at = now() - interval '1 second'")
    with pytest.raises(Unavailable):
        await confirmation.expire(played, await value(played, "select id from booking"))

    assert (await state_of(shop, booking))["status"] == "held"
    async with shop.post("/api/v1/bookings", json=an_ask(sailing)) as refused:
        assert (refused.status, (await refused.json())["code"]) == (409, "sold_out")


async def is_confirmed_once(shop, played, switch, booking):
    """What Stripe has to say comes after all, and is no news."""
    await until_mail(played, "booking_confirmation")
    told = await values(played, TOLD)
    await switch({"stripe": {"deliver": True}})
    await drained(played)

    assert await values(played, TOLD) == told
    assert len(told) == len(set(told))
    assert await values(played, "select count(*) from refund") == [0]
    assert await kept_at_stripe(played) == booking["total"]["amount_minor"]
    assert (await state_of(shop, booking))["status"] == "confirmed"
    await nothing_is_broken(played)
