"""The ledger's rows: jobs written, claimed, ended and swept."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

import msgspec

from maritime_app import ids
from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.jobs.model import AttemptOutcome, ClaimedJob, JobState, Queue

SQL = queries.load("jobs")


class NewJob(msgspec.Struct, frozen=True):
    """A job to be written, due so many seconds after the database's now."""

    id: UUID
    task: str
    queue: Queue
    payload: Mapping[str, Any]
    subject: tuple[str, str] | None
    unique_key: str | None
    delay_seconds: float
    request_id: str | None = None
    trace_parent: str | None = None  # the span in which it was written, as W3C Trace Context


class EndedAttempt(msgspec.Struct, frozen=True):
    """An attempt that is over, and the state in which it leaves its job.

    `result` is the task's own word, `delay_seconds` the pause before the next attempt. One that is
    forgiven does not count towards the task's limit.
    """

    job_id: UUID
    number: int
    state: JobState
    outcome: AttemptOutcome
    result: str | None = None
    error: str | None = None
    delay_seconds: float = 0.0
    is_forgiven: bool = False


class QueuedJob(msgspec.Struct, frozen=True):
    """A job that has to be handed to its queue."""

    id: UUID
    queue: Queue


async def add_job(conn: Conn, job: NewJob) -> bool:
    """Write a job; return False when its unique key is taken."""
    kind, subject_id = job.subject or (None, None)
    added = await SQL.add_job.fetch_optional(
        conn,
        UUID,
        job.id,
        job.task,
        job.queue,
        job.payload,
        kind,
        subject_id,
        job.unique_key,
        job.delay_seconds,
        job.request_id,
        job.trace_parent,
    )
    return added is not None


async def add_jobs(
    conn: Conn,
    task: str,
    queue: Queue,
    jobs: Sequence[Mapping[str, Any]],
    request_id: str | None,
    trace_parent: str | None,
) -> list[UUID]:
    """Write jobs of a task, by column name; return those whose unique key was free."""
    return await SQL.add_jobs.fetch_all(conn, UUID, task, queue, jobs, request_id, trace_parent)


async def job_id_by_unique_key(conn: Conn, unique_key: str | None) -> UUID:
    """Return the id of the job that has this unique key."""
    return await SQL.job_by_unique_key.fetch_one(conn, UUID, unique_key)


async def claim(
    conn: Conn, job_ids: Iterable[UUID], worker: str, lease_seconds: float
) -> list[ClaimedJob]:
    """Claim those of the jobs that are queued and due, and begin an attempt of each."""
    return await SQL.claim_jobs.fetch_all(conn, ClaimedJob, sorted(job_ids), worker, lease_seconds)


async def end_attempts(conn: Conn, worker: str, ended: Sequence[EndedAttempt]) -> set[UUID]:
    """Write down attempts of this worker; those whose lease it has lost are left alone.

    Return the jobs that are dead now.
    """
    in_order = sorted(ended, key=attrgetter("job_id"))
    columns = [
        [getattr(attempt, field) for attempt in in_order]
        for field in EndedAttempt.__struct_fields__
    ]
    return set(await SQL.end_attempts.fetch_all(conn, UUID, worker, *columns))


async def renew_leases(
    conn: Conn, worker: str, job_ids: Iterable[UUID], lease_seconds: float
) -> None:
    """Hold the jobs for so many more seconds."""
    await SQL.renew_leases.execute(conn, worker, sorted(job_ids), lease_seconds)


async def release_lost_jobs(conn: Conn, limit: int) -> list[QueuedJob]:
    """Queue what a dead worker held, and write its attempts down as lost."""
    return await SQL.release_lost_jobs.fetch_all(conn, QueuedJob, limit)


async def due_jobs(conn: Conn, limit: int) -> list[QueuedJob]:
    """Return what is due and was not handed over lately, marked as handed over now."""
    return await SQL.due_jobs.fetch_all(conn, QueuedJob, limit)


async def delete_cron_jobs(conn: Conn, limit: int) -> int:
    """Delete crons' jobs that ended a day ago, at most so many; return how many. The newest of each
    cron stays.
    """
    return await SQL.delete_cron_jobs.execute(conn, limit)


async def delete_left_jobs(conn: Conn, before: datetime, limit: int) -> int:
    """Delete jobs that outlived the archive of their month and ended since, at most so many of
    those written before that instant; return how many.
    """
    return await SQL.delete_left_jobs.execute(conn, ids.first_uuid7(before), limit)


async def delete_old_keys(conn: Conn, before: datetime, limit: int) -> int:
    """Delete keys of jobs that were written before that instant and stand nowhere any more, at most
    so many; return how many.
    """
    return await SQL.delete_old_job_keys.execute(conn, ids.first_uuid7(before), limit)
