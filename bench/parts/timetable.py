"""Timetables: how fast one is read, how much memory a nation's takes, and how long a pair takes.

A thousand lines with five boats a day and four piers each are the worth of a thousand small feeds.
"""

import asyncio
import random
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp

from bench import gtfs_feeds
from bench.report import Report
from bench.stage import ROOT, Measured, Stage

_LINES, _BOATS = 1_000, 5
_NATION_STOP_TIMES = 1_500_000
_ROUNDS, _QUESTIONS = 5, 100
_MOST_MB, _MOST_P99_MS = 150.0, 150.0


async def measure(stage: Stage) -> Report:
    """Import twice in processes of their own, then ask for pairs that nobody has asked for."""
    report = Report("timetable", f"GTFS: {_LINES:,} lines, {_LINES * _BOATS:,} trips a day")
    today = datetime.now(UTC).date()
    many, nation = stage.folder / "lines.zip", stage.folder / "nation.zip"
    await asyncio.to_thread(gtfs_feeds.lines, many, _LINES, _BOATS, today)
    await asyncio.to_thread(gtfs_feeds.nation, nation, _NATION_STOP_TIMES, today)
    seconds, most = await _import(stage, many, "lines")
    report.figure("trips read, stored and shown", "/s", [_LINES * _BOATS / seconds])
    report.at_most(report.figure("memory of that import, peak", "MB", [most]), _MOST_MB)
    small = stage.folder / "small.zip"
    await asyncio.to_thread(gtfs_feeds.nation, small, 0, today)
    _seconds, alone = await _import(stage, small, "small")
    seconds, memory = await _import(stage, nation, "nation")
    report.figure("foreign stop times passed over", "/s", [_NATION_STOP_TIMES / seconds])
    report.figure("memory of a feed with one boat, peak: the program itself", "MB", [alone])
    report.figure("memory that those trips add to it", "MB", [most - alone])
    report.figure("memory that a nation's feed adds to it", "MB", [memory - alone])
    whole = report.figure("memory of a nation's feed, peak", "MB", [memory])
    report.at_most(whole, _MOST_MB)
    async with stage.ours() as ours:
        rounds = await _ask(ours)
    report.figure("a pair never asked for, p50", "ms", [statistics.median(each) for each in rounds])
    slowest = [statistics.quantiles(each, n=100)[98] for each in rounds]
    report.at_most(report.figure("a pair never asked for, p99", "ms", slowest), _MOST_P99_MS)
    report.notes.append(f"{_QUESTIONS} questions a round, one after the other, none of them cached")
    return report


async def _import(stage: Stage, path: Path, feed: str) -> tuple[float, float]:
    """Return how many seconds `import gtfs` took, and its peak of memory in MB."""
    command = [sys.executable, "run.py", "import", "gtfs", str(path), "--feed", feed]
    began = time.monotonic()
    done = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bench.peak_memory",
        *command,
        cwd=ROOT,
        env=stage.environment | {"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await done.communicate()
    if done.returncode:
        raise RuntimeError(f"{path.name} was not imported: {err[-400:]!r}")
    return time.monotonic() - began, float(out)


async def _ask(ours: Measured) -> list[list[float]]:
    """Return the milliseconds of each question, by round."""
    dice = random.Random(7)
    pairs = list(gtfs_feeds.pairs("lines", _LINES))
    day = datetime.now(UTC).date() + timedelta(days=5)
    asked = [dice.sample(pairs, _QUESTIONS) for _ in range(_ROUNDS + 1)]
    async with aiohttp.ClientSession(f"http://127.0.0.1:{ours.port}") as http:
        found = [await _round(http, each, str(day)) for each in asked]
    return found[1:]  # the first warms up


async def _round(
    http: aiohttp.ClientSession, asked: Sequence[tuple[str, str]], day: str
) -> list[float]:
    taken = []
    for number, (origin, destination) in enumerate(asked):
        query = {"from": origin, "to": destination, "date": day}
        headers = {"X-Forwarded-For": f"10.8.{number // 250}.{number % 250}"}
        began = time.perf_counter()
        async with http.get("/api/v1/ferries/search", params=query, headers=headers) as got:
            body = await got.json()
        taken.append(1000 * (time.perf_counter() - began))
        if got.status != 200 or origin not in str(body):
            raise RuntimeError(
                f"{origin} to {destination} answered {got.status}: {str(body)[:200]}"
            )
    return taken
