"""The site can be installed as an app from every page but those that are apps of their own."""

import re

import pytest

from tests.factories import a_sailing, an_ask, book

SITE = ["/app.webmanifest"]


async def test_it_works(client):
    async with client.get("/app.webmanifest") as answer:
        assert (answer.status, answer.content_type) == (200, "application/manifest+json")
        app = await answer.json(content_type=None)

    assert (app["id"], app["start_url"], app["scope"]) == ("/", "/", "/")
    assert (app["lang"], app["dir"], app["display"]) == ("en", "ltr", "standalone")
    assert re.fullmatch("#[0-9a-f]{6}", app["theme_color"])
    assert re.fullmatch("#[0-9a-f]{6}", app["background_color"])


async def test_all_that_it_names_is_there(client):
    async with client.get("/app.webmanifest") as answer:
        app = await answer.json(content_type=None)

    named = [icon["src"] for icon in app["icons"]] + [way["url"] for way in app["shortcuts"]]
    assert len(named) == 6
    for address in [app["start_url"], *named]:
        async with client.get(address) as answer:
            assert answer.status == 200, address


async def test_it_is_in_the_language_that_was_chosen(client):
    """The page is asked for with ?lang=, the manifest with the cookie that this left."""
    async with client.get("/ports?lang=ar") as answer:
        assert linked(await answer.text()) == SITE
    async with client.get("/app.webmanifest") as answer:
        assert "Cookie" in answer.headers["Vary"]
        app = await answer.json(content_type=None)
    assert (app["lang"], app["dir"]) == ("ar", "rtl")
    assert "Ferries" not in [way["name"] for way in app["shortcuts"]]


@pytest.mark.parametrize("page", ["/", "/ferries", "/vessels", "/bookings/find", "/nowhere"])
async def test_every_page_links_it_with_the_cookie(client, page):
    async with client.get(page) as answer:
        text = await answer.text()
    assert linked(text) == SITE
    assert '<link rel="manifest" href="/app.webmanifest" crossorigin="use-credentials">' in text


async def test_a_booking_that_can_be_installed_links_its_own_only(client, db):
    made = await book(client, an_ask(await a_sailing(db)))
    page = f"/bookings/{made['reference']}"
    async with client.get(f"{page}?token={made['token']}") as answer:
        assert linked(await answer.text()) == SITE  # held: no ticket, no journey to keep

    async with db.acquire() as conn:
        await conn.execute("update booking set status = 'confirmed'")
    async with client.get(page) as answer:
        assert linked(await answer.text()) == [f"{page}/app.webmanifest"]


def linked(page):
    """The manifests that a page links: a browser takes the first."""
    return re.findall(r'<link rel="manifest"\s+href="([^"]+)"', page)
