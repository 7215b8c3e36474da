"""Position messages through the real consumer: socket, state, Redis batches and thinned COPY,
beside the usual one.
"""

import asyncio
import gzip
import json
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bench.ais_feeder import SHIPS, Waters
from bench.report import Report, Series
from bench.stage import ROOT, Measured, Stage
from maritime_app import clock
from maritime_app.infra.embedded.process import dying_with_us
from maritime_app.vessels.ais.decode import decode
from maritime_app.vessels.live import live_store
from maritime_app.vessels.model import Source

_ROUNDS = 3
_WANTED_PER_SECOND = 60_000
_ANSWER_SECONDS = 40.0


class Feeder:
    """The feed in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.port = 0

    async def line(self) -> dict[str, float]:
        """What it says next."""
        assert self.process.stdout is not None
        async with asyncio.timeout(_ANSWER_SECONDS):
            return dict(json.loads(await self.process.stdout.readline()))


@asynccontextmanager
async def feeding() -> AsyncIterator[Feeder]:
    process = await asyncio.create_subprocess_exec(
        *dying_with_us(signal.SIGKILL),
        sys.executable,
        "-m",
        "bench.ais_feeder",
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for the bench, which ends it
    )
    feeder = Feeder(process)
    try:
        feeder.port = int((await feeder.line())["port"])
        yield feeder
    finally:
        process.kill()
        await process.wait()


async def measure(here: Stage) -> Report:
    """Three consumers of the same socket, one after the other in each round."""
    report = Report(
        "ingest",
        f"{SHIPS:,} ships' messages from a saturated socket, one core, websockets without deflate",
    )
    ours, plain, parse = (
        Series(name, "messages/s")
        for name in (
            "ours, all the way",
            "json + redis-py pipelines of 500, raw",
            "json.loads only",
        )
    )
    cpu = Series("ours, CPU per message", "us")
    async with feeding() as feeder:
        url = f"ws://127.0.0.1:{feeder.port}/"
        commands = [
            (ours, [sys.executable, "run.py", "stream"]),
            (plain, [sys.executable, "bench/baselines/ais_plain.py", "pipeline"]),
            (parse, [sys.executable, "bench/baselines/ais_plain.py", "parse"]),
        ]
        for number in range(_ROUNDS):
            for series, command in commands if number % 2 == 0 else reversed(commands):
                environment = {"AISSTREAM_URL": url, "AISSTREAM_API_KEY": "bench"}
                async with here.run(command, environment=environment, answers=False) as measured:
                    await _one(feeder, measured, series, cpu if series is ours else None)
                    if series is ours:
                        await asyncio.sleep(2.5)  # let it write what it has: it is checked below
    report.figures += [ours, plain, parse, cpu]
    report.at_least(ours, _WANTED_PER_SECOND)
    report.ratio("ours to json + pipelines that only store raw messages", ours, plain, 1.0)
    report.ratio("ours to json.loads only", ours, parse)
    _decoding(report)
    await _check(here, report)
    return report


async def _one(feeder: Feeder, measured: Measured, series: Series, cpu: Series | None) -> None:
    told = await feeder.line()
    series.values.append(told["messages"] / told["seconds"])
    if cpu is not None:
        await asyncio.sleep(0.3)
        cpu.values.append(1e6 * measured.cpu_seconds() / told["messages"])


def _decoding(report: Report) -> None:
    """Decoding and normalising alone, beside json.loads, in this process."""
    bodies = Waters().messages()[:12_000]
    now_ms = clock.epoch_ms()
    ours, theirs = (
        Series("decode and normalise alone", "messages/s"),
        Series("json.loads alone", "messages/s"),
    )
    for _ in range(_ROUNDS):
        for series, work in ((ours, lambda body: decode(body, now_ms)), (theirs, json.loads)):
            began = time.perf_counter()
            for body in bodies:
                work(body)
            series.values.append(len(bodies) / (time.perf_counter() - began))
    report.figures += [ours, theirs]
    recorded = ROOT / "tests" / "vessels" / "data" / "frames.jsonl.gz"
    if recorded.exists():
        with gzip.open(recorded) as file:
            lines = [line.strip() for line in file]
        reports = sum(not isinstance(decode(line, now_ms), str) for line in lines)
        report.notes.append(
            f"recorded messages: {len(lines)}, of which {reports} carry a ship's state"
        )


async def _check(here: Stage, report: Report) -> None:
    """That the work was really done."""
    async with here.resources() as res:
        last = live_store.last_key(Source.AISSTREAM)
        ships = await res.redis_cache.command("HLEN", last)
        async with res.db.acquire() as conn:
            points = await conn.fetchval("select count(*) from position")
            named = await conn.fetchval("select count(*) from vessel where name is not null")
    report.notes.append(
        f"stored: {ships:,} ships in Redis, {points:,} thinned points and {named:,} named ships in"
        f" PostgreSQL"
    )
    if ships < SHIPS * 0.99 or points < SHIPS:
        raise RuntimeError(f"only {ships} ships and {points} points were stored")
