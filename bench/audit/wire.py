"""How many bytes a page and all it loads are on the wire for a browser that has never been here."""

from dataclasses import dataclass

from playwright.async_api import Browser, CDPSession, Page

from bench.running_copy import Copy

KILOBYTE = 1000


@dataclass(frozen=True)
class Weight:
    """A page's bytes with everything it loads, and in how many requests."""

    name: str
    bytes_on_wire: int
    requests: int
    most_bytes: int | None


async def weigh(
    browser: Browser, copy: Copy, name: str, path: str, most_bytes: int | None
) -> Weight:
    """Load the page with an empty cache until the network is quiet."""
    context = await browser.new_context(base_url=copy.url, locale="en")
    page = await context.new_page()
    counted = await _count(page)
    await page.goto(path, wait_until="load")
    await page.wait_for_timeout(2_000)
    await context.close()
    return Weight(name, sum(counted), len(counted), most_bytes)


async def _count(page: Page) -> list[int]:
    counted: list[int] = []
    session: CDPSession = await page.context.new_cdp_session(page)
    session.on("Network.loadingFinished", lambda end: counted.append(int(end["encodedDataLength"])))
    await session.send("Network.enable")
    return counted
