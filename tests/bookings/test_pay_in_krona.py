"""Currencies that Stripe writes in another way than ISO 4217: charged, shown and given back
whole.
"""

import re

import pytest

from tests.booked import nothing_is_broken, until, until_mail
from tests.factories import BO, a_sailing, an_ask, book, pay
from tests.rows import execute
from tests.signed_in import token


@pytest.mark.parametrize(
    ("currency", "minor", "at_stripe", "on_the_page"),
    [
        ("ISK", 4550, 455_000, r"ISK\s?4,550(\.00)?"),
        ("UGX", 98_000, 9_800_000, r"UGX\s?98,000(\.00)?"),
        ("XPF", 5400, 5400, r"(CFPF|XPF)\s?5,400"),
        ("JPY", 7200, 7200, r"¥7,200"),
        ("KWD", 12_340, 12_340, r"KWD\s?12\.340"),
    ],
)
async def test_it_works(shop, played, currency, minor, at_stripe, on_the_page):
    booking = await book(shop, an_ask(await priced(played.db, currency, minor), people=[BO]))
    assert booking["total"] == {"amount_minor": minor, "currency": currency}

    async with shop.session.get(booking["checkout_url"]) as page:
        assert re.search(on_the_page, (await page.text()).replace("\xa0", " "))
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    assert await charged(played) == at_stripe

    async with shop.post(
        f"/api/v1/bookings/{booking['reference']}/cancel",
        json={"token": booking["token"], "fee_minor": 0},
    ) as cancelled:
        assert cancelled.status == 200, await cancelled.text()
    await until_mail(played, "refund_confirmation")
    await nothing_is_broken(played)


async def test_what_cannot_be_charged_to_the_last_digit_is_rounded_in_a_line(shop, played):
    booking = await book(shop, an_ask(await priced(played.db, "KWD", 5124), people=[BO]))

    assert booking["total"] == {"amount_minor": 5120, "currency": "KWD"}
    assert booking["items"][-1]["item"] == "rounding"
    assert booking["items"][-1]["amount"] == {"amount_minor": -4, "currency": "KWD"}
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    await nothing_is_broken(played)


async def test_what_a_card_cannot_be_refunded_is_not_promised(shop, played):
    """A third of a dinar: neither given by staff, nor left over by a fee."""
    booking = await book(shop, an_ask(await priced(played.db, "KWD", 9150), people=[BO]))
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    path, staff = f"/api/v1/bookings/{booking['reference']}", await token(played, "admin")

    given = {"amount_minor": 1001, "claimed_minor": 0, "note": "Sorry."}
    desk = f"/api/v1/back-office/bookings/{booking['reference']}"
    async with shop.post(f"{desk}/refund", json=given, headers=staff) as answer:
        assert answer.status == 422
        words = (await answer.json())["errors"]["amount_minor"]
    assert re.search(r"in steps of KWD\s?0\.010 in this currency", words)

    await execute(played, "update cancel_rule set fee_percent = 25")
    async with shop.post(f"{path}/cancel-quote", json={"token": booking["token"]}) as answer:
        quote = await answer.json()
    fee = quote["fee"]["amount_minor"]
    assert 0 < fee < 9150
    assert (fee % 10, quote["refund"]["amount_minor"]) == (0, 9150 - fee)
    waived = {"fee_minor": 7, "reason": "goodwill"}
    async with shop.post(f"{desk}/cancel", json=waived, headers=staff) as answer:
        assert list((await answer.json())["errors"]) == ["fee_minor"]
    async with shop.post(
        f"{path}/cancel", json={"token": booking["token"], "fee_minor": fee}
    ) as cancelled:
        assert cancelled.status == 200, await cancelled.text()
    await until_mail(played, "refund_confirmation")
    await nothing_is_broken(played)


async def priced(db, currency, minor):
    """A sailing that costs one adult so much, and nothing to cancel."""
    sailing = await a_sailing(db)
    async with db.transaction() as conn:
        await conn.execute("update fare set currency = $1, harbour_tax_minor = 0", currency)
        await conn.execute("update fare_price set amount_minor = $1 where item = 'adult'", minor)
    return sailing


async def charged(played):
    """What Stripe's own books say that it took."""
    from maritime_app.payments import gateway

    async with played.db.acquire() as conn:
        intent_id = await conn.fetchval("select intent_id from payment")
    intent = await gateway.of(played)._client.payment_intents.retrieve_async(intent_id)
    return intent.amount_received
