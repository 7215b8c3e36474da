"""A link to follow a journey: it shows where the ship is, proves nothing, and can be ended."""

import re

import pytest

from maritime_app.bookings.shares import service
from tests.factories import a_sailing, an_ask, book
from tests.rows import execute, value


@pytest.fixture
async def booking(client, resources):
    """A confirmed booking, and its page's address with the proof."""
    made = await book(client, an_ask(await a_sailing(resources.db)))
    async with resources.db.acquire() as conn:
        await conn.execute("update booking set status = 'confirmed'")
    return made, f"/bookings/{made['reference']}?token={made['token']}"


async def test_it_works(client, other_browser, booking):
    """The friend sees ports and times; no name, no code, no reference, no price."""
    made, address = booking
    link = await shared(client, address)

    async with other_browser.get(link) as page:
        text = await page.text()

    assert page.status == 200
    for words in ("Oslo", "Kiel", "Your ferry leaves"):
        assert words in text, words
    for secret in (made["reference"], made["token"], "Ada", "Lund", "FW2.", "€"):
        assert secret not in text, secret


async def test_it_is_no_proof_of_the_booking(client, other_browser, booking):
    made, address = booking
    share = (await shared(client, address)).rpartition("/")[2]

    for page in ("", "/ticket", "/cancel", "/change", "/app.webmanifest"):
        address = f"/bookings/{made['reference']}{page}?token={share}"
        async with other_browser.get(address) as answer:
            assert answer.status == 404, page


async def test_an_ended_link_opens_nothing(client, booking):
    made, address = booking
    link = await shared(client, address)
    async with client.get(address) as page:
        text = await page.text()
    form = {"csrf_token": field(text, "csrf_token"), "share": field(text, "share")}
    end = f"/bookings/{made['reference']}/shares/end?token={made['token']}"

    async with client.post(end, data=form) as answer:
        assert answer.status == 200
        assert "/trips/" not in await answer.text()
    async with client.get(link) as answer:
        assert answer.status == 404


async def test_a_sailing_that_does_not_go_has_not_arrived(client, other_browser, booking, db):
    """Nobody has been asked yet what becomes of it: page and shared page say so at once."""
    _made, address = booking
    link = await shared(client, address)
    async with db.acquire() as conn:
        await conn.execute("update sailing set status = 'cancelled'")

    async with other_browser.get(link) as page:
        text = await page.text()
    async with client.get(address) as page:
        own = await page.text()

    assert "Your ferry does not sail" in text
    for words in ("arrived", "Arrived", "by timetable"):
        assert words not in text, words
    assert "Your ferry does not sail as booked" in own
    assert "Everything is confirmed" not in own


async def test_made_up_links_open_nothing(client):
    for token in ("", "x", "A" * 22 + ".x", "é" * 22, "=" * 22 + "." + "A" * 24):
        async with client.get(f"/trips/{token}x") as answer:
            assert answer.status == 404, token


async def test_there_is_an_end_to_links(client, booking, monkeypatch):
    _made, address = booking
    monkeypatch.setattr(service, "_MOST_OPEN", 1)
    await shared(client, address)
    async with client.get(address) as page:
        form = {"csrf_token": field(await page.text(), "csrf_token")}
    async with client.post(address.replace("?", "/shares?"), data=form) as answer:
        assert answer.status == 409


async def test_what_is_not_confirmed_is_not_shared(client, resources, booking):
    """The link would outlive a hold that nobody pays."""
    _made, address = booking
    async with client.get(address) as page:
        form = {"csrf_token": field(await page.text(), "csrf_token")}
    await execute(resources, "update booking set status = 'held'")
    async with client.post(address.replace("?", "/shares?"), data=form) as answer:
        assert answer.status == 409
    assert await value(resources, "select count(*) from share") == 0


async def test_the_journey_can_be_installed(client, booking):
    """The manifest and the worker that a telephone asks for."""
    made, address = booking
    async with client.get(address.replace("?", "/app.webmanifest?")) as answer:
        assert answer.content_type == "application/manifest+json"
        app = await answer.json(content_type=None)
    assert (app["start_url"], app["display"]) == (f"/bookings/{made['reference']}", "standalone")
    async with client.get("/bookings/worker.js") as answer:
        assert (answer.status, answer.content_type) == (200, "text/javascript")


async def shared(client, address):
    """Make a link on the booking's page; returns the newest one's path."""
    async with client.get(address) as page:
        form = {"csrf_token": field(await page.text(), "csrf_token")}
    async with client.post(address.replace("?", "/shares?"), data=form) as answer:
        assert answer.status == 200, await answer.text()
        return "/trips/" + re.findall(r'href="[^"]*/trips/([^"]+)"', await answer.text())[-1]


def field(text, name):
    found = re.search(f'name="{name}" value="([^"]+)"', text)
    assert found
    return found[1]
