"""Housekeeping, and the look every five minutes at what must always be true."""

from collections.abc import Sequence

from maritime_app.infra.invariant import Invariant
from maritime_app.jobs import store as job_store
from maritime_app.jobs.model import Cron, NoPayload, Task
from maritime_app.ops import invariants
from maritime_app.resources import Resources
from maritime_app.web import idempotency

_KEEP_JOBS_DAYS = 30


def checking_task(watched: Sequence[Invariant]) -> Task:
    """Return the task that looks at these invariants and raises an alert for each exception."""

    async def check_invariants(res: Resources) -> str:
        return f"{await invariants.check(res, watched)} exceptions"

    return Task(
        "ops.check_invariants",
        check_invariants,
        tries=2,
        timeout_seconds=300,
        by_hand=NoPayload,
        selftest=NoPayload(),
    )


async def tidy_up(res: Resources) -> str:
    """Delete old finished jobs and expired idempotency keys."""
    async with res.db.acquire() as conn:
        jobs = await job_store.delete_old_jobs(conn, _KEEP_JOBS_DAYS)
        keys = await idempotency.delete_expired(conn)
    return f"{jobs} jobs, {keys} keys deleted"


TASKS = [
    Task(
        "ops.tidy_up",
        tidy_up,
        tries=2,
        timeout_seconds=300,
        by_hand=NoPayload,
        selftest=NoPayload(),
    ),
]
CRONS = [
    Cron("ops.check_invariants", every_seconds=300),
    Cron("ops.tidy_up", every_seconds=3_600),
]
