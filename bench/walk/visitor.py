"""Somebody at a browser: what they click and fill in is counted, what they see is photographed and
looked over.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Response,
    TimeoutError,  # noqa: A004
)

from bench.running_copy import Copy
from bench.walk.looks import Look

PATIENCE_MS = 60_000.0
# What the browser says of answers that the walk asks for on purpose (a form with a mistake in it).
_MEANT = re.compile(r"status of 4\d\d")
_SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# What reaches out of the window, from the inside out.
_TOO_WIDE = """() => [...document.querySelectorAll("main *")].filter((one) => {
  const box = one.getBoundingClientRect();
  return box.right > document.documentElement.clientWidth + 1 || box.left < -1;
}).slice(-3).map((one) => one.outerHTML.slice(0, 80).replace(/\\s+/g, " "))"""
# Text that its box hides. What is to be hidden (for screen readers) is one pixel large; what ends
# in "..." or has a box to scroll in was meant to.
_CUT_OFF = """() => {
  const wall = (one) => {
    for (let box = one; box; box = box.parentElement) {
      const style = getComputedStyle(box);
      if (style.textOverflow === "ellipsis" || style.overflowX === "auto") return null;
      if (style.overflowX === "hidden" || style.overflowX === "clip") return box;
    }
    return null;
  };
  const cut = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode, around = text.parentElement;
    if (!text.data.trim() || !around.checkVisibility()) continue;
    if (around.closest(".visually-hidden, [aria-hidden=true]")) continue;
    const box = wall(around)?.getBoundingClientRect();
    if (!box || box.width < 2) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    const its = range.getBoundingClientRect();
    const isOut = its.left < box.left - 1 || its.right > box.right + 1;
    if (isOut) cut.push(text.data.trim().slice(0, 60));
  }
  return cut;
}"""

# On a photograph of a whole page, what sticks to the window would cover what is below it. (A style
# sheet of ours would break the pages' policy, and the walk is to see what breaks it.)
_STICK = """(position) => document.querySelectorAll(".continue-bar, .sticky, .price-bar")
  .forEach((one) => { one.style.position = position; })"""


Inspection = Callable[[Page], Awaitable[list[str]]]


@dataclass
class Visitor:
    """One browser window; `inspections` look at every page that is photographed."""

    page: Page
    copy: Copy
    look: Look
    folder: Path
    clicks: int = 0
    fields: int = 0
    pages: int = 0
    faults: list[str] = field(default_factory=list)
    inspections: Sequence[Inspection] = ()
    _taken: int = 0

    def watch(self) -> None:
        """Note what goes wrong from now on."""
        self.page.set_default_timeout(PATIENCE_MS)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("console", self._said)
        self.page.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _MEANT.search(message.text):
            self.faults.append(f"console: {message.text[:200]}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} at {response.url}")
        if response.request.is_navigation_request() and response.status < 300:
            self.pages += 1

    async def go(self, path: str) -> None:
        """Open an address, as from a bookmark: no click."""
        await self.page.goto(path if path.startswith("http") else self.copy.url + path)

    async def click(self, selector: str) -> None:
        """Click the first that is there; one click."""
        self.clicks += 1
        await self.page.locator(selector).first.click()

    async def fill(self, selector: str, text: str) -> None:
        """Fill a field in, or choose from its list."""
        self.fields += 1
        target = self.page.locator(selector).first
        if await target.evaluate("(one) => one.tagName") == "SELECT":
            await target.select_option(text)
        else:
            await target.fill(text)

    async def tick(self, selector: str) -> None:
        """Tick a box."""
        self.fields += 1
        await self.page.locator(selector).first.check()

    async def port(self, name: str, typed: str, code: str) -> None:
        """Choose a port: typed where there are scripts, else from the list."""
        if not self.look.scripts:
            await self.fill(f"select[name={name}]", code)
            return
        self.fields += 1
        box = self.page.locator(f"#s-{name}-box")
        await box.click()
        await box.press_sequentially(typed)
        await self.page.locator(f"#s-{name}-list [role=option]").first.wait_for()
        await box.press("ArrowDown")
        await box.press("Enter")
        chosen = await self.page.locator(f"select[name={name}]").input_value()
        if chosen != code:
            self.faults.append(f"{typed!r} chose {chosen}")

    async def until(self, selector: str, *, rounds: int = 12) -> None:
        """Wait until it is there; without scripts, look again now and then, as people do."""
        there = self.page.locator(selector).first
        for _ in range(rounds):
            with suppress(TimeoutError):
                return await there.wait_for(timeout=10_000)
            await self.page.reload()
        raise AssertionError(f"no {selector} at {self.page.url}")

    async def shoot(self, name: str, *, settle_ms: float = 0, whole: bool = True) -> None:
        """Photograph the page under a number and a name, and look it over."""
        try:
            await self._look_over(name, settle_ms, whole=whole)
        except Error as error:
            if "context was destroyed" not in str(error):
                raise
            # A page that fills without scripts comes again by itself: look at what has come.
            await self._look_over(name, settle_ms, whole=whole)

    async def _look_over(self, name: str, settle_ms: float, *, whole: bool) -> None:
        await self.page.wait_for_load_state("load")
        await self.page.wait_for_timeout(settle_ms)
        if wider := await self.page.evaluate(_SIDEWAYS):
            who = await self.page.evaluate(_TOO_WIDE)
            self.faults.append(f"{name} is {wider} px too wide: {who}")
        if self.look.scripts:
            self.faults += [
                f"{name} cuts off {text!r}" for text in await self.page.evaluate(_CUT_OFF)
            ]
        for inspect in self.inspections:
            self.faults += [f"{name}: {found}" for found in await inspect(self.page)]
        self._taken += 1
        path = self.folder / f"{self._taken:02d}-{name}.png"
        if whole:
            await self.page.evaluate(_STICK, "static")
        await self.page.screenshot(path=path, full_page=whole)
        if whole:
            await self.page.evaluate(_STICK, "")


@asynccontextmanager
async def visitor(
    browser: Browser, copy: Copy, look: Look, folder: Path, **more: Any
) -> AsyncIterator[Visitor]:
    """Open a window of its own: no cookies, nothing kept."""
    folder.mkdir(parents=True, exist_ok=True)
    context = await browser.new_context(base_url=copy.url, **{**look.options, **more})
    try:
        opened = Visitor(await context.new_page(), copy, look, folder)
        opened.watch()
        yield opened
    finally:
        await context.close()
