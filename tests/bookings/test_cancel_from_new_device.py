"""Cancelling in a browser that is new to a booking takes a code from the customer's mailbox."""

import re
from datetime import timedelta

import pytest

from maritime_app.bookings.link_tokens import Entry, token
from tests import booked
from tests.conftest import BROWSER
from tests.factories import a_sailing, an_ask, book


@pytest.fixture
async def booking(client, resources):
    """A confirmed booking as its API answered it; cancelling it costs nothing yet."""
    made = await book(client, an_ask(await a_sailing(resources.db, days_ahead=30)))
    async with resources.db.acquire() as conn:
        await conn.execute("update booking set status = 'confirmed'")
    return made


async def test_it_works(client, db, booking):
    """With the code it is cancelled, and the browser is known from then on."""
    text = await cancel_page(client, booking)
    assert "a…@example.org" in text
    assert 'name="code"' not in text

    text = await sent(client, booking, "/cancel/code", {"csrf_token": csrf(text)})
    assert 'name="code"' in text
    code = await code_of_mail(db)
    await sent(client, booking, "/cancel", fields(text) | {"code": f" {code[:3]} {code[3:]}"})

    assert await status(db) == "cancelled"
    async with db.acquire() as conn:
        assert await conn.fetchval("select is_trusted and code_hash is null from booking_device")
        good_for = "select (context ->> 'code_until')::timestamptz - created_at from mail"
        found = await conn.fetchval(f"{good_for} where template = 'device_code'")
    assert timedelta(minutes=14) < found < timedelta(minutes=16)


async def test_without_a_code_nothing_happens(client, db, booking):
    text = await cancel_page(client, booking)

    for more in ({}, {"code": ""}, {"code": "123456"}):
        async with client.post(page(booking, "/cancel"), data=fields(text) | more) as answer:
            assert answer.status == 422
    assert await status(db) == "confirmed"


async def test_a_wrong_code_may_be_tried_five_times(client, db, booking):
    """After that not even the right one counts: another one must be sent."""
    text = await cancel_page(client, booking)
    text = await sent(client, booking, "/cancel/code", {"csrf_token": csrf(text)})
    right = await code_of_mail(db)
    wrong = f"{(int(right) + 1) % 1_000_000:06}"

    for code in [wrong] * 5 + [right]:
        async with client.post(page(booking, "/cancel"), data=fields(text) | {"code": code}) as one:
            assert one.status == 422, code
    assert await status(db) == "confirmed"


async def test_a_code_is_for_the_browser_that_asked_for_it(client, db, other_browser, booking):
    await sent(
        client, booking, "/cancel/code", {"csrf_token": csrf(await cancel_page(client, booking))}
    )
    code = await code_of_mail(db)

    text = await cancel_page(other_browser, booking)
    data = fields(text) | {"code": code}
    async with other_browser.post(page(booking, "/cancel"), data=data) as answer:
        assert answer.status == 422
    assert await status(db) == "confirmed"


@pytest.mark.parametrize("fee", ["", "-1", "1.5", "\u0661", "1" * 13])
async def test_who_does_not_say_which_fee_they_saw_loses_nothing(client, db, booking, fee):
    text = await cancel_page(client, booking)
    text = await sent(client, booking, "/cancel/code", {"csrf_token": csrf(text)})
    asked = fields(text) | {"code": await code_of_mail(db), "fee_minor": fee}

    async with client.post(page(booking, "/cancel"), data=asked) as answer:
        assert answer.status == 422
        assert "which fee you saw" in await answer.text()

    assert await status(db) == "confirmed"


async def test_ten_codes_a_day_are_the_most(client, db, booking):
    """However far apart they are asked for."""
    data = {"csrf_token": csrf(await cancel_page(client, booking))}
    for _code in range(10):
        await sent(client, booking, "/cancel/code", data)
        async with db.acquire() as conn:
            await conn.execute(
                "update booking_device set code_sent_at = code_sent_at - interval '2 minutes'"
            )
    async with client.post(page(booking, "/cancel/code"), data=data) as answer:
        assert answer.status == 429
        assert answer.headers["Retry-After"] == "86400"


async def test_a_mailbox_is_not_filled(client, db, other_browser, booking):
    """One code a minute for a booking, from however many browsers."""
    data = {"csrf_token": csrf(await cancel_page(client, booking))}
    await sent(client, booking, "/cancel/code", data)

    data = {"csrf_token": csrf(await cancel_page(other_browser, booking))}
    async with other_browser.post(page(booking, "/cancel/code"), data=data) as answer:
        assert answer.status == 429
        assert answer.headers["Retry-After"] == "60"
    async with db.acquire() as conn:
        assert await conn.fetchval("select count(*) from mail where template = 'device_code'") == 1


async def test_where_it_was_booked_no_code_is_asked_for(client, db, resources, booking):
    made_here = token(resources.settings, booking["reference"], Entry.BOOKED)

    text = await cancel_page(client, {**booking, "token": made_here})
    await sent(client, booking, "/cancel", fields(text))

    assert await status(db) == "cancelled"


async def test_the_form_that_books_makes_the_browser_known(client, db):
    """Also where nobody can pay just now: whoever tries again needs no link."""
    filled = await booked.filled_form(client, await a_sailing(db))
    goes = BROWSER | {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Site": "same-origin"}

    async with client.post("/bookings", data=filled, headers=goes) as answer:
        assert (answer.status, answer.url.query_string) == (503, "new=1")
        paying = answer.url.path
    async with client.get(paying, headers=goes) as answer:
        assert answer.status == 503
    async with client.get(paying.removesuffix("/pay"), headers=goes) as answer:
        assert answer.status == 200

    async with db.acquire() as conn:
        assert await conn.fetchval("select is_trusted from booking_device")


async def test_an_unpaid_hold_takes_no_code(client, db):
    made = await book(client, an_ask(await a_sailing(db)))

    await sent(client, made, "/cancel", fields(await cancel_page(client, made)))

    assert await status(db) == "cancelled"


async def cancel_page(browser, booking):
    async with browser.get(page(booking, f"/cancel?token={booking['token']}")) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.text()


async def sent(browser, booking, path, data):
    async with browser.post(page(booking, path), data=data) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.text()


async def code_of_mail(db):
    async with db.acquire() as conn:
        return await conn.fetchval(
            "select context ->> 'code' from mail where template = 'device_code'"
        )


async def status(db):
    async with db.acquire() as conn:
        return await conn.fetchval("select status from booking")


def fields(text):
    return dict(re.findall(r'<input type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', text))


def csrf(text):
    return fields(text)["csrf_token"]


def page(booking, part):
    return f"/bookings/{booking['reference']}{part}"
