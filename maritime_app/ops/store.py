"""The ledger, read for people."""

from uuid import UUID

from asyncpg import Record

from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.ops.model import AttemptAnswer, TaskAnswer, TaskFilter

SQL = queries.load("ops")


async def jobs_matching(conn: Conn, wanted: TaskFilter, per_page: int) -> list[TaskAnswer]:
    """One page of tasks, newest first, and one more if there is a next page."""
    offset = (wanted.page - 1) * per_page
    rows = await SQL.jobs_matching.all(
        conn, wanted.state, wanted.queue, wanted.task, wanted.subject.strip(), offset, per_page + 1
    )
    return [TaskAnswer(**dict(row)) for row in rows]


async def job(conn: Conn, job_id: UUID) -> TaskAnswer | None:
    """A task with all its tries."""
    row = await SQL.job_by_id.maybe(conn, job_id)
    if row is None:
        return None
    attempts = [
        AttemptAnswer(*attempt.values()) for attempt in await SQL.attempts_of.all(conn, job_id)
    ]
    return TaskAnswer(**dict(row), attempts=tuple(attempts))


async def queue_figures(conn: Conn) -> list[Record]:
    """How much waits, runs and is dead, per queue."""
    return await SQL.queue_figures.all(conn)


async def done_last_hour(conn: Conn) -> dict[str, int]:
    """Finished tasks per queue."""
    return {row["queue"]: row["done"] for row in await SQL.done_last_hour.all(conn)}


async def repeat_job(conn: Conn, job_id: UUID) -> Record | None:
    """Start a dead task again; None when it is not dead."""
    row = await SQL.repeat_job.maybe(conn, job_id)
    if row is not None:
        await SQL.forget_attempts.run(conn, job_id)
    return row


async def cancel_job(conn: Conn, job_id: UUID) -> bool:
    """Take a waiting task away; False when it does not wait."""
    return await SQL.cancel_job.value(conn, job_id) is not None


async def open_alerts(conn: Conn, limit: int) -> list[Record]:
    """What a person must look at."""
    return await SQL.open_alerts.all(conn, limit)


async def lags(conn: Conn) -> Record:
    """How far behind we are."""
    return await SQL.lags.one(conn)


async def alive(conn: Conn) -> None:
    """Whether the database answers."""
    await SQL.alive.value(conn)


async def counts(conn: Conn) -> dict[str, int]:
    """How many tasks are in each state; a waiting one that was tried before is retrying."""
    return {row["state"]: row["jobs"] for row in await SQL.job_counts.all(conn)}


async def settle_alert(conn: Conn, alert_id: UUID) -> None:
    """Mark as looked at."""
    await SQL.settle_alert.run(conn, alert_id)
