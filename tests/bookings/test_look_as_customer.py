"""Staff look at a booking as its customer does, and change nothing there."""

import re

import pytest

from maritime_app import domains
from maritime_app.bookings.link_tokens import Entry, token
from maritime_app.web.routing import GUEST
from tests.booked import confirmed_in_rows
from tests.factories import a_sailing, an_ask, book
from tests.rows import value

PAGE = "/bookings/{reference}"
FORMS = [
    route.path
    for route in domains.ROUTES
    if route.method == "POST" and route.access == GUEST and route.path.startswith(PAGE)
]
ENDS = f"{PAGE}/devices/end"
REFUSED = "Only the pages for staff can change it."


@pytest.fixture
async def booking(client, resources):
    made = await book(client, an_ask(await a_sailing(resources.db)))
    await confirmed_in_rows(resources, made)
    return made


@pytest.fixture
async def looked_at(client, resources, booking):
    """The page as staff see it; their browser keeps its cookie."""
    return await look(client, resources, booking, Entry.STAFF)


async def test_it_works(looked_at, booking):
    """It says whose view it is, and leads back."""
    assert REFUSED in looked_at
    assert f'href="/admin/bookings/{booking["reference"]}"' in looked_at


@pytest.mark.parametrize("path", [path for path in FORMS if path != ENDS])
async def test_no_form_of_the_customers_is_taken(client, resources, booking, looked_at, path):
    before = await value(resources, "select status from booking")

    async with client.post(address(booking, path), data=csrf(looked_at)) as answer:
        assert answer.status == 403, await answer.text()
        assert REFUSED in await answer.text()

    assert await value(resources, "select status from booking") == before


async def test_the_view_can_be_closed(client, resources, booking, looked_at):
    async with client.post(address(booking, ENDS), data=csrf(looked_at)) as answer:
        assert answer.status == 200
    assert await value(resources, "select count(*) from booking_device") == 0


async def test_who_books_in_that_browser_may_act_again(client, resources, booking, looked_at):
    """A colleague who tries the form for himself, say."""
    page = await look(client, resources, booking, Entry.BOOKED)
    assert REFUSED not in page
    assert await value(resources, "select is_trusted and not is_staff from booking_device")


async def look(client, resources, booking, entry):
    link = token(resources.settings, booking["reference"], entry)
    async with client.get(f"/bookings/{booking['reference']}?token={link}") as answer:
        assert answer.status == 200
        return await answer.text()


def address(booking, path):
    return re.sub(r"\{[a-z_]+\}", "1", path.replace("{reference}", booking["reference"]))


def csrf(text):
    found = re.search(r'name="csrf_token"\s+value="([^"]+)"', text)
    assert found
    return {"csrf_token": found[1]}
