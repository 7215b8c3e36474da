"""The way to the payment page: one page per payment, and nothing to pay for what has ended, however
close the two come together.
"""

from contextlib import suppress
from uuid import uuid4

import msgspec
import pytest

from maritime_app import clock
from maritime_app.bookings import service as bookings
from maritime_app.bookings.cancellations import service as cancellations
from maritime_app.bookings.checkout import service as checkout
from maritime_app.errors import Conflict, Unavailable
from maritime_app.payments import gateway
from maritime_app.payments.checkouts import service as payments
from maritime_app.payments.checkouts.settlement import settle
from maritime_app.payments.stripe_calls import StripeGone
from tests.booked import nothing_is_broken, state_of, until, until_mail
from tests.factories import a_sailing, an_ask, book, pay

CLOSED_PAGE = "can no longer be paid"


async def test_it_works(shop, played):
    """Asked for twice it is the same page, and Stripe is asked once."""
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    stored = await stored_booking(played)

    first = await checkout.payment_page(played, stored)

    assert await checkout.payment_page(played, stored) == first
    assert (await state_of(shop, booking))["status"] == "held"


async def test_an_answer_is_lost_and_the_page_asked_for_later(shop, played, monkeypatch):
    """It is the page that Stripe made: the way back from it is dated by the payment, not by when
    it was asked for.
    """
    await book(shop, an_ask(await a_sailing(played.db)))
    stored, made = await stored_booking(played), first_answer_lost(played, monkeypatch)
    with pytest.raises(Unavailable):
        await checkout.payment_page(played, stored)
    later = clock.epoch_ms() + 5_000
    monkeypatch.setattr(clock, "epoch_ms", lambda: later)

    assert await checkout.payment_page(played, stored) == made[0].url


async def test_an_answer_is_lost_and_the_contact_corrected(shop, played, monkeypatch):
    """Stripe refuses a key that comes with other content: what is asked for now has its own."""
    await book(shop, an_ask(await a_sailing(played.db)))
    stored, made = await stored_booking(played), first_answer_lost(played, monkeypatch)
    with pytest.raises(Unavailable):
        await checkout.payment_page(played, stored)

    corrected = msgspec.structs.replace(stored, email="ada@example.net")
    page = await checkout.payment_page(played, corrected)

    assert page == made[1].url != made[0].url


async def test_cancelled_while_stripe_makes_the_page(shop, played, made_meanwhile):
    """Nobody gets to a page that asks for money for nothing: it is closed at Stripe, too."""
    booking = await book(shop, an_ask(await a_sailing(played.db)))

    async def cancel(_session):
        await cancellations.cancel(played, await stored_booking(played), 0)

    sessions = made_meanwhile(cancel)
    with pytest.raises(Conflict):
        await checkout.payment_page(played, await stored_booking(played))

    assert (await state_of(shop, booking))["status"] == "cancelled"
    async with shop.session.get(sessions[0].url) as page:
        assert 'name="number"' not in await page.text()
    await nothing_is_broken(played)


async def test_paid_and_cancelled_while_stripe_makes_the_page(shop, played, switch, made_meanwhile):
    """The events are lost as well: the money is found by asking, and goes back."""
    await switch({"stripe": {"deliver": False}})
    booking = await book(shop, an_ask(await a_sailing(played.db)))

    async def pay_and_cancel(session):
        await pay(shop, {"checkout_url": session.url})
        await cancellations.cancel(played, await stored_booking(played), 0)

    made_meanwhile(pay_and_cancel)
    with suppress(Conflict):
        await checkout.payment_page(played, await stored_booking(played))
    await until_mail(played, "refund_confirmation")

    shown = await state_of(shop, booking)
    assert shown["status"] == "cancelled"
    assert [one["amount"] for one in shown["refunds"]] == [booking["total"]]
    await nothing_is_broken(played)


async def test_what_stripe_will_not_open_is_said(shop, played, monkeypatch):
    await book(shop, an_ask(await a_sailing(played.db)))

    async def gone(*_args):
        raise StripeGone("Keys for idempotent requests can only be used with the same parameters.")

    monkeypatch.setattr(gateway.of(played), "create_session", gone)
    with pytest.raises(Conflict, match=CLOSED_PAGE):
        await checkout.payment_page(played, await stored_booking(played))


async def test_a_page_without_an_address_is_one_that_was_paid_or_closed(shop, played, monkeypatch):
    await book(shop, an_ask(await a_sailing(played.db)))
    there = gateway.of(played)
    create = there.create_session

    async def ended(*args):
        return msgspec.structs.replace(await create(*args), url=None)

    monkeypatch.setattr(there, "create_session", ended)
    with pytest.raises(Conflict):
        await checkout.payment_page(played, await stored_booking(played))


async def test_money_that_nobody_knows_is_an_alert_and_no_payment(shop, played):
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    async with played.db.acquire() as conn:
        intent_id = await conn.fetchval("select intent_id from payment")
    intent = await gateway.of(played).intent(intent_id)

    told = [await settle(played, uuid4(), intent) for _ in range(2)]

    assert told == ["unknown payment"] * 2
    async with played.db.acquire() as conn:
        alerts = await conn.fetch("select kind, subject_id from alert")
        assert await conn.fetchval("select count(*) from payment") == 1
    assert [tuple(one) for one in alerts] == [("unknown_payment", intent_id)]


async def test_the_amount_is_compared_with_what_was_asked_for(shop, played, switch):
    """Less than was asked for is kept and said to people: it is never taken for the whole."""
    await switch({"stripe": {"deliver": False}})
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    async with played.db.acquire() as conn:
        payment_id, session_id = await conn.fetchrow("select id, session_id from payment")
    session = await gateway.of(played).session(session_id)
    assert session.intent_id
    intent = await gateway.of(played).intent(session.intent_id)

    short = msgspec.structs.replace(intent, received_minor=intent.received_minor - 1)
    assert await settle(played, payment_id, short) == "settled"

    async with played.db.acquire() as conn:
        assert "wrong_amount" in [row["kind"] for row in await conn.fetch("select kind from alert")]


async def test_a_payment_that_is_not_there_is_not_found(played):
    with pytest.raises(Exception, match="no such payment"):
        await payments.close(played, uuid4())


@pytest.fixture
def made_meanwhile(played, monkeypatch):
    """Let something happen after Stripe has made the page and before we hear of it."""

    def arrange(happens):
        there, sessions = gateway.of(played), []
        create = there.create_session

        async def slow(*args):
            sessions.append(await create(*args))
            await happens(sessions[-1])
            return sessions[-1]

        monkeypatch.setattr(there, "create_session", slow)
        return sessions

    return arrange


def first_answer_lost(played, monkeypatch):
    """Stripe makes the page, and nobody hears of it; what it made is listed."""
    there, made = gateway.of(played), []
    create = there.create_session

    async def lost(*args):
        made.append(await create(*args))
        if len(made) == 1:
            raise Unavailable("Our payment provider does not answer.")
        return made[-1]

    monkeypatch.setattr(there, "create_session", lost)
    return made


async def stored_booking(played):
    async with played.db.acquire() as conn:
        key = await conn.fetchval("select id from booking")
    return await bookings.by_id(played, key)
