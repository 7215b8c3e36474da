"""How much of the map's blocking time is ours: the page as it is, the same map without our layer
of ships, and the bare chart library with nothing to draw.

Without a graphics card WebGL is drawn by the processor, in the page's own thread: what the third
needs as well is not ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from playwright.async_api import Browser, Page, Route

from bench.running_copy import Copy

_WATCHED_MS = 15_000.0
_NOTE = """
window.blockingMs = 0;
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.blockingMs += Math.max(0, task.duration - 50);
}).observe({ type: "longtask", buffered: true });
"""
_SHIPS = "render: (gl) => this.render(gl),"
_COAST = "await draw(map, urls.coarse);"
# What is taken out of which module, by variant.
_VARIANTS: Mapping[str, Mapping[str, str]] = {
    "as it is": {},
    "without our ships": {"ship_layer.js": _SHIPS},
    "without ships, coast and borders": {"ship_layer.js": _SHIPS, "chart.js": _COAST},
}


@dataclass(frozen=True)
class Blocking:
    """A variant of the map, and the sum of its long tasks beyond 50 ms each (as in TBT)."""

    variant: str
    blocking_ms: float


async def measured(browser: Browser, copy: Copy) -> list[Blocking]:
    """Return the blocking time of each variant over the first fifteen seconds."""
    return [
        Blocking(name, await _blocking_ms(browser, copy, taken_out))
        for name, taken_out in _VARIANTS.items()
    ]


async def _blocking_ms(browser: Browser, copy: Copy, taken_out: Mapping[str, str]) -> float:
    phone = {"width": 412, "height": 823}  # as Lighthouse's
    context = await browser.new_context(base_url=copy.url, locale="en", viewport=phone)
    page = await context.new_page()
    await page.add_init_script(_NOTE)
    for module, part in taken_out.items():
        await _take_out(page, module, part)
    await page.goto("/vessels", wait_until="load")
    await page.mouse.move(200, 200)  # without a sign of a person it stays a picture
    await page.wait_for_timeout(_WATCHED_MS)
    blocking: float = await page.evaluate("window.blockingMs")
    await context.close()
    return blocking


async def _take_out(page: Page, module: str, part: str) -> None:
    async def answer(route: Route) -> None:
        response = await route.fetch()
        text = await response.text()
        if part not in text:
            raise AssertionError(f"{module} has no {part}")
        instead = "render: () => {}," if part == _SHIPS else ""
        await route.fulfill(response=response, body=text.replace(part, instead))

    await page.route(f"**/vessels/{module}*", answer)
