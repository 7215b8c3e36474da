"""The live map in a browser: its search of ports, and ships whose crossings are sold here."""

import re

import pytest
from playwright.async_api import expect

from tests.pages.looks import LOOKS, clean
from tests.pages.walk import LIVE_MAP_READY, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
expect.set_options(timeout=60_000)
_FERRY = 281990901  # one of ferries/demo/world.toml


async def test_it_works(open_page):
    page = await open_page()
    await page.goto("/vessels")
    await until(page, LIVE_MAP_READY)
    await page.locator("#q").fill("pirae")
    await page.locator("#q").press("Enter")
    port = page.locator("#found button", has_text="Piraeus · Port")
    await expect(page.locator('#found a[href="/ports/GRPIR"]')).to_be_visible()
    await port.first.click()
    await expect(page).to_have_url(re.compile(r"#1[12](\.\d+)?/37\.9\d*/23\.6"))
    await expect(page.locator("#found")).to_be_empty()


async def test_a_link_to_a_place_draws_the_map(open_page):
    """Without a graphics card, too, and before anybody moves."""
    page = await open_page()
    await page.goto("/vessels#11/37.94/23.63")
    await expect(page.locator("#chart canvas").first).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
async def test_a_ferrys_card_leads_to_its_next_crossing(open_page, look):
    page = await open_page(**LOOKS[look])
    await page.goto(f"/vessels?ship={_FERRY}")
    await expect(page.locator('#ship-card dd a[href^="/ferries?from="]')).to_be_visible()
    await clean(page)


async def test_so_does_its_page(open_page):
    page = await open_page()
    await page.goto(f"/vessels/{_FERRY}")
    await page.get_by_role("link", name="Book this crossing").click()
    await expect(page).to_have_url(re.compile(r"/ferries\?from="))
