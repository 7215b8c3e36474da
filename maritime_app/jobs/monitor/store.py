"""The ledger read for people, and the two changes that a person may make."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from maritime_app.infra.db import Conn
from maritime_app.jobs.model import JobState, Queue, WorkerRole
from maritime_app.jobs.monitor.model import (
    MOST_COUNTED,
    AttemptResponse,
    JobFilter,
    JobResponse,
    QueueFigures,
    StateCount,
)
from maritime_app.jobs.presence import SQL as WORKERS_SQL
from maritime_app.jobs.states import JOB, JobEvent
from maritime_app.jobs.store import SQL, QueuedJob

NEWEST = UUID(int=(1 << 128) - 1)  # no id is greater


class StoredWorker(msgspec.Struct, frozen=True):
    """What a worker said last, so many seconds ago."""

    name: str
    role: WorkerRole
    queues: list[Queue]
    started_at: datetime
    seen_at: datetime
    done: int
    failed: int
    seen_seconds_ago: float


class InHand(msgspec.Struct, frozen=True):
    """So many jobs of a task that a worker runs, the first of them since then."""

    worker: str
    task: str
    jobs: int
    since: datetime


class NewestRun(msgspec.Struct, frozen=True):
    """The newest job of the cron whose keys begin so."""

    prefix: str
    id: UUID
    state: JobState
    has_failed: bool
    created_at: datetime
    finished_at: datetime | None
    outcome: str | None
    error: str | None


async def jobs_of_subject(conn: Conn, wanted: JobFilter, most: int) -> list[JobResponse]:
    """Return the newest jobs about one subject."""
    filters = wanted.subject.strip(), wanted.state, wanted.queue, wanted.task, wanted.origin
    before = wanted.before or NEWEST
    return await SQL.jobs_of_subject.fetch_all(conn, JobResponse, *filters, before, most)


async def standing_jobs(
    conn: Conn, wanted: JobFilter, most: int, looked_at: int
) -> list[JobResponse]:
    """Return the newest jobs in a state that few are in, out of the first so many in it."""
    filters = wanted.state, wanted.queue, wanted.task, wanted.origin, wanted.before or NEWEST
    return await SQL.standing_jobs.fetch_all(conn, JobResponse, *filters, most, looked_at)


async def newest_jobs(
    conn: Conn, wanted: JobFilter, most: int, looked_at: int
) -> tuple[list[JobResponse], UUID]:
    """Return those that match among so many jobs, and the oldest id that was looked at."""
    before = wanted.before or NEWEST
    edge = await SQL.edge_of_look.fetch_one(conn, UUID, before, looked_at)
    filters = wanted.state, wanted.queue, wanted.task, wanted.origin
    args = *filters, edge, before, most
    return await SQL.newest_jobs.fetch_all(conn, JobResponse, *args), edge


async def job(conn: Conn, job_id: UUID) -> JobResponse | None:
    """Return a job with all its attempts."""
    response = await SQL.job_by_id.fetch_optional(conn, JobResponse, job_id)
    if response is None:
        return None
    attempts = await SQL.attempts_of.fetch_all(conn, AttemptResponse, job_id)
    return msgspec.structs.replace(response, attempts=tuple(attempts))


async def queue_figures(conn: Conn) -> list[QueueFigures]:
    """Return the figures of every queue."""
    return await SQL.queue_figures.fetch_all(conn, QueueFigures, list(Queue), MOST_COUNTED)


async def state_counts(conn: Conn) -> dict[str, int]:
    """Return how many jobs are in each state that occurs, `retrying` counted apart; of each no more
    than MOST_COUNTED are counted.
    """
    counts = await SQL.state_counts.fetch_all(conn, StateCount, MOST_COUNTED)
    return {count.state: count.jobs for count in counts}


async def replay(conn: Conn, job_id: UUID) -> QueuedJob | None:
    """Queue a job that is dead or cancelled again; return None for any other."""
    return await SQL.replay_job.fetch_optional(conn, QueuedJob, job_id, JOB.before(JobEvent.REPLAY))


async def cancel(conn: Conn, job_id: UUID) -> bool:
    """Cancel a queued job; return False for any other."""
    return await SQL.cancel_job.execute(conn, job_id, JOB.before(JobEvent.CANCEL)) == 1


async def workers(conn: Conn) -> list[StoredWorker]:
    """Return every worker that is remembered, the latest first."""
    return await WORKERS_SQL.workers.fetch_all(conn, StoredWorker)


async def in_hand(conn: Conn) -> list[InHand]:
    """Return what each worker runs now."""
    return await WORKERS_SQL.running_by_worker.fetch_all(conn, InHand, MOST_COUNTED)


async def newest_runs(conn: Conn, prefixes: Sequence[str]) -> list[NewestRun]:
    """Return the newest job of each cron that has one, by what the cron's keys begin with."""
    return await WORKERS_SQL.newest_runs.fetch_all(conn, NewestRun, prefixes)
