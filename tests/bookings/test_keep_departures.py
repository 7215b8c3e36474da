"""What sails on a booking's way and day: with the moment it was read, kept on the telephone."""

import html
import re
from datetime import timedelta

import pytest

from tests.factories import a_return, a_sailing, an_ask, book


@pytest.fixture
async def booking(client, resources):
    """Ada's and Bo's confirmed booking from Oslo to Kiel."""
    made = await book(client, an_ask(await a_sailing(resources.db, days_ahead=20)))
    async with resources.db.acquire() as conn:
        await conn.execute("update booking set status = 'confirmed', confirmed_at = now()")
    return made


async def test_it_works(client, resources, booking):
    """Their own sailing, marked; none of another day or way."""
    await a_sailing(resources.db, days_ahead=40)
    await a_return(resources.db, days_ahead=20)

    page = await departures(client, booking)

    assert page.count("Northern Test Line") == 1
    assert page.count("your sailing") == 1
    assert re.search(r"As known on \w{3} \d+ \w{3} \d{4}, \d\d:\d\d \(Oslo time\)\.", page)


async def test_what_is_late_or_cancelled_says_so(client, resources, booking):
    other = await a_sailing(resources.db, days_ahead=20)
    async with resources.db.acquire() as conn:
        await conn.execute(
            "update sailing set expected_departs_at = departs_at + $1,"
            " expected_arrives_at = arrives_at + $1 where id <> $2",
            timedelta(hours=1),
            other,
        )
        await conn.execute("update sailing set status = 'cancelled' where id = $1", other)

    page = await departures(client, booking)

    assert "Cancelled by the operator" in page
    assert re.search(r"now \d\d:\d\d", page)


async def test_the_telephone_keeps_it_beside_the_ticket(client, booking):
    base = f"/bookings/{booking['reference']}"
    async with client.get(f"{base}?token={booking['token']}") as answer:
        page = html.unescape(await answer.text())

    kept = re.search(r"data-keep=[\"'](\[.*?\])[\"']", page)
    assert kept
    assert f"{base}/departures" in kept[1]
    assert f'href="{base}/departures"' in page


async def test_nobody_else_sees_which_way_it_is(client, booking):
    async with client.get(f"/bookings/{booking['reference']}/departures") as answer:
        assert answer.status in (401, 403, 404)
        assert "Kiel" not in await answer.text()


async def departures(client, booking):
    address = f"/bookings/{booking['reference']}/departures?token={booking['token']}"
    async with client.get(address) as answer:
        assert answer.status == 200
        return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(await answer.text())).split())
