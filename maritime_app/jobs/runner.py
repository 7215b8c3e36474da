"""Jobs claimed and run under a time limit.

The ledger in PostgreSQL decides; a queue only brings ids. Two workers that are told of the same job
race for one compare-and-set, and the loser does nothing.
"""

import asyncio
import os
import secrets
import socket
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from maritime_app.errors import Refusal, Unavailable
from maritime_app.infra.db import Database
from maritime_app.infra.telemetry import log, request_id, tracing
from maritime_app.infra.telemetry.metrics import histogram, tally
from maritime_app.infra.upstreams.http import UpstreamDown, UpstreamError
from maritime_app.jobs import states, store
from maritime_app.jobs.attempts import LEASE_SECONDS, AttemptWriter
from maritime_app.jobs.model import ClaimedJob, Cron, GiveUp, Queue, Task, WorkerRole
from maritime_app.jobs.presence import RecentWork, present
from maritime_app.jobs.states import JobEvent
from maritime_app.jobs.store import EndedAttempt

logger = log.get(__name__)
_LONGEST_ERROR = 2000
_LEFT = "left to the next run"
# While two versions run side by side the older one meets tasks of the newer: they are left to it.
_UNKNOWN_SECONDS = 3_600
_UNKNOWN_FIRST_SECONDS = 2.0
JOB_SECONDS = histogram("job_seconds", "How long a task ran", ("task", "outcome"))
_seconds = cache(JOB_SECONDS.labels)  # which looks a pair up in two microseconds


class _WorkerDied(GiveUp):
    """No worker has lived to say how it ended, as often as the task may be tried."""


class Runner:
    """Runs ledger jobs in this process.

    `tasks` maps a task's name to the Task; `resources` is handed to each. `crons` say when what the
    clock starts comes again, `role` and `queues` what people are told of this worker.
    """

    def __init__(
        self,
        db: Database,
        tasks: Mapping[str, Task],
        resources: Any,
        crons: Iterable[Cron] = (),
        *,
        role: WorkerRole = WorkerRole.WORKER,
        queues: Sequence[Queue] = tuple(Queue),
    ) -> None:
        self.worker = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        self._db = db
        self._tasks = tasks
        self._resources = resources
        self._periods = {cron.task: cron.every_seconds for cron in crons}
        self._role = role
        self._queues = queues
        self._work = RecentWork()
        self._claiming = 0
        self._running: dict[UUID, asyncio.Task[None]] = {}
        self._attempts = AttemptWriter(db, self.worker, self._running.keys)

    @property
    def running(self) -> int:
        """How many jobs are in hand now; a claim whose answer is under way is one, too."""
        return len(self._running) + self._claiming

    async def start(self, job_ids: Iterable[UUID]) -> list["asyncio.Task[None]"]:
        """Claim what can be claimed of these ids and begin to run it."""
        self._claiming += 1
        try:
            async with self._db.acquire() as conn:
                jobs = await store.claim(conn, job_ids, self.worker, LEASE_SECONDS)
        finally:
            self._claiming -= 1
        started = []
        for job in jobs:
            started.append(asyncio.create_task(self._run(job), name=job.task))
            self._running[job.id] = started[-1]
        return started

    async def record(self, stop: asyncio.Event) -> None:
        """Write attempts down, renew leases and say that this worker lives, until `stop` is set and
        all is written.
        """
        async with present(self._db, self.worker, self._role, self._queues, self._work):
            await self._attempts.run(stop)

    async def give_back(self) -> None:
        """Cancel what still runs: another worker repeats it, and the attempt does not count."""
        # Let each begin: a task that never began cannot say that it was given back.
        await asyncio.sleep(0)
        for task in list(self._running.values()):
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _run(self, job: ClaimedJob) -> None:
        task = self._tasks.get(job.task)
        request_id.begin(job.request_id or str(job.id))
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            ended = _ended(job, JobEvent.FINISH, result=await self._attempt(task, job))
        except asyncio.CancelledError as error:
            ended = _cut_short(task, job, error)
        except Exception as error:  # noqa: BLE001 - whatever a task raises is written down
            ended = _failed(task, job, error, self._again_seconds(task, job))
        _seconds(job.task, ended.outcome).observe(loop.time() - began)
        tally["jobs_" + ended.outcome] += 1
        self._work.count(ended.outcome)
        self._running.pop(job.id, None)
        self._attempts.add(ended)

    def _again_seconds(self, task: Task | None, job: ClaimedJob) -> float:
        """Return how long after it was written the same is asked for again by itself; 0: never."""
        if job.by_clock:
            return self._periods.get(job.task, 0.0)
        return task.again_seconds if task else 0.0

    async def _attempt(self, task: Task | None, job: ClaimedJob) -> str | None:
        if task is None:
            raise GiveUp(f"no task is called {job.task}")
        if job.counted > task.tries:
            raise _WorkerDied("the worker died in every try")
        about: dict[str, str | int] = {}
        if tracing.is_on():
            about = {"job.id": str(job.id), "job.attempt": job.number}
        with tracing.span(job.task, "consumer", parent=job.trace_parent, about=about):
            async with asyncio.timeout(task.timeout_seconds):
                return await task.run(self._resources, **job.payload)


def _cut_short(task: Task | None, job: ClaimedJob, error: BaseException) -> EndedAttempt:
    """Given back if somebody stopped us; a task that something of its own cancelled has failed."""
    us = asyncio.current_task()
    if us is None or not us.cancelling():
        return _failed(task, job, error)
    return _ended(job, JobEvent.GIVE_BACK, error="the worker is stopping")


def _failed(
    task: Task | None, job: ClaimedJob, error: BaseException, again_seconds: float = 0.0
) -> EndedAttempt:
    in_words = isinstance(error, GiveUp | Refusal)
    text = str(error) if in_words else f"{type(error).__name__}: {error}"[:_LONGEST_ERROR]
    is_known = task is not None or job.age_seconds > _UNKNOWN_SECONDS
    final = is_known and (task is None or isinstance(error, GiveUp) or job.counted >= task.tries)
    logger.warning(
        "job_failed",
        task=job.task,
        job_id=str(job.id),
        number=job.number,
        final=final,
        error=type(error).__name__,
        exc_info=None if in_words or isinstance(error, TimeoutError) else error,
    )
    if isinstance(error, _WorkerDied) and job.by_clock:
        # Not tried again before: it may be what the workers die of.
        return _ended(job, JobEvent.LEAVE, result=_LEFT, error=text)
    if task and final and again_seconds and _is_away(error):
        return _left_to_next_run(task, job, text, again_seconds)
    if final:
        return _ended(job, JobEvent.FAIL, error=text)
    if task is None:
        delay_seconds = max(_UNKNOWN_FIRST_SECONDS, job.age_seconds / 4)
        return _ended(
            job, JobEvent.RETRY, error=text, delay_seconds=delay_seconds, is_forgiven=True
        )
    return _ended(job, JobEvent.RETRY, error=text, delay_seconds=task.delay_seconds(job.counted))


def _is_away(error: BaseException) -> bool:
    """Return whether something does not answer now; an answer that is nonsense stays nonsense."""
    is_nonsense = isinstance(error, UpstreamError) and not isinstance(error, UpstreamDown)
    return isinstance(error, Unavailable) and not is_nonsense


def _left_to_next_run(
    task: Task, job: ClaimedJob, error: str, again_seconds: float
) -> EndedAttempt:
    """Try again until the next run is due, and leave it to that: nobody is called for what comes
    back by itself. Where it does not for an hour, an invariant says so.
    """
    delay_seconds = task.delay_seconds(job.number)
    if job.age_seconds + delay_seconds < again_seconds:
        return _ended(
            job, JobEvent.RETRY, error=error, delay_seconds=delay_seconds, is_forgiven=True
        )
    return _ended(job, JobEvent.LEAVE, result=_LEFT, error=error)


def _ended(job: ClaimedJob, event: JobEvent, **how: Any) -> EndedAttempt:
    return EndedAttempt(
        job.id, job.number, states.after_attempt(event), states.OUTCOMES[event], **how
    )
