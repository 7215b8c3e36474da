"""Run it: `make walk`, or `make walk ARGS="--look phone --part journey"`.

Walked in every look and part, it renews the sheets in docs/walk.
Exit code 0 when every step went through and nothing was wrong, else 1.
"""

import argparse
import asyncio
import shutil
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from playwright.async_api import Browser, Error

from bench.running_copy import ROOT, Copy, chromium, running_copy
from bench.stopping import until_stopped
from bench.walk import around, film, journey, pictures, tasks
from bench.walk.looks import LOOKS, Look
from bench.walk.visitor import Visitor, visitor

_PARTS: dict[str, Callable[[Visitor], Awaitable[None]]] = {
    "journey": journey.walk,
    "around": around.walk,
    "staff": around.staff_walk,
}
_PART_SECONDS = 420.0


def arguments() -> argparse.Namespace:
    """Everything has a default."""
    parser = argparse.ArgumentParser(prog="python -m bench.walk", description=__doc__)
    names = [look.name for look in LOOKS]
    parser.add_argument("--look", action="append", choices=names, help="these looks and no others")
    parts = [*_PARTS, "tasks"]
    parser.add_argument("--part", action="append", choices=parts, help="these parts and no others")
    parser.add_argument("--readme", action="store_true", help="renew the pictures of README.md")
    parser.add_argument("--usability", action="store_true", help="renew docs/usability.md")
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "walk")
    return parser.parse_args()


async def run(args: argparse.Namespace) -> int:
    """Start a copy and a browser, walk every part in every look, print what was wrong."""
    shutil.rmtree(args.folder, ignore_errors=True)
    faults: list[str] = []
    parts = args.part or [*_PARTS, "tasks"]
    async with running_copy() as copy, chromium() as browser:
        for look in [look for look in LOOKS if not args.look or look.name in args.look]:
            for part in [name for name in _PARTS if name in parts]:
                faults += await _walked(browser, copy, look, part, args.folder)
        if "tasks" in parts:
            found = await tasks.counted(browser, copy, args.folder, write=args.usability)
            faults += found
            for fault in found:
                print(f"FOUND  {fault}")
    taken = pictures.compress(args.folder)
    if args.readme:
        pictures.renew_readme(args.folder)
    if not (args.look or args.part):
        film.renew(args.folder)
    print(f"{taken} pictures in {args.folder}, {len(faults)} faults")
    return 1 if faults else 0


async def _walked(browser: Browser, copy: Copy, look: Look, part: str, folder: Path) -> list[str]:
    async with visitor(browser, copy, look, folder / look.name / part) as walker:
        try:
            async with asyncio.timeout(_PART_SECONDS):
                await _PARTS[part](walker)
        except Exception as error:  # the other parts are still worth walking
            with suppress(Error):  # a page that is just leaving has no picture
                await walker.shoot("stopped-here")
            walker.faults.append(f"stopped at {walker.page.url}: {str(error).splitlines()[0]}")
    found = list(dict.fromkeys(walker.faults))
    for fault in found or [""]:
        print(f"{'FOUND' if fault else 'held':<5}  {look.name:<9}  {part:<7}  {fault}", flush=True)
    return found


if __name__ == "__main__":
    sys.exit(until_stopped(lambda: asyncio.run(run(arguments()))))
