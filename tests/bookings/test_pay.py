"""Paying: the places are confirmed, stay held when a card is declined, and money that comes late
keeps a place or goes back.
"""

import html
import re

from tests.booked import (
    checkout_page,
    filled_form,
    nothing_is_broken,
    state_of,
    until,
    until_mail,
)
from tests.factories import BO, a_sailing, an_ask, book, pay


async def test_it_works(shop, played):
    sailing = await a_sailing(played.db)
    booking = await book(shop, an_ask(sailing))

    ended_at = await pay(shop, booking)

    assert f"/bookings/{booking['reference']}/return" in ended_at
    settled = await until(shop, booking, "confirmed")
    assert settled["ticket_url"]
    assert settled["legs"][0]["operator_reference"]
    await nothing_is_broken(played)


async def test_the_form_leads_straight_to_the_payment_page(shop, played, sandbox):
    filled = await filled_form(shop, await a_sailing(played.db))

    async with shop.post("/bookings", data=filled) as answer:
        assert answer.status == 200
        assert str(answer.url).startswith(sandbox.url)


async def test_a_provider_that_does_not_answer_is_told_with_what_was_charged(shop, played, sandbox):
    """From the form and from a link: nothing was, the places are held, and the button leads on."""
    url = f"{sandbox.url}/control"
    async with shop.session.post(url, json={"stripe": {"error_rate": 1.0}}) as answer:
        assert answer.status == 200
    filled = await filled_form(shop, await a_sailing(played.db))

    async with shop.post("/bookings", data=filled) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
        text = await answer.text()
    assert "payment provider does not answer. Nothing was charged. Your places are held" in text
    again = re.search(r'class="btn go" href="(/bookings/[^"]+/pay[^"]*)"', text)
    assert again

    async with shop.session.post(url, json={"stripe": {"error_rate": 0.0}}) as answer:
        assert answer.status == 200
    async with shop.get(html.unescape(again[1])) as answer:
        assert str(answer.url).startswith(sandbox.url)
    await nothing_is_broken(played)


async def test_who_has_just_paid_is_not_asked_to_pay_again(shop, played):
    """Only when the news takes longer than it should; and the page leads on to the ticket."""
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    again, back = f'href="/bookings/{booking["reference"]}/pay"', await return_page(shop, booking)
    assert 'data-refresh-url="/bookings/' in back
    assert again not in back
    assert again in await return_page(shop, booking, waited=12)

    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    assert f'data-then="/bookings/{booking["reference"]}/ticket?new=1"' in await return_page(
        shop, booking
    )


async def return_page(shop, booking, waited=0):
    """Where people come back to from the payment page."""
    path = f"/bookings/{booking['reference']}/return?token={booking['token']}&waited={waited}"
    async with shop.get(path) as answer:
        assert answer.status == 200
        return await answer.text()


async def test_a_declined_card_leaves_the_places_held(shop, played):
    booking = await book(shop, an_ask(await a_sailing(played.db)))

    await pay(shop, booking, number="4000000000000002")
    await until_mail(played, "payment_failed")

    assert (await state_of(shop, booking))["status"] == "held"
    await pay(shop, booking)
    await until(shop, booking, "confirmed")


async def test_a_lost_webhook_is_found_by_asking(shop, played, sandbox):
    """Stripe never tells us; the sweep of open payments asks."""
    async with shop.session.post(
        f"{sandbox.url}/control", json={"stripe": {"deliver": False}}
    ) as switched:
        assert switched.status < 400, await switched.text()
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)

    async with shop.get(
        f"/bookings/{booking['reference']}/return?token={booking['token']}&waited=8"
    ) as answer:
        assert answer.status == 200

    await until(shop, booking, "confirmed")


async def test_late_money_keeps_the_place_if_there_is_one(shop, played):
    booking = await expired_but_paid(shop, played, await a_sailing(played.db))

    await until(shop, booking, "confirmed")
    await nothing_is_broken(played)


async def test_late_money_goes_back_if_the_place_is_gone(shop, played):
    sailing = await a_sailing(played.db, places=2)
    booking = await expired_but_paid(
        shop, played, sailing, meanwhile=lambda: book(shop, an_ask(sailing, people=[BO]))
    )

    await until_mail(played, "refund_confirmation")

    shown = await state_of(shop, booking)
    assert shown["status"] == "expired"
    assert [refund["amount"] for refund in shown["refunds"]] == [booking["total"]]
    await nothing_is_broken(played)


async def expired_but_paid(shop, played, sailing, meanwhile=None):
    """A hold that has ended here although the customer still pays at Stripe: the worst moment."""
    booking = await book(shop, an_ask(sailing))
    async with shop.session.get(booking["checkout_url"]) as form:
        assert form.status == 200
    async with played.db.acquire() as conn:
        await conn.execute("update booking set status = 'expired', ended_at = now()")
        await conn.execute("delete from leg_capacity")
        await conn.execute("update capacity set taken = 0")
    if meanwhile:
        await meanwhile()
    session = await checkout_page(played)
    await pay(shop, {"checkout_url": session})
    return booking
