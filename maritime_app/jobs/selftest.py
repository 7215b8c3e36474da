"""Hand the harmless tasks to the workers that run, and say how each went and who did it."""

import asyncio
import time
from collections.abc import Iterable
from uuid import UUID

import msgspec

from maritime_app.errors import Invalid
from maritime_app.jobs.model import JobState, Task
from maritime_app.jobs.monitor import service
from maritime_app.jobs.monitor.model import JobResponse
from maritime_app.jobs.outbox import enqueue
from maritime_app.jobs.pausing import service as pauses
from maritime_app.resources import Resources

_PATIENCE_SECONDS = 120.0
_UNCLAIMED_SECONDS = 20.0  # a queue that has a worker begins within one
_LOOK_EVERY_SECONDS = 0.1


class Result(msgspec.Struct, frozen=True):
    """How one task went; `worker` did it, "" when none took it."""

    task: str
    ok: bool
    outcome: str
    seconds: float
    worker: str = ""


async def run(res: Resources, tasks: Iterable[Task], *, only: str | None = None) -> list[Result]:
    """Hand over every task that declares a self-test, side by side; `only` names a single one.

    By its name or short name. Raise Invalid when that one declares none.
    """
    testable = [task for task in tasks if task.selftest is not None]
    chosen = [task for task in testable if only in (None, task.name, task.short_name)]
    if only is not None and not chosen:
        names = ", ".join(sorted(task.name for task in testable))
        raise Invalid(f"there is no self-test for {only}; choose one of {names}")
    return await asyncio.gather(*(_one(res, task) for task in chosen))


async def _one(res: Resources, task: Task) -> Result:
    name = task.name
    if paused := await _paused(res, task):
        return Result(name, False, paused, 0.0)
    began = time.monotonic()
    async with res.db.transaction() as conn:
        plain = msgspec.to_builtins(task.selftest)
        job_id = await enqueue(conn, name, plain, subject=("selftest", name))
    while (seconds := time.monotonic() - began) < _PATIENCE_SECONDS:
        job = await service.job(res, job_id)
        if job.state in (JobState.DONE, JobState.DEAD):
            outcome = f"{job.state}: {job.outcome or job.error or ''}"
            return Result(name, job.state is JobState.DONE, outcome, seconds, _worker(job))
        if job.started_at is None and seconds > _UNCLAIMED_SECONDS:
            break
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
    return await _given_up(res, task, job_id, time.monotonic() - began)


async def _given_up(res: Resources, task: Task, job_id: UUID, seconds: float) -> Result:
    job = await service.job(res, job_id)
    if job.started_at is None:
        words = await _paused(res, task) or f"no worker of the queue {task.queue} took it"
    else:
        words = f"not finished: {job.error}" if job.error else "not finished"
    return Result(task.name, False, words, seconds, _worker(job))


async def _paused(res: Resources, task: Task) -> str:
    paused = await pauses.paused_among(res, [task.name, task.queue])
    return f"paused: {', '.join(sorted(paused))}" if paused else ""


def _worker(job: JobResponse) -> str:
    return job.attempts[-1].worker if job.attempts else ""
