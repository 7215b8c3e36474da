"""Run it: `make chaos`, `make chaos MINUTES=10 SEED=3`, `make chaos ARGS=--control`.

Exit code 0 when every invariant holds, every answer was an expected one, no request was lost by a
process that lived, and no process ended by itself (with --control: when one of these is broken, as
it must be), else 1.
"""

import argparse
import asyncio
import os
import random
import sys
import time
from pathlib import Path

import uvloop

from bench.chaos import faults, report
from bench.chaos.api import Calls
from bench.chaos.faults import Troublemaker
from bench.chaos.quiet import until_quiet
from bench.chaos.traffic import Traffic
from bench.chaos.verdict import judge
from bench.chaos.world import World, world
from maritime_app.infra.telemetry import log

_SETTLE_SECONDS = 60.0
_CALM_BEFORE_SECONDS = 5.0
_PASSENGERS = 10
_LOOKERS = 3


def arguments() -> argparse.Namespace:
    """Minutes and seed also come from the environment, as `make chaos MINUTES=1 SEED=7` passes
    them.
    """
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=float(os.environ.get("MINUTES") or 3))
    seed = int(os.environ.get("SEED") or time.time_ns() % 100_000)
    parser.add_argument("--seed", type=int, default=seed)
    parser.add_argument(
        "--control", action="store_true", help="switch the outbox sweeper off: this run must fail"
    )
    parser.add_argument(
        "--folder", type=Path, default=Path("var") / "chaos", help="where servers and logs live"
    )
    return parser.parse_args()


async def run(args: argparse.Namespace) -> int:
    """Load and trouble for the given minutes, then calm, then the verdict."""
    log.set_up("ERROR", "json")
    print(f"chaos: seed {args.seed}, {args.minutes} min, everything in {args.folder}", flush=True)
    async with world(args.folder.resolve(), args.seed, sweep=not args.control) as here:
        dice = random.Random(args.seed)
        calls = Calls(here, random.Random(dice.random()))
        traffic = Traffic(calls, random.Random(dice.random()))
        trouble = Troublemaker(here, random.Random(dice.random()))
        await here.switch(faults.ORDINARY)
        passengers = [
            asyncio.create_task(traffic.travel_all_the_time(number))
            for number in range(_PASSENGERS)
        ]
        passengers += [
            asyncio.create_task(traffic.search_all_the_time(number)) for number in range(_LOOKERS)
        ]
        await asyncio.sleep(_CALM_BEFORE_SECONDS)
        await trouble.make_trouble(args.minutes * 60 - _CALM_BEFORE_SECONDS, _say)
        traffic.running = False
        await _come_to_rest(here)
        _, late = await asyncio.wait(passengers, timeout=_SETTLE_SECONDS)
        seconds, left = await until_quiet(here, _SETTLE_SECONDS)
        broken = [f"a passenger never came back: {task}" for task in late]
        broken += [
            f"still under way after {_SETTLE_SECONDS:.0f} s: {count} {what}"
            for what, count in left.items()
        ]
        broken += [
            f"a passenger failed: {task.exception()!r}"
            for task in passengers
            if task.done() and task.exception()
        ]
        found, looked_at = await judge(here, traffic.promises, here.environment)
        broken += [*found, *calls.broken()]
        about = {"seed": args.seed, "minutes": args.minutes, "control": args.control}
        settled = {
            "settled_seconds": seconds,
            "left": left,
            "broken": broken,
            "looked_at": looked_at,
        }
        facts = report.gather(here, trouble, traffic, calls, about | settled)
    report.tell(facts)
    report.keep(facts, args.folder / "report.json")
    if args.control:
        print(
            "the control failed, as it must"
            if broken
            else "THE CONTROL HELD: this test proves nothing"
        )
        return 0 if broken else 1
    return 1 if broken else 0


def _say(line: str) -> None:
    print(line, flush=True)


async def _come_to_rest(here: World) -> None:
    """Everything runs again, and no fault is switched on."""
    for one in here.processes:
        one.freeze(False)
        if not one.runs:
            await one.start()
    await here.until_answering(here.sandbox_url)
    await here.switch(faults.CALM)


if __name__ == "__main__":
    sys.exit(uvloop.run(run(arguments())))
