"""The booking form sent twice, in one tab or in two, holds what was meant and no more."""

import asyncio
import re

from maritime_app.bookings import service as bookings
from tests import booked
from tests.factories import a_sailing


async def test_it_works(client, db):
    fields = await booked.filled_form(client, await a_sailing(db))

    first, again = [await sent(client, fields) for _ in range(2)]

    assert first == again
    assert first[0] == 303
    assert await count(db) == 1


async def test_sent_five_times_at_once_it_is_one_booking(client, db):
    fields = await booked.filled_form(client, await a_sailing(db))

    answers = await asyncio.gather(*(sent(client, fields) for _ in range(5)))

    assert len(set(answers)) == 1
    assert answers[0][0] == 303
    assert await count(db) == 1


async def test_what_came_back_marked_is_corrected_and_sent_again(client, db):
    fields = await booked.filled_form(client, await a_sailing(db))
    assert (await sent(client, fields | {"contact-email": "nobody"}))[0] == 422
    assert await count(db) == 0

    assert (await sent(client, fields))[0] == 303


async def test_a_second_tab_says_what_is_held_already(client, db):
    sailing = await a_sailing(db)
    one, two = [await booked.filled_form(client, sailing) for _ in range(2)]
    _status, where = await sent(client, one)
    reference = re.findall(r"/bookings/(\w+)", where)[0]

    async with client.post("/bookings", data=two, allow_redirects=False) as answer:
        page = await answer.text()

    assert answer.status == 409
    assert reference in page
    assert 'name="also"' in page
    assert 'value="Berg"' in page
    assert await count(db) == 1
    assert (await sent(client, two | {"also": "yes"}))[0] == 303
    assert await count(db) == 2


async def test_what_was_cancelled_is_held_no_more(client, db, resources):
    sailing = await a_sailing(db)
    one, two = [await booked.filled_form(client, sailing) for _ in range(2)]
    _status, where = await sent(client, one)
    reference = re.findall(r"/bookings/(\w+)", where)[0]
    token = bookings.token_of(resources, reference)
    await booked.cancel(client, {"reference": reference, "token": token}, 0)

    assert (await sent(client, two))[0] == 303


async def test_another_browser_is_another_customer(client, db, other_browser):
    sailing = await a_sailing(db)
    mine = await booked.filled_form(client, sailing)
    theirs = await booked.filled_form(other_browser, sailing)

    first, second = await sent(client, mine), await sent(other_browser, theirs)

    assert (first[0], second[0]) == (303, 303)
    assert first != second


async def sent(client, fields):
    """What comes of the form: status, and where it leads."""
    async with client.post("/bookings", data=fields, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location", "")


async def count(db):
    """How many bookings there are."""
    async with db.acquire() as conn:
        return await conn.fetchval("select count(*) from booking")
