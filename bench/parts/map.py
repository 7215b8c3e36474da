"""What ships cost the live map in a browser: the same views with 60,000 ships and with a mute
socket, at rest and dragged.

Without a graphics card WebGL is drawn by the processor, so that only what the ships add tells
something.
"""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import numpy as np
from playwright.async_api import Browser, CDPSession, Page

from bench.map_clients import places
from bench.report import Report
from bench.running_copy import chromium
from bench.stage import Measured, Stage
from maritime_app import clock
from maritime_app.resources import Resources
from maritime_app.vessels.codes.ship_types import ShipGroup
from maritime_app.vessels.live import live_store, packed_report
from maritime_app.vessels.model import FeedHealth, FeedState, Known, Particulars, Source

SHIPS, IN_HARBOUR = 60_000, 3_000
HARBOUR = (51.95, 4.10)
VIEWS = {
    "world": "1/20/10",
    "harbour": f"13/{HARBOUR[0]}/{HARBOUR[1]}",
    "quay": f"15.5/{HARBOUR[0]}/{HARBOUR[1]}",
}
_ROUNDS = 2
_EPOCH = 1
_A_SECOND = 600
_SETTLE_SECONDS, _REST_SECONDS, _DRAGS = 5.0, 4.0, 40
_LOADED_WITHIN_MS = 60_000
_HAS_SHIPS = "() => /[1-9]/.test(document.getElementById('count').textContent)"
_WATCH = """() => {
  window.seen = { frames: [], tasks: [0] };
  let last = performance.now();
  const frame = (now) => {
    window.seen.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  new PerformanceObserver((list) => {
    window.seen.tasks.push(...list.getEntries().map((task) => task.duration));
  }).observe({ type: "longtask" });
}"""
_READ = """() => {
  const { frames, tasks } = window.seen;
  [window.seen.frames, window.seen.tasks] = [[], [0]];
  return [frames, Math.max(...tasks)];
}"""


class Look(NamedTuple):
    """What was seen of a view in milliseconds: the median interval of frames, the longest task of
    the page's thread, and its processor time for a second at rest or a frame that is dragged.
    """

    rest: float
    rest_task: float
    rest_cpu: float
    drag: float
    drag_task: float
    drag_cpu: float


class Fleet:
    """Ships round 150 waters, and so many of them in one harbour, most of those at rest."""

    def __init__(self) -> None:
        self._dice = dice = np.random.default_rng(5)
        waters = np.array(places())[dice.integers(0, 150, SHIPS)]
        spread = np.where(np.arange(SHIPS) < IN_HARBOUR, 0.04, 0.8)
        waters[:IN_HARBOUR] = HARBOUR
        self.lat = np.clip(waters[:, 0] + dice.normal(0, 1, SHIPS) * spread, -80, 80)
        self.lon = np.clip(waters[:, 1] + dice.normal(0, 1.5, SHIPS) * spread, -179, 179)
        at_rest = dice.random(SHIPS) < np.where(np.arange(SHIPS) < IN_HARBOUR, 0.85, 0.5)
        self.rows = np.zeros(SHIPS, packed_report.DTYPE)
        self.rows["key"] = 211_000_000 + np.arange(SHIPS)
        self.rows["source"] = Source.AISSTREAM
        self.rows["cog"] = dice.integers(0, 3_600, SHIPS)
        self.rows["heading"] = self.rows["cog"] // 10
        self.rows["sog"] = np.where(at_rest, 0, dice.integers(30, 200, SHIPS))
        self.rows["group"] = dice.integers(ShipGroup.PASSENGER, ShipGroup.SERVICE, SHIPS)
        self._sailed_ms = np.full(SHIPS, clock.epoch_ms())

    async def introduce(self, res: Resources) -> None:
        """Say where all are, and of those in the harbour how they are called and how large."""
        await self._report(res, np.arange(SHIPS))
        now_ms = clock.epoch_ms()
        known = [
            (211_000_000 + number, Known(_particulars(number), Source.AISSTREAM, now_ms))
            for number in range(IN_HARBOUR)
        ]
        await live_store.write_batch(res.redis_cache, _EPOCH, now_ms, [], known)

    async def sail(self, res: Resources) -> None:
        """Half of the reports from the harbour, half from everywhere."""
        while True:
            half = _A_SECOND // 2
            chosen = [self._dice.choice(each, half, False) for each in (IN_HARBOUR, SHIPS)]
            await self._report(res, np.unique(np.concatenate(chosen)))
            now_ms = clock.epoch_ms()
            health = FeedHealth(FeedState.LIVE, last_position_ms=now_ms)
            await live_store.write_health(
                res.redis_cache, _EPOCH, now_ms, health=health, under_way=[]
            )
            await asyncio.sleep(1)

    async def _report(self, res: Resources, which: np.ndarray) -> None:
        now_ms = clock.epoch_ms()
        degrees = self.rows["sog"][which] / 10 / 60 * (now_ms - self._sailed_ms[which]) / 3_600_000
        course = np.radians(self.rows["cog"][which] / 10)
        self.lat[which] += degrees * np.cos(course)
        self.lon[which] += degrees * np.sin(course)
        self._sailed_ms[which] = now_ms
        self.rows["at_ms"][which] = now_ms
        self.rows["lat"][which], self.rows["lon"][which] = (
            self.lat[which] * 1e7,
            self.lon[which] * 1e7,
        )
        reports = [
            live_store.StoredReport(Source.AISSTREAM, int(row["key"]), row.tobytes())
            for row in self.rows[which]
        ]
        await live_store.write_batch(res.redis_cache, _EPOCH, now_ms, reports, [])


def _particulars(number: int) -> Particulars:
    bow, beam = 20 + number % 140, 4 + number % 14
    return Particulars(
        name=f"HARBOUR {number}",
        ship_type=70,
        to_bow_m=bow,
        to_stern_m=bow // 3,
        to_port_m=beam,
        to_starboard_m=beam,
    )


async def measure(here: Stage) -> Report:
    """Every view with and without ships in turn."""
    report = Report(
        "map", f"{SHIPS:,} ships on the live map, {IN_HARBOUR:,} of them in one harbour"
    )
    looks: dict[tuple[str, bool], list[Look]] = {}
    async with (
        here.resources() as res,
        _sailing(res),
        here.run([sys.executable, "-m", "bench.map_server"], pinned=False) as ours,
        chromium() as browser,
    ):
        for _ in range(_ROUNDS):
            for view, address in VIEWS.items():
                for mute in (True, False):
                    look = await _look(browser, ours, address, mute=mute)
                    looks.setdefault((view, mute), []).append(look)
    for view in VIEWS:
        _tell(report, view, looks[view, False], looks[view, True])
    return report


@asynccontextmanager
async def _sailing(res: Resources) -> AsyncIterator[None]:
    fleet = Fleet()
    await fleet.introduce(res)
    sailing = asyncio.create_task(fleet.sail(res))
    try:
        yield
    finally:
        sailing.cancel()
    if sailing.done() and not sailing.cancelled():
        sailing.result()


async def _look(browser: Browser, ours: Measured, view: str, *, mute: bool) -> Look:
    context = await browser.new_context(viewport={"width": 800, "height": 500})
    page = await context.new_page()
    try:
        if mute:
            await page.route_web_socket(re.compile("/vessels/live"), lambda _: None)
        await page.goto(f"http://127.0.0.1:{ours.port}/vessels#{view}", wait_until="load")
        await page.mouse.move(400, 250)  # without a sign of a person it stays a picture
        await page.wait_for_selector("#chart canvas.maplibregl-canvas")
        if not mute:
            await page.wait_for_function(_HAS_SHIPS, polling=500, timeout=_LOADED_WITHIN_MS)
        await asyncio.sleep(_SETTLE_SECONDS)
        return await _watched(page)
    finally:
        await context.close()


async def _watched(page: Page) -> Look:
    chrome = await page.context.new_cdp_session(page)
    await chrome.send("Performance.enable", {"timeDomain": "threadTicks"})
    await page.evaluate(_WATCH)
    busy = await _busy(chrome)
    await asyncio.sleep(_REST_SECONDS)
    busy = await _busy(chrome) - busy
    rest, rest_task = await page.evaluate(_READ)
    rest_cpu, busy = 1000 * busy / _REST_SECONDS, await _busy(chrome)
    await page.mouse.down()
    for step in range(_DRAGS):
        await page.mouse.move(400 + 4 * (step % 30), 250 + 2 * (step % 20))
        await asyncio.sleep(0.05)
    await page.mouse.up()
    drag, drag_task = await page.evaluate(_READ)
    drag_cpu = 1000 * (await _busy(chrome) - busy) / max(1, len(drag))
    rest_ms, drag_ms = float(np.median(rest)), float(np.median(drag))
    return Look(rest_ms, rest_task, rest_cpu, drag_ms, drag_task, drag_cpu)


async def _busy(chrome: CDPSession) -> float:
    """Seconds of processor time of the page's own thread so far."""
    told = await chrome.send("Performance.getMetrics")
    return float(next(each["value"] for each in told["metrics"] if each["name"] == "TaskDuration"))


def _tell(report: Report, view: str, ships: list[Look], without: list[Look]) -> None:
    for field in Look._fields:
        name = f"{view}: {field.replace('_', ', ')}"
        ours = report.figure(f"{name}, ships", "ms", [getattr(look, field) for look in ships])
        bare = report.figure(f"{name}, without", "ms", [getattr(look, field) for look in without])
        if field in ("rest", "drag"):
            report.at_most(report.ratio(f"{name}, ships / without", ours, bare), 2)
        elif field.endswith("task"):
            more = [one - other for one, other in zip(ours.values, bare.values, strict=True)]
            report.at_most(report.figure(f"{name}, more with ships", "ms", more), 200)
