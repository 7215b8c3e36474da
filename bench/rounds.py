"""A B A B: every side in every round, in turning order, so that what disturbs one disturbs the
others.
"""

import asyncio
import json
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.report import Report, Series
from bench.stage import ROOT, Measured
from maritime_app.infra.embedded.process import dying_with_us

ROUNDS = 5
SECONDS = 1.0
_SETTLE_SECONDS = 0.3


@dataclass
class Load:
    """What one side is asked, over how many connections; the expected status of every answer."""

    kind: str
    options: dict[str, Any]
    connections: int = 32
    status: str = "200"


@dataclass
class Side:
    """One program under load."""

    name: str
    process: Measured
    load: Load
    per_second: Series = field(init=False)
    p50_ms: Series = field(init=False)
    p99_ms: Series = field(init=False)
    cpu_us: Series = field(init=False)

    def __post_init__(self) -> None:
        self.per_second = Series(f"{self.name}", "/s")
        self.p50_ms = Series(f"{self.name}, p50", "ms")
        self.p99_ms = Series(f"{self.name}, p99", "ms")
        self.cpu_us = Series(f"{self.name}, CPU per request", "us")


async def play(
    sides: list[Side],
    *,
    rounds: int = ROUNDS,
    seconds: float = SECONDS,
    settle_seconds: float = _SETTLE_SECONDS,
) -> None:
    """Load every side in every round.

    Raises RuntimeError when a side answers anything but what was expected.
    """
    for number in range(rounds):
        for side in sides if number % 2 == 0 else reversed(sides):
            used = side.process.cpu_seconds()
            found = await under_load(side.process.port, side.load, seconds, settle_seconds)
            used = side.process.cpu_seconds() - used
            wrong = {
                status: times
                for status, times in found["statuses"].items()
                if status != side.load.status
            }
            if wrong or found["broken"]:
                raise RuntimeError(
                    f"{side.name} answered {found['statuses']}, {found['broken']} connections broke"
                )
            side.per_second.values.append(found["per_second"])
            side.p50_ms.values.append(found["p50_ms"])
            side.p99_ms.values.append(found["p99_ms"])
            # The settling requests are in the CPU time too: count them at the same rate.
            side.cpu_us.values.append(
                1e6 * used / (found["per_second"] * (seconds + settle_seconds))
            )


async def under_load(
    port: int, load: Load, seconds: float, settle_seconds: float
) -> Mapping[str, Any]:
    """One run of the load generator in a process of its own."""
    job = {
        "kind": load.kind,
        "options": load.options,
        "connections": load.connections,
        "port": port,
        "seconds": seconds,
        "settle_seconds": settle_seconds,
    }
    generator = await asyncio.create_subprocess_exec(
        *dying_with_us(signal.SIGKILL),
        sys.executable,
        "-m",
        "bench.load",
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the bench, which ends it
    )
    out, _ = await generator.communicate(json.dumps(job).encode())
    if generator.returncode:
        raise RuntimeError("the load generator failed")
    found: Mapping[str, Any] = json.loads(out)
    return found


def figures(report: Report, sides: list[Side], *, latency: bool = True) -> None:
    """Requests per second, and latency and CPU beside them, of every side."""
    for side in sides:
        report.figures.append(side.per_second)
    for side in sides:
        report.figures += [side.p50_ms, side.p99_ms] if latency else []
        report.figures.append(side.cpu_us)
