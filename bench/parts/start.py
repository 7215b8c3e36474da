"""The second start of everything in one process: from nothing running to the first page."""

import asyncio
import contextlib
import sys
import time

import aiohttp

from bench.report import Report
from bench.stage import Stage

_ROUNDS = 3
_WITHIN_SECONDS = 90.0


async def measure(stage: Stage) -> Report:
    """A first start makes the data; the following ones count."""
    report = Report(
        "start", "`python run.py` with embedded servers and sandbox, until / answers 200"
    )
    var_dir = stage.folder / "start"
    seconds = [await _first_page(stage, str(var_dir)) for _ in range(_ROUNDS + 1)]
    report.figure("first start (makes cluster, schema, demo world)", "s", seconds[:1])
    report.at_most(report.figure("second start to the first 200 on /", "s", seconds[1:]), 3.0)
    return report


async def _first_page(stage: Stage, var_dir: str) -> float:
    alone = {
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "VAR_DIR": var_dir,
        "SANDBOX_PORT": "0",
        "SANDBOX_SMTP_PORT": "0",
    }
    began = time.monotonic()
    async with (
        stage.run(
            [sys.executable, "run.py"], environment=alone, answers=False, pinned=False
        ) as everything,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http,
    ):
        while time.monotonic() - began < _WITHIN_SECONDS and everything.process.returncode is None:
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with http.get(f"http://127.0.0.1:{everything.port}/") as answer:
                    if answer.status == 200:
                        return time.monotonic() - began
            await asyncio.sleep(0.02)
    raise RuntimeError(
        f"no page within {_WITHIN_SECONDS:.0f} s; see {stage.folder / 'measured.log'}"
    )
