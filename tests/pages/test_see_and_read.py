"""Every page in a real browser: no accessibility violation by axe-core, nothing wider than
a phone.
"""

import asyncio

import pytest

from tests.pages.looks import AXE, LOOKS, RUN_AXE, TOO_WIDE
from tests.pages.walk import BACK, LIVE_MAP_READY, search_url, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PUBLIC = {
    "home": "/",
    "search": "/ferries",
    "results": search_url(children=1, vehicles="car"),
    "results-both-ways": search_url(return_date=BACK),
    "departures": "/ferries/departures?port=GRPIR",
    "find": "/bookings/find",
    "privacy": "/privacy",
    "ports": "/ports",
    "no-ports": "/ports?q=nowhere",
    "port": "/ports/GRPIR",
    "map": "/vessels",
    "ship": "/vessels/{mmsi}",
    "warnings": "/vessels/warnings",
    "port-calls": "/vessels/port-calls",
    "sign-in": "/sign-in",
    "interface": "/api/docs",
    "design": "/design",
    "error": "/nowhere",
}
OF_A_BOOKING = ("form", "booking", "ticket", "trip", "cancel")
STAFF = {
    "dashboard": "/admin",
    "sailing": "/admin/sailings/{sailing}",
    "another-ship": "/admin/sailings/{sailing}/ship",
    "fares": "/admin/sailings/fares",
    "price-list": "/admin/sailings/fares/{fare}",
    "new-price-list": "/admin/sailings/fares/new?operator=AEG",
    "extras": "/admin/sailings/extras",
    "promotions": "/admin/sailings/promotions",
    "tasks": "/admin/tasks",
    "workers": "/admin/tasks/workers",
    "task": "/admin/tasks/{task}",
    "staff": "/admin/staff",
    "new-person": "/admin/staff/new",
    "person": "/admin/staff/{person}",
    "tokens": "/admin/tokens",
    "audit": "/admin/audit",
    "account": "/admin/account",
}
EVERY_PAGE = (*PUBLIC, *OF_A_BOOKING, *STAFF)


async def go(page, journey, name):
    """Open the page by its name above; one of a booking is open in the browser already."""
    if name in OF_A_BOOKING:
        await page.goto(search_url() if name == "form" else getattr(journey, name))
        if name == "form":
            await page.locator("button[name=out]").first.click()
            await page.locator("[name=terms]").wait_for()
    elif name in STAFF:
        found = {
            "task": "tasks",
            "person": "staff",
            "fare": "sailings/fares",
            "sailing": "sailings",
        }
        asked = {one: noun for one, noun in found.items() if f"{{{one}}}" in STAFF[name]}
        ids = {one: await first(page, noun) for one, noun in asked.items()}
        await page.goto(STAFF[name].format(**ids))
        for closed in await page.locator("main details > summary").all():
            await closed.click()
    else:
        mmsi = await first_ship(page) if name == "ship" else 0
        await page.goto(PUBLIC[name].format(mmsi=mmsi))
    if name == "map":
        await until(page, LIVE_MAP_READY)
    if name == "port":
        await page.locator("#departures-here table").wait_for()


async def first(page, noun) -> str:
    """The id of the first line in a list of the staff's pages."""
    await page.goto(f"/admin/{noun}")
    ids = page.locator(f"table.data a[href^='/admin/{noun}/']")
    return (await ids.first.get_attribute("href") or "").rpartition("/")[2]


async def first_ship(page) -> int:
    """A ship that has reported already."""
    async with asyncio.timeout(60):
        while True:
            answer = await page.request.get(
                "/api/vessels/live-positions/?lat_min=-89&lat_max=89&lng_min=-179&lng_max=179"
            )
            if ships := (await answer.json())["vessels"]:
                return int(ships[0]["mmsi"])
            await asyncio.sleep(0.5)


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", EVERY_PAGE)
async def test_axe_finds_nothing_and_all_fits(open_page, administrator, journey, name, look):
    cookies = administrator if name in STAFF else journey.cookies if name in OF_A_BOOKING else None
    page = await open_page(**LOOKS[look], storage_state=cookies)
    await go(page, journey, name)
    assert await page.get_attribute("html", "dir") == ("rtl" if look == "rtl-phone" else "ltr")
    assert await page.evaluate(TOO_WIDE) == 0
    await page.evaluate(AXE.read_text())
    assert await page.evaluate(RUN_AXE) == []


@pytest.mark.parametrize("name", EVERY_PAGE)
async def test_letters_twice_as_large_fit_a_phone(open_page, administrator, journey, name):
    """WCAG 2.2, 1.4.4, in a language of long words."""
    cookies = administrator if name in STAFF else journey.cookies if name in OF_A_BOOKING else None
    page = await open_page(language="el", phone=True, storage_state=cookies)
    await go(page, journey, name)
    await page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert await page.evaluate(TOO_WIDE) == 0


async def test_axe_finds_what_is_wrong(open_page, copy):
    """The control: on a page with a fault, the test above would fail."""
    page = await open_page()
    await page.goto("/")
    await page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    await page.evaluate(AXE.read_text())
    assert any(wrong.startswith("image-alt") for wrong in await page.evaluate(RUN_AXE))


async def test_the_checker_is_not_served(open_page, copy):
    page = await open_page()
    answer = await page.request.get("/static/vendor/axe-core/axe.min.js")
    assert answer.status == 404
