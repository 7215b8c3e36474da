"""Housekeeping, and the nightly check of what must always be true."""

from maritime_app.infra import queries
from maritime_app.infra.alerts import raise_alert
from maritime_app.jobs.runner import Cron, Task
from maritime_app.ops import invariants
from maritime_app.resources import Resources

JOBS_SQL, WEB_SQL = queries.load("infra"), queries.load("web")
_KEEP_JOBS_DAYS = 30


async def check_invariants(res: Resources) -> str:
    """Look for exceptions and raise an alert for each."""
    found = await invariants.broken(res)
    async with res.db.transaction() as conn:
        for breach in found:
            await raise_alert(
                conn,
                "invariant",
                f"{breach.invariant}: {breach.detail}",
                subject=("breach", breach.subject),
            )
    return f"{len(found)} exceptions"


async def tidy_up(res: Resources) -> str:
    """Delete old finished jobs and expired idempotency keys."""
    async with res.db.acquire() as conn:
        jobs = await JOBS_SQL.delete_old_jobs.run(conn, _KEEP_JOBS_DAYS)
        keys = await WEB_SQL.delete_expired_keys.run(conn)
    return f"{jobs} jobs, {keys} keys deleted"


JOBS = [
    Task("ops.check_invariants", check_invariants, tries=2, timeout_seconds=300),
    Task("ops.tidy_up", tidy_up, tries=2, timeout_seconds=300),
]
CRONS = [
    Cron("ops.check_invariants", every_seconds=86_400),
    Cron("ops.tidy_up", every_seconds=3_600),
]
