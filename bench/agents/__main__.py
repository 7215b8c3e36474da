"""Run it: `make agents`, or `make agents ARGS="--purchases 10000 --seed 7"`.

Exit code 0 when every intent ended as one booking, paid once or given up, and nobody was left for
more than thirty seconds without knowing what became of a call; else 1.
"""

import argparse
import asyncio
import random
import statistics
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import aiohttp

from bench.agents.agent import Intent, Outcome, pursue
from bench.agents.holder import Holders
from bench.agents.lossy import Line
from bench.agents.verdict import counted, judge
from bench.running_copy import Copy, running_copy
from bench.stopping import until_stopped

_TOLD_EVERY = 500  # purchases
_WAYS = (("GRPIR", "GRHER"), ("IEDUB", "GBHLY"), ("SENYN", "SEVBY"), ("DEKEL", "SEGOT"))
_FIRST_DAY, _DAYS = 7, 60
# Many buy for themselves here, all from one machine: each agent stands for a proxy's own client.
_ENVIRONMENT = {
    "MARITIME_WEB_TRUST_PROXY": "true",
    "MARITIME_BOOKINGS_UNPAID_PER_SAILING": "0",
}


def arguments() -> argparse.Namespace:
    """Everything has a default."""
    parser = argparse.ArgumentParser(prog="python -m bench.agents", description=__doc__)
    parser.add_argument("--purchases", type=int, default=300)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 100_000)
    parser.add_argument("--at-once", type=int, default=8, help="how many buy at the same time")
    return parser.parse_args()


async def run(purchases: int, seed: int, at_once: int) -> int:
    """Let them buy, judge, print; return how it ends."""
    print(f"{purchases} purchases, seed {seed}", flush=True)
    async with running_copy(_ENVIRONMENT) as copy:
        lines, outcomes = await _bought(copy, purchases, seed, at_once)
        uncertain = [seconds for line in lines for seconds in line.uncertain_seconds]
        broken = await judge(copy.var_dir, outcomes, uncertain)
    faults = sum((Counter(line.faults) for line in lines), Counter[str]())
    print(f"calls     {', '.join(f'{count} {fault}' for fault, count in faults.items())}")
    print(f"ended     {counted(one.status for one in outcomes)}")
    print(f"mandates  {counted(one.mandate for one in outcomes if one.mandate)}")
    if uncertain:
        middle = statistics.median(uncertain)
        print(f"uncertain {len(uncertain)} times, {middle:.2f} s, {max(uncertain):.2f} s at most")
    for line in broken:
        print(f"BROKEN    {line}")
    return 1 if broken else 0


async def _bought(
    copy: Copy, purchases: int, seed: int, at_once: int
) -> tuple[list[Line], list[Outcome]]:
    slots, dice = asyncio.Semaphore(at_once), random.Random(seed)
    intents = [_intent(number, dice) for number in range(purchases)]
    holders = Holders(copy.url, copy.sandbox, random.Random(f"{seed}:holders"))
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        lines = [
            Line(http, copy.url, random.Random(f"{seed}:{number}"), _address(number))
            for number in range(purchases)
        ]

        async def one(line: Line, intent: Intent) -> Outcome:
            async with slots:
                if intent.number and intent.number % _TOLD_EVERY == 0:
                    print(f"          {intent.number} begun", flush=True)
                return await pursue(line, intent, holders)

        pairs = zip(lines, intents, strict=True)
        outcomes = await asyncio.gather(*(one(line, intent) for line, intent in pairs))
    return lines, list(outcomes)


def _intent(number: int, dice: random.Random) -> Intent:
    origin, destination = dice.choice(_WAYS)
    day = datetime.now(UTC).date() + timedelta(days=_FIRST_DAY + dice.randrange(_DAYS))
    return Intent(number, origin, destination, day.isoformat())


def _address(number: int) -> str:
    return f"10.{number // 62_500}.{number // 250 % 250}.{number % 250 + 1}"


if __name__ == "__main__":
    given = arguments()
    buying = run(given.purchases, given.seed, given.at_once)
    sys.exit(until_stopped(lambda: asyncio.run(buying)))
