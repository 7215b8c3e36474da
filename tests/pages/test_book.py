"""A booking from search to ticket as people make it: by keyboard alone, without JavaScript; and the
live map.
"""

import re

import pytest
from playwright.async_api import Page, expect

from tests.pages import walk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MOST_TABS = 120
expect.set_options(timeout=60_000)


async def test_it_works(open_page, journey):
    """From the ticket: one code for each passenger and vehicle."""
    page = await open_page(storage_state=journey.cookies)
    await page.goto(journey.ticket)
    assert await page.locator("article.ticket").count() == 4
    await expect(page.locator("article.ticket").first).to_contain_text("Ada Lund")


async def test_a_booking_without_javascript(open_page):
    page = await open_page(java_script_enabled=False)
    await page.goto("/")
    await page.select_option("[name=from]", "GRPIR")
    await page.select_option("[name=to]", "GRHER")
    await page.fill("[name=date]", walk.DAY)
    await page.get_by_role("button", name="Search").click()
    await walk.choose_first(page)
    await walk.fill_in(page)
    await page.get_by_role("button", name="Hold places and pay").click()
    await walk.pay(page)
    await expect(page.locator("article.ticket")).to_have_count(1)


async def test_a_booking_by_keyboard_alone(open_page):
    page = await open_page()
    await page.goto("/")
    await choose(page, "from", "Athens", "GRPIR")
    await choose(page, "to", "Herak", "GRHER")
    await reach(page, "button.search-go")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/ferries?**")
    assert re.search("from=GRPIR.*to=GRHER", page.url)
    await reach(page, "button[name=out]")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/bookings/new?**")
    for field, text in (
        ("passengers-0-given_name", "Ada"),
        ("passengers-0-family_name", "Lund"),
        ("passengers-0-birth_date", "04021990"),
        ("contact-email", "ada@example.org"),
        ("terms", " "),
    ):
        await reach(page, f"[name={field}]")
        await page.keyboard.type(text)
    await page.keyboard.press("Enter")
    await page.locator("button[value=pay]").wait_for()
    await reach(page, "button[value=pay]")
    await page.keyboard.press("Enter")
    await walk.confirmed(page)


async def test_a_family_is_named_once(open_page):
    """At the search, by keyboard on a phone: the results are for them, and the booking has them."""
    page = await open_page(phone=True)
    await page.goto("/")
    await choose(page, "from", "Athens", "GRPIR")
    await choose(page, "to", "Herak", "GRHER")
    await reach(page, ".party summary")
    await page.keyboard.press("Enter")
    await reach(page, "#s-ages")
    await page.keyboard.type("4, 9")
    await reach(page, "#s-berths")
    await page.keyboard.press("Space")
    await expect(page.locator("[data-party]")).to_have_text("Adults 1 · Children 4, 9 · Cabin")
    await page.keyboard.press("Escape")
    await reach(page, ".vehicle summary")
    await page.keyboard.press("Enter")
    await reach(page, "#s-model")
    await page.keyboard.type("Volkswagen Golf")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**vehicles=car**")
    await walk.choose_first(page)
    assert await page.locator("[name$=-given_name]").count() == 3
    assert await page.locator("[name=vehicles-0-length_cm]").input_value() != "450"
    await expect(page.locator(".proposal[aria-pressed=true]")).to_have_count(1)


async def test_the_skip_link_comes_first(open_page, copy):
    page = await open_page()
    await page.goto("/ports")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"


async def test_ships_move_on_the_live_map(open_page, copy):
    page = await open_page()
    await page.goto("/vessels")
    await walk.until(page, "/[1-9]/.test(document.querySelector('#count').textContent)")
    await walk.until(page, walk.LIVE_MAP_READY)
    await walk.until(page, f"{walk.SHIPS_ON_THE_MAP}.then((ships) => ships.length > 5)")
    places = (
        f"{walk.SHIPS_ON_THE_MAP}.then((ships) =>"
        " JSON.stringify(ships.map((ship) => [ship.mmsi, ship.lon, ship.lat]).sort()))"
    )
    before = await page.evaluate(places)
    await walk.until(page, f"{places}.then((now) => now !== {before!r})")
    await expect(page.locator("#in-view tbody tr").first).to_be_visible()
    await expect(page.locator("#feed")).to_contain_text("Live")


async def test_the_list_of_ships_is_full_before_anybody_moves(open_page, copy):
    """As a picture, where the processor draws; the ship that is chosen there opens on the map."""
    page = await open_page()
    await page.goto("/vessels")
    button = page.locator("#in-view tbody button").first
    await button.wait_for(timeout=60_000)
    await walk.until(
        page, "/[A-Za-z]/.test(document.querySelector('#in-view tbody button').textContent)"
    )
    name = await button.inner_text()
    await button.click()
    await expect(page.locator("#ship-card h2")).to_have_text(
        re.compile(re.escape(name), re.IGNORECASE), timeout=60_000
    )


async def test_a_ship_is_found_by_name_and_followed(open_page, copy):
    page = await open_page()
    await page.goto("/vessels")
    await walk.until(page, walk.LIVE_MAP_READY)
    button = page.locator("#in-view tbody button").first
    await button.wait_for(timeout=60_000)
    await walk.until(
        page, "/[A-Za-z]/.test(document.querySelector('#in-view tbody button').textContent)"
    )
    name = await button.inner_text()
    await page.fill("#q", name)
    await page.keyboard.press("Enter")
    await page.locator("#found button").first.click()
    await expect(page.locator("#ship-card h2")).to_have_text(
        re.compile(re.escape(name), re.IGNORECASE)
    )
    await page.click("[data-card=follow]")
    assert await page.get_attribute("[data-card=follow]", "aria-pressed") == "true"


async def choose(page: Page, field: str, typed: str, code: str) -> None:
    """Type what the place is called, go down to the first that is offered, take it."""
    await reach(page, f"#s-{field}-box")
    await page.keyboard.type(typed)
    await page.locator(f"#s-{field}-list [role=option]").first.wait_for()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    assert await page.locator(f"select[name={field}]").input_value() == code


async def reach(page: Page, target: str) -> None:
    """Press Tab until the target has the focus, as somebody without a mouse does; the focus must be
    seen.
    """
    for _ in range(MOST_TABS):
        await page.keyboard.press("Tab")
        if await page.evaluate("(target) => document.activeElement.matches(target)", target):
            outline = "getComputedStyle(document.activeElement).outlineStyle"
            assert await page.evaluate(outline) != "none"
            return
    raise AssertionError(f"{target} cannot be reached by Tab")
