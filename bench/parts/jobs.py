"""From enqueueing to the first line of a task on an idle worker, and how many tasks a backlog gives
per second.
"""

import asyncio
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from arq.connections import RedisSettings, create_pool

from bench import starts
from bench.report import Report, Series
from bench.stage import PEERS, Measured, Stage, peers_missing
from maritime_app import domains
from maritime_app.jobs.outbox import enqueue

_ROUNDS = 3
_WITHIN_SECONDS = 30.0
_BEGINNING_SECONDS = 0.5
_SINGLE, _PAUSE_SECONDS = 40, 0.033


class Worker(ABC):
    """One worker with its own way of enqueueing; what it ran is read from its file."""

    name: str
    backlog: int

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.file = stage.folder / f"{type(self).__name__}.starts"
        self.start_ms = Series(f"{self.name}, enqueue -> start, p50", "ms")
        self.worst_ms = Series(f"{self.name}, enqueue -> start, worst", "ms")
        self.per_second = Series(f"{self.name}, backlog", "jobs/s")
        self._seen = 0

    @abstractmethod
    def command(self) -> list[str]:
        """How the worker is started."""

    @abstractmethod
    async def enqueue(self, count: int, pause_seconds: float) -> None:
        """Ask for so many tasks that do nothing."""

    async def idle(self) -> None:
        """Wait until a worker that has just begun has done what it does at its beginning."""
        await asyncio.sleep(_BEGINNING_SECONDS)

    async def finished_at(self) -> float:
        """When all that is written about the tasks was written; waits for it."""
        return 0.0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Measured]:
        """The worker, warm: it has run a task, and waits for the next one."""
        environment = {"BENCH_STARTS": str(self.file)}
        async with self.stage.run(
            self.command(), environment=environment, answers=False
        ) as measured:
            await self.enqueue(1, 0)
            await self._ran(1)
            await self.idle()
            yield measured

    async def one_by_one(self) -> None:
        """The worker is idle before each."""
        await self.enqueue(_SINGLE, _PAUSE_SECONDS)
        waited = sorted(1000 * (began - asked) for asked, began in await self._ran(_SINGLE))
        self.start_ms.values.append(waited[len(waited) // 2])
        self.worst_ms.values.append(waited[-1])

    async def all_at_once(self, measured: Measured) -> None:
        """The backlog is there before the worker wakes; it ends with the last task and all that is
        written about it.
        """
        measured.pause()
        await self.enqueue(self.backlog, 0)
        began = time.time()
        measured.go_on()
        ran = await self._ran(self.backlog)
        ended = max(*(start for _, start in ran), await self.finished_at())
        self.per_second.values.append(self.backlog / (ended - began))

    async def _ran(self, count: int) -> list[tuple[float, float]]:
        async with asyncio.timeout(_WITHIN_SECONDS):
            while starts.count(self.file) < self._seen + count:
                await asyncio.sleep(0.005)
        fresh = starts.read(self.file, self._seen)
        self._seen += len(fresh)
        return fresh


class Ours(Worker):
    """The product's worker: each job is a committed row before and an attempt in the ledger
    after.
    """

    name, backlog = "ours, with the ledger", 4000

    def command(self) -> list[str]:
        return [sys.executable, "-m", "bench.noop_worker"]

    async def enqueue(self, count: int, pause_seconds: float) -> None:
        async with self.stage.resources() as res:
            batch = 1 if pause_seconds or count == 1 else 100
            for _ in range(count // batch):
                asked_at = time.time()
                async with res.db.transaction() as conn:
                    for _ in range(batch):
                        await enqueue(conn, "bench.noop", {"asked_at": asked_at})
                await asyncio.sleep(pause_seconds)

    async def idle(self) -> None:
        """On a new database every cron is due, and all of them run within the first second."""
        async with (
            self.stage.resources() as res,
            res.db.acquire() as conn,
            asyncio.timeout(_WITHIN_SECONDS),
        ):
            asked = "select count(distinct (task, payload)) from job where unique_key like 'cron:%'"
            while await conn.fetchval(asked) < len(domains.CRONS):
                await asyncio.sleep(0.05)
            busy = (
                "select exists (select from job"
                " where state = 'running' or state = 'queued' and run_at <= now())"
            )
            while await conn.fetchval(busy):
                await asyncio.sleep(0.05)

    async def finished_at(self) -> float:
        async with (
            self.stage.resources() as res,
            res.db.acquire() as conn,
            asyncio.timeout(_WITHIN_SECONDS),
        ):
            unfinished = (
                "select exists (select from job where task = 'bench.noop' and state <> 'done')"
            )
            while await conn.fetchval(unfinished):
                await asyncio.sleep(0.05)  # asking must not slow down what is asked about
            written = (
                "select extract(epoch from max(finished_at)) from job where task = 'bench.noop'"
            )
            return float(await conn.fetchval(written))


class Arq(Worker):
    """arq as delivered."""

    name, backlog = "arq as delivered", 400

    def command(self) -> list[str]:
        return [
            str(Path(sys.executable).with_name("arq")),
            "bench.baselines.arq_worker.WorkerSettings",
        ]

    async def enqueue(self, count: int, pause_seconds: float) -> None:
        settings = RedisSettings.from_dsn(self.stage.redis_url)
        settings.database = 5
        pool = await create_pool(settings)
        for _ in range(count):
            await pool.enqueue_job("noop", time.time())
            await asyncio.sleep(pause_seconds)
        await pool.aclose()


class Taskiq(Worker):
    """taskiq on a Redis stream."""

    name, backlog = "taskiq, Redis stream", 4000

    def command(self) -> list[str]:
        worker = [str(PEERS), "-m", "taskiq", "worker", "bench.baselines.taskiq_worker:broker"]
        return [*worker, "--workers", "1", "--log-level", "WARNING"]

    async def enqueue(self, count: int, pause_seconds: float) -> None:
        arguments = ["bench/baselines/taskiq_worker.py", str(count), str(pause_seconds)]
        await self.stage.finish([str(PEERS), *arguments])


async def measure(stage: Stage) -> Report:
    """All three in every round, first one job at a time, then a backlog."""
    report = Report("jobs", "tasks that do nothing, one worker on one core")
    workers: list[Worker] = [Ours(stage), Arq(stage)]
    missing = peers_missing()
    if missing:
        report.skipped.append(f"taskiq: {missing}")
    else:
        workers.append(Taskiq(stage))
    await _forget_earlier_jobs(stage)
    async with AsyncExitStack() as stack:
        running = [
            (worker, await stack.enter_async_context(worker.running())) for worker in workers
        ]
        for _ in range(_ROUNDS):
            for worker, measured in running:
                await worker.one_by_one()
                await worker.all_at_once(measured)
    for worker in workers:
        report.figures += [worker.start_ms, worker.worst_ms, worker.per_second]
    report.at_most(workers[0].start_ms, 8.0)
    report.ratio(
        "ours / arq as delivered, backlog", workers[0].per_second, workers[1].per_second, 8.0
    )
    report.ratio(
        "ours / arq as delivered, enqueue -> start", workers[0].start_ms, workers[1].start_ms
    )
    if not missing:
        report.ratio("ours / taskiq, backlog", workers[0].per_second, workers[2].per_second)
        report.ratio("ours / taskiq, enqueue -> start", workers[0].start_ms, workers[2].start_ms)
    return report


async def _forget_earlier_jobs(stage: Stage) -> None:
    """What other parts have left to do would be done first."""
    async with stage.resources() as res, res.db.acquire() as conn:
        await conn.execute("truncate job cascade")
        await res.redis_jobs.command("FLUSHDB")
