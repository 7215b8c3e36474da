"""Taking the money back for a ship that is late ends the journey: a browser that is new to the
booking needs a code from the customer's mailbox, as for cancelling.
"""

import re
from datetime import timedelta

import pytest

from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import (
    ActingStaff,
    CancelRequest,
    ChangeReason,
    TimesRequest,
)
from tests.booked import drained, state_of, until, until_mail
from tests.factories import a_sailing, an_ask, book, pay
from tests.rows import values

HOUSE = ActingStaff()


@pytest.fixture
async def sailing(played):
    return await a_sailing(played.db, days_ahead=5)


@pytest.fixture
async def booking(shop, played, sailing):
    made = await book(shop, an_ask(sailing))
    await pay(shop, made)
    confirmed = await until(shop, made, "confirmed")
    await drained(played)
    return confirmed


async def test_it_works(shop, played, sailing, booking):
    """With the code everything comes back, whatever the fare says."""
    text = await late(shop, played, sailing, booking)
    assert "a…@example.org" in text
    assert 'value="refund"' not in text

    text = await sent(shop, booking, "/code", text)
    assert 'id="give-up"' in text  # whither the answer led
    assert 'name="code"' in text
    code = await code_of_mail(played)
    text = await sent(shop, booking, "", text, act="refund", code=code)

    assert "You do not travel with this sailing" in text
    assert (await state_of(shop, booking))["status"] == "cancelled"


async def test_without_the_code_one_still_travels(shop, played, sailing, booking):
    text = await late(shop, played, sailing, booking)

    for code in ("", "123456"):
        told = await sent(shop, booking, "", text, 422, act="refund", code=code)
        assert "This code has expired" in told
    assert (await state_of(shop, booking))["status"] == "confirmed"

    assert "Your ticket is valid" in await sent(shop, booking, "", text, act="keep")


async def test_a_mailbox_is_not_filled(shop, played, sailing, booking):
    text = await late(shop, played, sailing, booking)
    await sent(shop, booking, "/code", text)

    assert "A code was sent a moment ago" in await sent(shop, booking, "/code", text, 429)


async def test_who_has_lost_the_journey_anyway_needs_none(shop, played, sailing, booking):
    """The operator has cancelled: there is nothing that somebody could end."""
    version = (await operations.sailing(played, HOUSE, sailing)).version
    asked = CancelRequest(version, ChangeReason.TECHNICAL, "")
    await operations.cancel(played, HOUSE, sailing, asked)
    await until_mail(played, "disruption_offer")
    text = await page_of(shop, booking)
    assert "new to the booking" not in text

    await sent(shop, booking, "", text, act="refund")

    assert (await state_of(shop, booking))["status"] == "cancelled"
    assert "device_code" not in await values(played, "select template from mail")


async def late(shop, played, sailing, booking):
    """The page of a booking whose sailing leaves two hours late."""
    found = await operations.sailing(played, HOUSE, sailing)
    departs = found.departs_at + timedelta(hours=2)
    asked = TimesRequest(found.version, departs, reason=ChangeReason.OPERATIONAL)
    await operations.retime(played, HOUSE, sailing, asked)
    await until_mail(played, "disruption_offer")
    return await page_of(shop, booking)


async def page_of(shop, booking):
    address = f"/bookings/{booking['reference']}/disruption?token={booking['token']}"
    async with shop.get(address) as answer:
        assert answer.status == 200
        return await answer.text()


async def code_of_mail(played):
    await until_mail(played, "device_code")
    mailbox = f"{played.settings.sandbox.url}/mailbox/messages.json"
    async with played.http.get(mailbox) as answer:
        texts = [message["text"] for message in (await answer.json())["messages"]]
    found = re.search(r"^\s*(\d{6})\s*$", "\n".join(texts), re.MULTILINE)
    assert found, texts
    return found[1]


async def sent(shop, booking, path, shown, status=200, **fields):
    """Send a form of the page; returns what is shown then."""
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown)
    assert token
    address = f"/bookings/{booking['reference']}/disruption{path}"
    async with shop.post(address, data={"csrf_token": token[1]} | fields) as answer:
        assert answer.status == status, await answer.text()
        return await answer.text()
