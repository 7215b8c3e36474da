"""What a task is, and how jobs are claimed, run under a time limit and written down, in batches.

The ledger in PostgreSQL decides; a queue only brings ids. Two workers that are told of the same job
race for one compare-and-set, and the loser does nothing.
"""

import asyncio
import os
import random
import secrets
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg

from maritime_app.errors import Refusal
from maritime_app.infra import log, queries
from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.metrics import histogram, tally

if TYPE_CHECKING:
    from maritime_app.infra.db import Database

SQL = queries.load("infra")
logger = log.get(__name__)

LEASE_SECONDS = 15.0
_RENEW_SECONDS = 4.0
_FINISH_BATCH = 500
_QUEUES = ("emails", "payments", "bookings")

Handler = Callable[..., Awaitable[str | None]]
JOB_SECONDS = histogram("job_seconds", "How long a task ran", ("task", "outcome"))


class GiveUp(Exception):
    """Raised by a task that will never succeed: no further tries, straight to the dead letters."""


def queue_of(task: str) -> str:
    """The queue a task travels on: its domain's own, or `data`, so that mails never wait behind
    statistics.
    """
    domain = task.partition(".")[0]
    return domain if domain in _QUEUES else "data"


@dataclass(frozen=True, slots=True)
class Task:
    """A named piece of work that is safe to repeat.

    `run(resources, **payload)` returns a short outcome.
    """

    name: str
    run: Handler
    tries: int = 5
    timeout_seconds: float = 60.0
    first_delay_seconds: float = 2.0

    @property
    def queue(self) -> str:
        """The queue this task travels on."""
        return queue_of(self.name)

    def delay_seconds(self, number: int) -> float:
        """How long to wait after try `number`: doubled each time up to ten minutes, with full
        jitter of a half.
        """
        longest = min(600.0, self.first_delay_seconds * 2.0 ** (number - 1))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreading retries, not a secret


@dataclass(frozen=True, slots=True)
class Cron:
    """A task asked for every so often; however many processes ask, each time slot is one job."""

    task: str
    every_seconds: float
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Ended:
    job_id: UUID
    number: int
    state: str
    outcome: str
    result: str | None = None
    error: str | None = None
    delay_seconds: float = 0.0


class Runner:
    """Runs ledger jobs in this process.

    `tasks` maps a task's name to the Task; `resources` is handed to each.
    """

    def __init__(self, db: "Database", tasks: Mapping[str, Task], resources: Any) -> None:
        self.worker = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        self._db = db
        self._tasks = tasks
        self._resources = resources
        self._claiming = 0
        self._running: dict[UUID, asyncio.Task[None]] = {}
        self._ended: list[_Ended] = []
        self._something_ended = asyncio.Event()

    @property
    def running(self) -> int:
        """How many jobs are in hand now; a claim whose answer is under way is one, too."""
        return len(self._running) + self._claiming

    async def start(self, job_ids: Iterable[UUID]) -> list["asyncio.Task[None]"]:
        """Claim what can be claimed of these ids and begin to run it."""
        self._claiming += 1
        try:
            async with self._db.acquire() as conn:
                rows = await SQL.claim_jobs.all(conn, list(job_ids), self.worker, LEASE_SECONDS)
        finally:
            self._claiming -= 1
        started = []
        for row in rows:
            started.append(asyncio.create_task(self._run(row), name=row["task"]))
            self._running[row["id"]] = started[-1]
        return started

    async def keep(self, stop: asyncio.Event) -> None:
        """Write down what has ended and renew the leases of what runs, until told to stop and all
        is written.
        """
        renewing = asyncio.create_task(self._renew())
        try:
            while not stop.is_set() or self._running or self._ended:
                await self._write_ended()
        finally:
            renewing.cancel()

    async def give_back(self) -> None:
        """Cancel what is still running: another worker repeats it, and the try does not count."""
        await asyncio.sleep(
            0
        )  # let each begin: a task that never began cannot say that it was given back
        for task in list(self._running.values()):
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _run(self, row: asyncpg.Record) -> None:
        name, job_id, number = row["task"], row["id"], row["tries"]
        task = self._tasks.get(name)
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            if task is None:
                raise GiveUp(f"no task is called {name}")
            if _counted(row) > task.tries:
                raise GiveUp("the worker died in every try")
            async with asyncio.timeout(task.timeout_seconds):
                result = await task.run(self._resources, **row["payload"])
            ended = _Ended(job_id, number, "done", "done", result)
        except asyncio.CancelledError as error:
            ended = self._cut_short(task, row, error)
        except Exception as error:  # noqa: BLE001 - whatever a task raises is written down
            ended = self._failed(task, row, error)
        JOB_SECONDS.labels(name, ended.outcome).observe(loop.time() - began)
        tally["jobs_" + ended.outcome] += 1
        self._running.pop(job_id, None)
        self._ended.append(ended)
        self._something_ended.set()

    def _cut_short(self, task: Task | None, row: asyncpg.Record, error: BaseException) -> _Ended:
        """Given back if somebody stopped us; a task that was cancelled by something of its own has
        failed.
        """
        us = asyncio.current_task()
        if us is None or not us.cancelling():
            return self._failed(task, row, error)
        return _Ended(
            row["id"], row["tries"], "queued", "given_back", error="the worker is stopping"
        )

    def _failed(self, task: Task | None, row: asyncpg.Record, error: BaseException) -> _Ended:
        job_id, number = row["id"], row["tries"]
        counted = _counted(row)
        text = (
            str(error)
            if isinstance(error, GiveUp | Refusal)
            else f"{type(error).__name__}: {error}"[:2000]
        )
        final = task is None or isinstance(error, GiveUp) or counted >= task.tries
        expected = isinstance(error, GiveUp | Refusal | TimeoutError)
        logger.warning(
            "job_failed",
            task=row["task"],
            job_id=str(job_id),
            number=number,
            final=final,
            error=type(error).__name__,
            exc_info=None if expected else error,
        )
        if task is None or final:
            return _Ended(job_id, number, "dead", "dead", error=text)
        return _Ended(
            job_id, number, "queued", "retry", error=text, delay_seconds=task.delay_seconds(counted)
        )

    async def _write_ended(self) -> None:
        try:
            async with asyncio.timeout(0.2):
                await self._something_ended.wait()
        except TimeoutError:
            return
        self._something_ended.clear()
        batch, self._ended = self._ended[:_FINISH_BATCH], self._ended[_FINISH_BATCH:]
        try:
            await self._write(batch)
        except Exception as error:  # noqa: BLE001 - whatever it is, the results must not be lost
            logger.warning("job_results_wait", count=len(batch), error=type(error).__name__)
            self._ended = batch + self._ended
            await asyncio.sleep(0.5)
        if self._ended:
            self._something_ended.set()

    async def _write(self, batch: list[_Ended]) -> None:
        columns = [
            [getattr(ended, name) for ended in batch]
            for name in ("job_id", "number", "state", "outcome", "result", "error", "delay_seconds")
        ]
        async with self._db.transaction() as conn:
            await SQL.finish_jobs.run(conn, self.worker, *columns)
            for ended in batch:
                if ended.state == "dead":
                    message = f"A task failed for good: {ended.error}"
                    await raise_alert(conn, "dead_job", message, subject=("job", str(ended.job_id)))

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            if not self._running:
                continue
            try:
                async with self._db.acquire() as conn:
                    await SQL.renew_leases.run(
                        conn, self.worker, list(self._running), LEASE_SECONDS
                    )
            except Exception as error:  # noqa: BLE001 - whatever it is, the next try may succeed
                logger.warning(
                    "leases_not_renewed", count=len(self._running), error=type(error).__name__
                )


def _counted(row: asyncpg.Record) -> int:
    """Which try this is, without those that were given back.

    One whose worker died without a word counts.
    """
    counted: int = row["tries"] - row["given_back"]
    return counted
