"""Run it: `make audit`, or `make audit ARGS="--only wire --only axe"`.

Exit code 0 when every limit was kept, else 1.
"""

import argparse
import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from playwright.async_api import Browser

from bench.audit import inspections, lighthouse, map_control, wire
from bench.audit.lighthouse import Target
from bench.running_copy import ROOT, Copy, chromium, running_copy
from bench.stopping import until_stopped
from bench.walk import around, journey
from bench.walk.looks import LOOKS, Look
from bench.walk.visitor import Visitor, visitor

_PARTS = ("wire", "axe", "map", "lighthouse")
_WALKS = {"journey": journey.walk, "around": around.walk, "staff": around.staff_walk}
_WALK_SECONDS = 600.0
_BY_NAME = {look.name: look for look in LOOKS}
# Contrast in the light and in the dark; what is laid out for a phone, in the other direction.
_LOOKS = (_BY_NAME["desktop"], _BY_NAME["dark"], _BY_NAME["arabic"])
_RESULTS = f"/ferries?from=GRPIR&to=GRHER&date={journey.DAY}&adults=1"
_WEIGHED = (
    ("home", "/", 25 * wire.KILOBYTE),
    ("results", _RESULTS, 30 * wire.KILOBYTE),
    ("port", "/ports/GRPIR", None),
    ("map", "/vessels", None),
)


def arguments() -> argparse.Namespace:
    """Everything has a default."""
    parser = argparse.ArgumentParser(prog="python -m bench.audit", description=__doc__)
    parser.add_argument("--only", action="append", choices=_PARTS, help="these parts and no others")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "audit")
    return parser.parse_args()


async def run(args: argparse.Namespace) -> int:
    """Start a copy and a browser, measure, print; return how it ends."""
    parts = args.only or _PARTS
    faults: list[str] = []
    async with running_copy() as copy, chromium() as browser:
        if "wire" in parts:
            faults += await _weighed(browser, copy)
        if "axe" in parts:
            for look in _LOOKS:
                faults += await _inspected(browser, copy, look, args.folder)
        if "map" in parts:
            for found in await map_control.measured(browser, copy):
                print(f"map  {found.blocking_ms:6.0f} ms of blocking  {found.variant}", flush=True)
        if "lighthouse" in parts:
            faults += await _scored(browser, copy, args.folder)
    print(f"{len(faults)} limits missed")
    return 1 if faults else 0


async def _weighed(browser: Browser, copy: Copy) -> list[str]:
    faults = []
    # The first to ask for a page pays for its figures: what is weighed is what everybody gets.
    for name, path, most_bytes in (*_WEIGHED, *_WEIGHED):
        weight = await wire.weigh(browser, copy, name, path, most_bytes)
        most = weight.most_bytes
        if most is not None and weight.bytes_on_wire >= most:
            faults.append(f"{name} is {weight.bytes_on_wire} bytes")
        kilobytes = weight.bytes_on_wire / wire.KILOBYTE
        limit = f"below {most / wire.KILOBYTE:.0f}" if most else ""
        print(f"wire  {name:<8} {kilobytes:7.1f} KB in {weight.requests} requests  {limit}")
    return faults


async def _inspected(browser: Browser, copy: Copy, look: Look, folder: Path) -> list[str]:
    faults = []
    for part, walk in _WALKS.items():
        async with visitor(browser, copy, look, folder / look.name / part) as walker:
            await inspections.watch(walker.page.context, copy, walker.faults)
            walker.inspections = (inspections.accessibility, inspections.stability)
            try:
                async with asyncio.timeout(_WALK_SECONDS):
                    await walk(walker)
            except Exception as error:  # the other walks are still worth inspecting
                walker.faults.append(f"stopped at {walker.page.url}: {str(error).splitlines()[0]}")
        found = list(dict.fromkeys(walker.faults))
        for fault in found or [""]:
            print(
                f"{'FOUND' if fault else 'held':<5}  {look.name:<8} {part:<8} {fault}", flush=True
            )
        faults += found
    return faults


async def _scored(browser: Browser, copy: Copy, folder: Path) -> list[str]:
    program = await lighthouse.installed()
    if program is None:
        return ["Lighthouse could not be installed"]
    faults = []
    async with visitor(browser, copy, LOOKS[0], folder / "lighthouse") as someone:
        targets = await _targets(someone)
    for target in targets:
        result = await lighthouse.scores(program, target)
        by_category = "  ".join(f"{name} {value}" for name, value in result.by_category.items())
        print(f"lighthouse  {target.name:<8} {by_category}  at least {target.least}", flush=True)
        faults += [f"lighthouse {target.name}: {missed}" for missed in result.missed]
    return faults


async def _targets(someone: Visitor) -> list[Target]:
    """Book a journey on the way: its form and its ticket are measured as they were. The addresses
    of the others are those of the site map.
    """
    await journey.search(someone)
    form = Target("form", someone.page.url, 95, is_indexed=False)
    await journey.fill_in(someone)
    await someone.click("#booking-form aside .btn.go")
    await journey.pay(someone)
    base = someone.copy.url
    kept = await someone.page.context.cookies(base)
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in kept)
    ticket = someone.page.url.partition("?")[0]
    return [
        Target("home", base + "/?lang=en", 95),
        Target("results", base + _RESULTS, 95),
        replace(form, cookies=cookies),
        Target("ticket", ticket, 95, is_indexed=False, cookies=cookies),
        Target("port", base + "/ports/GRPIR?lang=en", 95),
        Target("map", base + "/vessels?lang=en", 90),
    ]


if __name__ == "__main__":
    sys.exit(until_stopped(lambda: asyncio.run(run(arguments()))))
