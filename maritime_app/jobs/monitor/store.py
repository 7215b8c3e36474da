"""The ledger read for people, and the two changes that a person may make."""

from uuid import UUID

import msgspec

from maritime_app.infra.db import Conn
from maritime_app.jobs.model import Queue
from maritime_app.jobs.monitor.model import (
    AttemptResponse,
    JobFilter,
    JobResponse,
    QueueFigures,
    StateCount,
)
from maritime_app.jobs.states import JOB, JobEvent
from maritime_app.jobs.store import SQL, QueuedJob


async def jobs_matching(conn: Conn, wanted: JobFilter, per_page: int) -> list[JobResponse]:
    """Return one page of jobs, newest first, and one more if there is a next page."""
    offset = (wanted.page - 1) * per_page
    filters = wanted.state, wanted.queue, wanted.task, wanted.subject.strip()
    return await SQL.jobs_matching.fetch_all(conn, JobResponse, *filters, offset, per_page + 1)


async def job(conn: Conn, job_id: UUID) -> JobResponse | None:
    """Return a job with all its attempts."""
    response = await SQL.job_by_id.fetch_optional(conn, JobResponse, job_id)
    if response is None:
        return None
    attempts = await SQL.attempts_of.fetch_all(conn, AttemptResponse, job_id)
    return msgspec.structs.replace(response, attempts=tuple(attempts))


async def queue_figures(conn: Conn) -> list[QueueFigures]:
    """Return the figures of every queue."""
    return await SQL.queue_figures.fetch_all(conn, QueueFigures, list(Queue))


async def state_counts(conn: Conn) -> dict[str, int]:
    """Return how many jobs are in each state that occurs, `retrying` counted apart."""
    counts = await SQL.state_counts.fetch_all(conn, StateCount)
    return {count.state: count.jobs for count in counts}


async def replay(conn: Conn, job_id: UUID) -> QueuedJob | None:
    """Queue a job that is dead or cancelled again; return None for any other."""
    return await SQL.replay_job.fetch_optional(conn, QueuedJob, job_id, JOB.before(JobEvent.REPLAY))


async def cancel(conn: Conn, job_id: UUID) -> bool:
    """Cancel a queued job; return False for any other."""
    return await SQL.cancel_job.execute(conn, job_id, JOB.before(JobEvent.CANCEL)) == 1
