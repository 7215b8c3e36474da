"""Run it: `make chaos`, `make chaos MINUTES=10 SEED=3`, `make chaos ARGS=--control`.

`--control heartbeat` and others take one guard away (`sweeper` where none is named).

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
from bench.chaos.dashboard import Dashboard
from bench.chaos.faults import Troublemaker
from bench.chaos.places import Places
from bench.chaos.processes import ROOT
from bench.chaos.promotion import Promotions
from bench.chaos.quiet import until_quiet
from bench.chaos.rolling import Rolling, check_out, commit_of, newest_migration
from bench.chaos.ships import Ships
from bench.chaos.staff import Staff
from bench.chaos.traffic import Traffic
from bench.chaos.verdict import judge
from bench.chaos.world import World, world
from bench.stopping import until_stopped
from maritime_app.infra.telemetry import log

_SETTLE_SECONDS = 60.0
_CALM_BEFORE_SECONDS = 5.0
_PASSENGERS = 10
_MINUTES = 3.0
# What can be taken away, and the faults that then must break something ("": all of them).
CONTROLS = {
    "sweeper": "",
    "heartbeat": "half-open",
    "followers": "unheard",
    "alerts": "refunds fail",
    "claims": "no fault: somebody clicks twice",
    "overload": "disk full",
    "correction": "no fault: the clocks are wrong anyway",
    "hosts": "promoted",
    "drain": "no fault: it restarts",
}
_LOOKERS = 3


def arguments() -> argparse.Namespace:
    """Minutes and seed also come from the environment, as `make chaos MINUTES=1 SEED=7` passes
    them.
    """
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument(
        "--minutes", type=float, default=float(os.environ.get("MINUTES") or 0),
        help="how long (3 without --restarts; with it: at least so long)",
    )  # fmt: skip
    seed = int(os.environ.get("SEED") or time.time_ns() % 100_000)
    parser.add_argument("--seed", type=int, default=seed)
    parser.add_argument(
        "--control", nargs="?", const="sweeper", default="", choices=sorted(CONTROLS),
        help="take one guard away (the outbox sweeper, unless it is named): this run must fail",
    )  # fmt: skip
    parser.add_argument(
        "--restarts", type=int, default=0, help="instead of faults: so many rolling restarts"
    )
    parser.add_argument(
        "--requests", type=int, default=0, help="with --restarts: spread over at least so many"
    )
    parser.add_argument(
        "--before",
        default="",
        help="with --restarts: a commit or tag, restarted in turns with ours",
    )
    parser.add_argument(
        "--standby",
        action="store_true",
        help="PostgreSQL is a pair with synchronous replication; its primary is killed, too",
    )
    parser.add_argument(
        "--only", default="", help="play faults with one of these in their name, by commas"
    )
    parser.add_argument(
        "--folder", type=Path, default=Path("var") / "chaos", help="where servers and logs live"
    )
    args = parser.parse_args()
    args.standby |= args.control == "hosts"
    if args.control == "drain":
        args.restarts = args.restarts or 4
    if not args.restarts:
        args.minutes = args.minutes or _MINUTES
    return args


async def run(args: argparse.Namespace) -> int:
    """Load and trouble for the given minutes, then calm, then the verdict."""
    log.set_up("ERROR", "json")
    commit = await commit_of(args.before) if args.before else ""
    print(f"chaos: seed {args.seed}, {args.minutes} min, everything in {args.folder}", flush=True)
    folder, control = args.folder.resolve(), args.control
    async with world(folder, args.seed, without=control, standby=args.standby) as here:
        dice = random.Random(args.seed)
        calls = Calls(here, random.Random(dice.random()))
        traffic = Traffic(calls, random.Random(dice.random()))
        ships, promotions = Ships(here), Promotions(here)
        only = args.only or CONTROLS.get(args.control, "")
        trouble = Troublemaker(here, ships, promotions, random.Random(dice.random()), only)
        places = Places(calls, random.Random(dice.random()), here.postgres.url)
        await here.switch(faults.ORDINARY)
        passengers = [
            asyncio.create_task(traffic.travel_all_the_time(number))
            for number in range(_PASSENGERS)
        ]
        passengers += [
            asyncio.create_task(traffic.search_all_the_time(number)) for number in range(_LOOKERS)
        ]
        staff = Staff(calls, traffic, random.Random(dice.random()), here.staff_token)
        dashboard = Dashboard(calls, traffic, staff, random.Random(dice.random()))
        at_work = () if args.restarts else (staff.work_all_the_time, dashboard.work_all_the_time)
        work = (places.watch, *at_work)
        passengers += [asyncio.create_task(one()) for one in work]
        await asyncio.sleep(_CALM_BEFORE_SECONDS)
        rolling = Rolling(here, traffic, args.restarts, args.requests, args.minutes * 60)
        if args.before:
            rolling.before = await _checked_out(here, args.before, commit)
        if args.restarts:
            await rolling.run(_say)
        else:
            await trouble.make_trouble(args.minutes * 60 - _CALM_BEFORE_SECONDS, _say)
        traffic.running = places.running = staff.running = dashboard.running = False
        await _come_to_rest(here)
        _, late = await asyncio.wait(passengers, timeout=_SETTLE_SECONDS)
        for line in [*calls.broken(), *places.stale, *rolling.broken, *trouble.broken]:
            _say(f"before the books: {line}")  # what was seen does not hang on them
        await dashboard.close_all()
        seconds, left = await until_quiet(here, _SETTLE_SECONDS)
        broken = [*await ships.until_live(), *rolling.broken]
        broken += [f"a passenger never came back: {task}" for task in late]
        broken += [
            f"still under way after {_SETTLE_SECONDS:.0f} s: {count} {what}"
            for what, count in left.items()
        ]
        broken += [
            f"a passenger failed: {task.exception()!r}"
            for task in passengers
            if task.done() and task.exception()
        ]
        found, looked_at = await judge(here, traffic.promises, staff, dashboard)
        broken += [*found, *calls.broken(), *places.stale, *trouble.broken, *ships.judged()]
        broken += promotions.judged()
        looked_at["searches compared with the database"] = places.judged
        about = {"seed": args.seed, "minutes": args.minutes, "control": args.control}
        settled = {
            "settled_seconds": seconds,
            "left": left,
            "broken": broken,
            "looked_at": looked_at,
            "hand_overs_seconds": ships.hand_overs,
            "promotions_away_seconds": promotions.away_seconds,
            "restarts": args.restarts,
            "staff": dict(staff.acts),
            "dashboard": dict(dashboard.acts),
            "requests_over_restarts": rolling.requests,
            "sockets_reconnected": rolling.reconnects,
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


async def _checked_out(here: World, before: str, commit: str) -> Path:
    folder = await check_out(commit, here.folder / commit[:9])
    known, ours = newest_migration(folder), newest_migration(ROOT)
    _say(f"{before} knows the schema up to {known}, this tree up to {ours}")
    return folder


def _say(line: str) -> None:
    print(line, flush=True)


async def _come_to_rest(here: World) -> None:
    """Everything runs again, and no fault is switched on."""
    for one in here.processes:
        one.freeze(False)
        if not one.runs:
            await one.start()
    here.redis_line.recover()
    await here.until_answering(here.sandbox_url)
    await here.switch(faults.CALM)


if __name__ == "__main__":
    sys.exit(until_stopped(lambda: uvloop.run(run(arguments()))))
