"""A mandate as its holder makes it: the form, the link in the mail, the card, the key."""

import html
import itertools
import re

from maritime_app import signed_links
from maritime_app.bookings.mandates import mails
from maritime_app.payments import gateway
from tests.factories import a_sailing
from tests.rows import value

KEYS = itertools.count(10_000_000)
GOOD, DECLINED = "4242424242424242", "4000000000000002"
ALWAYS_ASKS, NEVER_PAYS = "4000002760003184", "4000000000000341"


async def ask_for_mandate(shop, played, **fields):
    """Fill in the form for Ada and open the link of the mail; returns the address of its page."""
    async with shop.get("/mandates/new") as page:
        found = re.search(r'name="csrf_token" value="([^"]+)"', await page.text())
        assert found
    form = {"limit": "200", "currency": "EUR", "bookings": "1", "days": "7"}
    form |= {"email": "ada@example.org", "csrf_token": found[1]} | fields
    async with shop.post("/mandates", data=form) as answer:
        assert answer.status == 200, await answer.text()
    return await address_of(played, shop)


async def address_of(played, shop=None):
    """The address of the page of the newest mandate; opened by its link where a shop is given."""
    mandate_id = await value(played, "select id from mandate order by id desc limit 1")
    if shop is not None:
        token = signed_links.token(played.settings, mails.PURPOSE, mandate_id)
        async with shop.get(f"/mandates/{token}") as page:
            assert page.status == 200, await page.text()
    return f"/mandates/{mandate_id}"


async def page_of(shop, here):
    """What its page says."""
    async with shop.get(here) as page:
        assert page.status == 200, await page.text()
        return html.unescape(await page.text())


async def press(shop, here, act):
    """Press a button of its page; returns what is shown then."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', await page_of(shop, here))
    assert found
    async with shop.post(f"{here}/{act}", data={"csrf_token": found[1]}) as answer:
        assert answer.status == 200, await answer.text()
        return html.unescape(await answer.text())


async def save_card(shop, here, number=GOOD, *, comes_back=True):
    """Save a card on the provider's page, confirming at the bank where it asks; returns what is
    shown in the end.
    """
    token = re.search(r'name="csrf_token" value="([^"]+)"', await page_of(shop, here))
    assert token
    sent = {"csrf_token": token[1]}
    async with shop.post(f"{here}/card", data=sent, allow_redirects=False) as on:
        assert on.status == 303, await on.text()
        address = on.headers["Location"]
    form = {"number": number, "expiry": "12 / 34", "cvc": "123", "name": "Ada Lund"}
    form |= {"email": "ada@example.org", "action": "pay"}
    async with shop.session.post(address, data=form, allow_redirects=False) as saved:
        text, after = await saved.text(), saved.headers.get("Location", "")
    if after.endswith("/authenticate"):
        confirm, done = f"{address}/authenticate", {"action": "complete"}
        async with shop.session.post(confirm, data=done, allow_redirects=False) as saved:
            text, after = await saved.text(), saved.headers.get("Location", "")
    if not after or not comes_back:
        return text
    async with shop.session.get(after) as page:
        assert page.status == 200, await page.text()
        return html.unescape(await page.text())


async def granted(shop, played, number=GOOD, **fields):
    """A mandate with a card and a key; returns the address of its page, and the key."""
    if not await value(played, "select count(*) from port"):
        await a_sailing(played.db)
    here = await ask_for_mandate(shop, played, **fields)
    await save_card(shop, here, number)
    key = re.search(r"fm_[\w-]{43}", await press(shop, here, "key"))
    assert key
    return here, key[0]


async def pay(shop, booked, key, own_key="", **more):
    """Pay with a mandate, and insist that it was answered."""
    async with asked(shop, booked, key, own_key, **more) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def try_to_pay(shop, booked, key, own_key="", **more):
    """The status of the answer, and its code or outcome."""
    async with asked(shop, booked, key, own_key, **more) as answer:
        told = await answer.json()
        outcome = told["payment"]["outcome"] if "payment" in told else told.get("code")
        return answer.status, outcome


def asked(shop, booked, key, own_key, **more):
    headers = {"Idempotency-Key": own_key or f"program-{next(KEYS)}"}
    body = {"mandate": key, "token": booked["token"]} | more
    address = f"/api/v1/bookings/{booked['reference']}/pay"
    return shop.post(address, json=body, headers=headers)


async def mandate_of(shop, key):
    async with shop.post("/api/v1/mandates/look-up", json={"mandate": key}) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def intents(played):
    """How many charges the provider has begun."""
    client = gateway.of(played)._client
    return len((await client.payment_intents.list_async({"limit": 100})).data)
