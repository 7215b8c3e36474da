"""A running copy of the product and a browser to look at it, both for the whole run of the browser
tests.
"""

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from maritime_app.infra.embedded.free_port import free_port
from tests.pages import walk

ROOT = Path(__file__).resolve().parents[2]
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # WebGL for the map in software. With --use-gl=angle all pages would be drawn that way, at twice
    # the time.
    "--enable-unsafe-swiftshader",
]
REFUSED = "Content Security Policy"  # every browser's words when a policy is broken
OpenPage = Callable[..., Awaitable[Page]]


@dataclass(frozen=True, slots=True)
class Copy:
    """Where the running copy answers, and what it printed once."""

    url: str
    password: str


@dataclass(frozen=True, slots=True)
class Journey:
    """Pages of one confirmed booking, open in a browser that has these `cookies`."""

    booking: str
    ticket: str
    trip: str
    cancel: str
    cookies: Any


@pytest.fixture(scope="package")
async def browser(start_once: Callable[[str], None]) -> AsyncIterator[Browser]:
    """Chromium without a window; without one here the test is skipped and says so."""
    chromium = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if chromium is None:
        pytest.skip(
            "there is no Chromium here: install it (Debian: apt-get install chromium) to run this"
        )
    start_once("browser")
    async with async_playwright() as play:
        started = await play.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        await started.close()


@pytest.fixture(scope="package")
async def copy(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Copy]:
    """The product with every role, as `make run` starts it."""
    # `make test` counts what is reached by way of the pages as well.
    is_counted = "tests.coverage_report" in sys.modules
    command = (sys.executable, *(("-m", "tests.covered_copy") if is_counted else ("run.py",)))
    ports = [free_port() for _ in range(3)]
    names = ("PORT", "SANDBOX_PORT", "SANDBOX_SMTP_PORT")
    environ = os.environ | dict(zip(names, map(str, ports), strict=True))
    environ |= {"VAR_DIR": str(tmp_path_factory.mktemp("pages")), "MARITIME_LOG_LEVEL": "ERROR"}
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=environ, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    said = ""
    async with asyncio.timeout(240):
        while "Ctrl-C" not in said:
            line = await process.stdout.readline()
            assert line, "the copy did not start"
            said += line.decode()
    password = re.search(r"password\s+(\S+)", said)
    rest = asyncio.create_task(process.stdout.read())  # a full pipe would stop the copy
    yield Copy(f"http://127.0.0.1:{ports[0]}", password[1] if password else "")
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(60):
        await process.wait()
        await rest


@pytest.fixture
async def open_page(browser: Browser, copy: Copy) -> AsyncIterator[OpenPage]:
    """Opens pages, each in a browser profile of its own, in a language, on a phone, with
    Playwright's other options.

    What its scripts complain about, or the browser refuses by the content security policy, fails
    the test at its end.
    """
    profiles, complaints = [], []

    def refused(said: ConsoleMessage) -> None:
        if REFUSED in said.text:
            complaints.append(said.text)

    async def opened(language: str = "en", *, phone: bool = False, **options: Any) -> Page:
        size: Any = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 900}
        profile = await browser.new_context(
            locale=language, base_url=copy.url, viewport=size, **options
        )
        profiles.append(profile)
        page = await profile.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", refused)
        return page

    yield opened
    for profile in profiles:
        await profile.close()
    assert complaints == []


@pytest.fixture(scope="package")
async def administrator(browser: Browser, copy: Copy) -> Any:
    """Cookies of the administrator, signed in once; pass them to `open_page` as storage_state."""
    profile = await browser.new_context(locale="en", base_url=copy.url)
    await walk.sign_in(await profile.new_page(), copy.password)
    cookies = await profile.storage_state()
    await profile.close()
    return cookies


@pytest.fixture(scope="package")
async def journey(browser: Browser, copy: Copy) -> Journey:
    """A family's confirmed booking there, with a car, on the far side of the payment page."""
    profile = await browser.new_context(locale="en", base_url=copy.url)
    page = await profile.new_page()
    await page.goto(walk.search_url(children=1, vehicles="car"))
    await walk.choose_first(page)
    await walk.fill_in(page, vehicle=True)
    await page.get_by_role("button", name="Hold places and pay").click()
    await walk.pay(page)
    booking = page.url.partition("/ticket")[0]
    await page.goto(booking)

    async def link(name: str) -> str:
        href = await page.get_by_role("link", name=name).get_attribute("href") or ""
        return copy.url + href if href.startswith("/") else href

    ticket, cancel = [await link(name) for name in ("Show ticket", "Cancel this booking")]
    await page.get_by_role("button", name="Make a link").click()
    trip = await page.locator(".share-link").get_attribute("href") or ""
    cookies = await profile.storage_state()
    await profile.close()
    return Journey(booking, ticket, trip, cancel, cookies)
