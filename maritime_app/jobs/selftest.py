"""Run the harmless tasks once through the real queues and say how each went."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from maritime_app.errors import Invalid
from maritime_app.jobs.model import JobState, Task
from maritime_app.jobs.monitor import service
from maritime_app.jobs.outbox import enqueue
from maritime_app.resources import Resources

_PATIENCE_SECONDS = 120.0
_LOOK_EVERY_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Result:
    """How one task went."""

    task: str
    ok: bool
    outcome: str
    seconds: float


async def run(res: Resources, tasks: Iterable[Task], *, only: str | None = None) -> list[Result]:
    """Run every task that declares a self-test, one after another; `only` names a single one.

    By its name or short name. Raise Invalid when that one declares none.
    """
    testable = [task for task in tasks if task.selftest is not None]
    tests = {task.name: task.selftest for task in testable if task.selftest is not None}
    only = next((task.name for task in testable if task.short_name == only), only)
    if only is not None and only not in tests:
        raise Invalid(f"there is no self-test for {only}; choose one of {', '.join(sorted(tests))}")
    return [await _one(res, name, tests[name]) for name in tests if only in (None, name)]


async def _one(res: Resources, name: str, payload: msgspec.Struct) -> Result:
    began = time.monotonic()
    async with res.db.transaction() as conn:
        plain = msgspec.to_builtins(payload)
        job_id = await enqueue(conn, name, plain, subject=("selftest", name))
    while time.monotonic() - began < _PATIENCE_SECONDS:
        job = await service.job(res, job_id)
        if job.state in (JobState.DONE, JobState.DEAD):
            outcome = f"{job.state}: {job.outcome or job.error or ''}"
            return Result(name, job.state is JobState.DONE, outcome, time.monotonic() - began)
        await asyncio.sleep(_LOOK_EVERY_SECONDS)
    return Result(name, False, "no worker finished it", time.monotonic() - began)
