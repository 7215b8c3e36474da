"""Housekeeping, months made and archived, and the look at what must always be true."""

from collections.abc import Sequence
from datetime import UTC, datetime

from maritime_app import clock
from maritime_app.infra import alerts
from maritime_app.infra.history import months
from maritime_app.infra.history.months import MonthlyTable
from maritime_app.infra.invariant import Invariant
from maritime_app.jobs import store as job_store
from maritime_app.jobs.model import Cron, NoPayload, Task
from maritime_app.ops import invariants
from maritime_app.resources import Resources
from maritime_app.web import idempotency

_BATCH = 2_000  # jobs deleted in one statement
_SHORTEST_MONTH = 28  # days


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


def keeping_task(tables: Sequence[MonthlyTable]) -> Task:
    """Return the task that makes the next months of these tables and archives the old ones."""

    async def keep_months(res: Resources) -> str:
        history, privacy = res.settings.history, res.settings.privacy
        total = [0, 0, 0]
        for table in tables:
            erased_after = privacy.personal_days // _SHORTEST_MONTH + 2 if table.is_personal else 0
            kept = await months.keep(
                res.db,
                table,
                clock.now().date(),
                live_months=max(history.live_months, erased_after),
                archived_months=history.archived_months,
            )
            counts = kept.made, kept.archived, kept.dropped
            total = [sum(pair) for pair in zip(total, counts, strict=True)]
        return "{} months made, {} archived, {} dropped".format(*total)

    return Task(
        "ops.keep_months",
        keep_months,
        tries=5,
        timeout_seconds=600,
        by_hand=NoPayload,
        selftest=NoPayload(),
    )


async def tidy_up(res: Resources) -> str:
    """Delete crons' jobs of yesterday but the newest of each, expired idempotency keys, and what is
    as old as the archive keeps: ended jobs with their keys, and settled alerts.
    """
    jobs = old_keys = 0
    history = res.settings.history
    live_since = months.months_before(clock.now().date(), history.live_months)
    first = months.months_before(live_since, history.archived_months)
    dropped_before = datetime(first.year, first.month, first.day, tzinfo=UTC)
    async with res.db.acquire() as conn:
        while deleted := await job_store.delete_cron_jobs(conn, _BATCH):
            jobs += deleted
        while deleted := await job_store.delete_left_jobs(conn, dropped_before, _BATCH):
            jobs += deleted
        while await alerts.delete_old(conn, dropped_before, _BATCH):
            pass
        while deleted := await job_store.delete_old_keys(conn, dropped_before, _BATCH):
            old_keys += deleted
        keys = await idempotency.delete_expired(conn)
    return f"{jobs} jobs, {old_keys} keys of jobs, {keys} idempotency keys deleted"


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
    Cron("ops.keep_months", every_seconds=86_400),
]
