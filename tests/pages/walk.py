"""Steps that several browser tests take: search, choose, fill in, pay."""

import asyncio
import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from playwright.async_api import Page, TimeoutError  # noqa: A004 - Playwright's own

DAY = (datetime.now(UTC) + timedelta(days=6)).date().isoformat()
BACK = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
FAMILY = [
    ("Ada", "Lund", "1990-04-02"),
    ("Bo", "Berg", "1988-11-20"),
    ("Liv", "Lund", "2018-06-09"),
]

# The live map's own module, as the page has loaded it: {fleet, ready}.
LIVE_MAP = """import(document.querySelector('script[src*="vessels/map.js"]').src)"""
# Where the processor draws it, it is a picture until somebody is at the page.
LIVE_MAP_READY = f"""{LIVE_MAP}.then(
    (map) => (dispatchEvent(new Event("pointermove")), map.ready)).then(() => true)"""
SHIPS_ON_THE_MAP = f"{LIVE_MAP}.then((map) => map.fleet.ships(Date.now()))"


def search_url(**more: object) -> str:
    """The results page from Piraeus to Heraklion in six days, for two adults."""
    return "/ferries?" + urlencode(
        {"from": "GRPIR", "to": "GRHER", "date": DAY, "adults": 2, **more}
    )


async def choose_first(page: Page) -> None:
    """Take the first sailing that can be booked."""
    await page.locator("button[name=out]").first.click()
    await page.wait_for_url("**/bookings/new?**")


async def fill_in(page: Page, *, vehicle: bool = False) -> None:
    """The booking form, for as many of the family as it asks for."""
    people = await page.locator("[name$=-given_name]").count()
    for number, (given, family, born) in enumerate(FAMILY[:people]):
        await page.fill(f"[name=passengers-{number}-given_name]", given)
        await page.fill(f"[name=passengers-{number}-family_name]", family)
        await page.fill(f"[name=passengers-{number}-birth_date]", born)
    if vehicle:
        await page.fill("[name=vehicles-0-plate]", "ABC 123")
    await page.fill("[name=contact-email]", "ada@example.org")
    await page.check("[name=terms]")


async def pay(page: Page) -> None:
    """From the sandbox's payment page, with its test card, to the ticket."""
    await page.locator("button[value=pay]").click()
    await confirmed(page)


async def confirmed(page: Page) -> None:
    """Until the ticket is there, where the page leads by itself; look again now and then."""
    await page.wait_for_url(re.compile("/bookings/"))
    ticket = page.locator("article.ticket").first
    for _ in range(12):
        with suppress(TimeoutError):
            return await ticket.wait_for(timeout=10_000)
        await page.reload()
    raise AssertionError(f"no ticket at {page.url}")


async def sign_in(page: Page, password: str, email: str = "admin@maritime.example") -> None:
    """Into the pages for staff."""
    await page.goto("/sign-in")
    await page.fill("[name=email]", email)
    await page.fill("[name=password]", password)
    await page.locator("main form button[type=submit]").click()
    await page.locator("nav.tabs").wait_for()


async def until(page: Page, expression: str, seconds: float = 60.0) -> None:
    """Ask again and again until it is true: the pages' own policy forbids what wait_for_function
    does.
    """
    async with asyncio.timeout(seconds):
        while not await page.evaluate(expression):
            await asyncio.sleep(0.1)


async def add_person(page: Page, name: str, email: str, role: str) -> str:
    """Add a person; the password that is shown."""
    await page.goto("/admin/staff/new")
    await page.fill("[name=name]", name)
    await page.fill("[name=email]", email)
    await page.select_option("[name=role]", role)
    await page.get_by_role("button", name="Add").click()
    return await page.locator("#secret").input_value()
