"""A mail's link: exchanged for the cookie of one object, and no token in the page's address."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from maritime_app import signed_links
from maritime_app.app import create_app
from maritime_app.errors import NotFound
from maritime_app.ids import uuid7
from maritime_app.web.forms import csrf
from maritime_app.web.link_pages import LinkPages
from maritime_app.web.routing import GUEST, SIGNED, get, post
from tests import clocks


def unknown():
    return NotFound("There is none.", code="thing")


LINKS = LinkPages("thing", "/things", "thing", unknown)


@pytest.fixture
def ended():
    return []


@pytest.fixture
async def browser(standing_resources, ended):
    """A browser at an application with one page of a thing, and one act."""

    async def show(request, subject):
        return web.json_response({"yours": str(subject), "csrf": csrf.token(request)})

    async def end(_request, subject):
        ended.append(subject)

    routes = [
        get("/things/{thing}", LINKS.page(show), access=GUEST),
        post("/things/{thing}/end", LINKS.act(end), access=SIGNED),
    ]
    async with TestClient(TestServer(create_app(standing_resources, routes))) as made:
        yield made


@pytest.fixture
def thing():
    return uuid7()


@pytest.fixture
def link(standing_resources, thing):
    return f"/things/{signed_links.token(standing_resources.settings, 'thing', thing)}"


async def test_it_works(browser, thing, link):
    async with browser.get(link) as page:
        assert str(page.url.relative()) == f"/things/{thing}"
        assert (await page.json())["yours"] == str(thing)
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert "no-store" in page.headers["Cache-Control"]


async def test_the_link_alone_shows_nothing(browser, thing, link):
    """It is exchanged first: no page stands at an address that is a right."""
    async with browser.get(link, allow_redirects=False) as answer:
        assert answer.status == 303
        assert answer.headers["Location"] == f"/things/{thing}"
        assert answer.headers["Cache-Control"] == "no-store"
        cookie = answer.cookies[f"thing-{thing}"]
    assert cookie["path"] == f"/things/{thing}"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie.value not in link


async def test_the_address_alone_is_worth_nothing(browser, thing):
    async with browser.get(f"/things/{thing}") as page:
        assert page.status == 404


async def test_a_cookie_opens_its_own_thing_only(browser, standing_resources, thing, link):
    """Neither under its name nor under another one."""
    await browser.get(link)
    other = uuid7()
    value = browser.session.cookie_jar.filter_cookies(browser.make_url(f"/things/{thing}"))
    stolen = {f"thing-{other}": value[f"thing-{thing}"].value}
    async with browser.get(f"/things/{other}", cookies=stolen) as page:
        assert page.status == 404
    token = signed_links.token(standing_resources.settings, "another noun", thing)
    async with browser.get(f"/things/{token}") as page:
        assert page.status == 404


async def test_a_cookie_has_an_end(browser, thing, link):
    with clocks.travel(0, tick=False) as clock:
        clock.move_to("2026-06-01T12:00Z")
        await browser.get(link)
        kept = browser.session.cookie_jar.filter_cookies(browser.make_url(f"/things/{thing}"))
        old = {f"thing-{thing}": kept[f"thing-{thing}"].value}
        browser.session.cookie_jar.clear()
        clock.move_to("2026-10-01T12:00Z")
        async with browser.get(f"/things/{thing}", cookies=old) as page:
            assert page.status == 404


async def test_one_click_of_a_mail_program_needs_no_cookie(browser, thing, link, ended):
    """RFC 8058 section 3.1: a POST to the address of the header, and nothing else is known."""
    async with browser.post(
        f"{link}/end", data={"List-Unsubscribe": "One-Click"}, allow_redirects=False
    ) as answer:
        assert answer.status == 303
    assert ended == [thing]


async def test_the_page_itself_ends_it_by_its_form(browser, thing, link, ended):
    async with browser.get(link) as page:
        token = (await page.json())["csrf"]
    async with browser.post(f"/things/{thing}/end", data={"csrf_token": token}) as answer:
        assert answer.status == 200
    assert ended == [thing]


async def test_another_site_cannot_send_the_form(browser, thing, link, ended):
    await browser.get(link)
    async with browser.post(f"/things/{thing}/end", data={}) as answer:
        assert answer.status == 403
    assert ended == []
