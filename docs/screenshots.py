"""Photograph the pages of a fresh copy: those that README.md shows into docs/screenshots, cut to
one size.

With --all every page in its full length, on desk and phone, light and dark, into build/screenshots:
to be looked at.
"""

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
EVERYTHING = "--all" in sys.argv
OUT = ROOT / ("build" if EVERYTHING else "docs") / "screenshots"
SHOWN = (
    "home",
    "search",
    "booking-form",
    "booking-confirmed",
    "ticket",
    "map",
    "port",
    "dashboard",
    "home-rtl",
)
SHOWN_HEIGHT = 1180
DAY = (date.today() + timedelta(days=6)).isoformat()  # noqa: DTZ011 - any day within the timetable does
BACK = (date.today() + timedelta(days=9)).isoformat()  # noqa: DTZ011
FLAGS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]  # fmt: skip


def main() -> int:
    """Start a copy, walk through it, end it.

    Names of pages that could not be taken are printed at the end.
    """
    chromium = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if chromium is None:
        print("no Chromium here: install it, or run `make test` once where apt-get is allowed")
        return 1
    OUT.mkdir(parents=True, exist_ok=True)
    missed: list[str] = []
    with running_copy() as (address, password), sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=FLAGS)
        for walk in (travel, look_around, operate):
            try:
                walk(browser, address, password)
            except Exception as error:  # noqa: BLE001 - the other walks are still worth taking
                missed.append(f"{walk.__name__}: {error}")
        browser.close()
    print("\n".join(missed) or f"all taken: {OUT.relative_to(ROOT)}")
    return 1 if missed else 0


@contextlib.contextmanager
def running_copy() -> Iterator[tuple[str, str]]:
    """A copy with its own data on a free port: its address and the first administrator's
    password.
    """
    with tempfile.TemporaryDirectory(prefix="shots-") as var_dir:
        env = {**os.environ, "VAR_DIR": var_dir, "PORT": "0", "PYTHONUNBUFFERED": "1"}
        copy = subprocess.Popen(
            [sys.executable, "run.py"],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            yield read_where(copy)
        finally:
            copy.terminate()
            copy.wait(15)


def read_where(copy: "subprocess.Popen[str]") -> tuple[str, str]:
    """What the copy says of itself when it is up."""
    assert copy.stdout is not None
    address = password = ""
    for line in copy.stdout:
        if found := re.search(r"pages\s+(http://\S+?)/?$", line):
            address = found[1]
        if found := re.search(r"password\s+(\S+)", line):
            password = found[1]
        if "Ctrl-C" in line:
            break
    if not address:
        raise RuntimeError("the copy did not start; `make run` shows why")
    return address, password


def travel(browser: Browser, address: str, _password: str) -> None:
    """Search, book, pay, travel."""
    page = desk(browser)
    page.goto(
        f"{address}/ferries?from=GRPIR&to=GRHER&date={DAY}&return_date={BACK}&adults=2&children=1&vehicles=car"
    )
    shoot(page, "search")
    for way in ("out", "back"):
        page.locator(f"input[name={way}]").first.check()
    page.get_by_role("button", name="Continue").click()
    fill_in(page)
    shoot(page, "booking-form")
    page.get_by_role("button", name="Hold places and pay").click()
    shoot(page, "booking-held")
    page.get_by_role("link", name=re.compile("^Pay")).click()
    shoot(page, "payment")
    page.locator("button[value=pay]").click()  # the sandbox has filled in a card
    page.get_by_role("link", name="Show ticket").wait_for(timeout=40_000)
    shoot(page, "booking-confirmed")
    booking = page.url
    page.get_by_role("link", name="Show ticket").click()
    shoot(page, "ticket")
    page.goto(booking)
    page.get_by_role("button", name="Make a link").click()
    page.locator(".share-link").click()
    shoot(page, "trip")
    page.goto(booking)
    page.get_by_role("link", name="Cancel this booking").click()
    shoot(page, "cancel")


def fill_in(page: Page) -> None:
    """The booking form, for a family."""
    for number, (given, family, born) in enumerate(
        [("Ada", "Lund", "1990-04-02"), ("Bo", "Berg", "1988-11-20"), ("Liv", "Lund", "2018-06-09")]
    ):
        page.fill(f"[name=passengers-{number}-given_name]", given)
        page.fill(f"[name=passengers-{number}-family_name]", family)
        page.fill(f"[name=passengers-{number}-birth_date]", born)
    page.fill("[name=vehicles-0-plate]", "ABC 123")
    page.fill("[name=contact-email]", "ada@example.org")
    page.check("[name=terms]")


def look_around(browser: Browser, address: str, _password: str) -> None:
    """The pages that need nothing, on a desk, on a phone, in the dark, from right to left."""
    page = desk(browser)
    for name, path, settle_ms in (
        ("home", "/", 0),
        ("map", "/vessels", 7000),
        ("ports", "/ports", 500),
        ("port", "/ports/GRPIR", 1500),
        ("departures", "/ferries/departures?port=GRPIR", 0),
        ("find", "/bookings/find", 0),
        ("missing", "/nowhere", 0),
    ):
        page.goto(address + path)
        page.wait_for_timeout(settle_ms)
        shoot(page, name, whole=name != "map")
    phone = opened(
        browser, viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True
    )
    dark = opened(browser, viewport={"width": 1280, "height": 900}, color_scheme="dark")
    search = f"/ferries?from=GRPIR&to=GRHER&date={DAY}&adults=1"
    for name, path in (("home", "/"), ("search", search)):
        for kind, other in (("phone", phone), ("dark", dark)):
            other.goto(address + path)
            shoot(other, f"{name}-{kind}")
    page.goto(address + "/?lang=ar")
    shoot(page, "home-rtl")


def operate(browser: Browser, address: str, password: str) -> None:
    """What staff see."""
    page = desk(browser)
    page.goto(address + "/admin/tasks")
    if page.locator("[name=password]").count() == 0:
        page.goto(address + "/sign-in?next=/admin/tasks")
    shoot(page, "sign-in")
    page.fill("[name=email]", "admin@maritime.example")
    page.fill("[name=password]", password)
    page.locator("main form button[type=submit]").click()
    shoot(page, "tasks")
    page.locator("table.data a").first.click()
    shoot(page, "task")
    for name, path in (
        ("dashboard", ""),
        ("staff", "/staff"),
        ("tokens", "/tokens"),
        ("audit", "/audit"),
    ):
        page.goto(f"{address}/admin{path}")
        shoot(page, name)


def desk(browser: Browser) -> Page:
    """A page as on a laptop."""
    return opened(browser, viewport={"width": 1280, "height": 900})


def opened(browser: Browser, **how: Any) -> Page:
    """A page that takes a style of ours, too, which its own policy forbids."""
    return browser.new_page(bypass_csp=True, **how)


def shoot(page: Page, name: str, *, whole: bool = True) -> None:
    """One photograph; a page that scrolls sideways is a fault of ours."""
    if not (EVERYTHING or name in SHOWN):
        return
    page.wait_for_load_state("load")
    wider = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    if wider > 0:
        print(f"{name} is {wider} px too wide")
    # On a photograph of the whole page, what sticks to the window would cover what is below it.
    page.add_style_tag(content=".continue-bar, .sticky { position: static !important }")
    page.screenshot(path=OUT / f"{name}.png", full_page=whole)
    taken = Image.open(OUT / f"{name}.png").convert("RGB")
    if not EVERYTHING:
        taken = taken.crop((0, 0, taken.width, min(taken.height, SHOWN_HEIGHT)))
    taken.quantize(256).save(OUT / f"{name}.png", optimize=True)


if __name__ == "__main__":
    sys.exit(main())
