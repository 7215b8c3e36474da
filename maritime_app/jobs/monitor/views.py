"""What templates/jobs/ shows."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from maritime_app import formatting
from maritime_app.jobs.model import JobState, Queue, Task
from maritime_app.jobs.monitor.model import (
    MOST_COUNTED,
    RETRYING,
    AttemptResponse,
    JobFilter,
    JobPage,
    JobResponse,
    QueueFigures,
)
from maritime_app.jobs.states import JOB, JobEvent
from maritime_app.web.access import Caller

_SHOWN_STATES = (
    JobState.QUEUED,
    JobState.RUNNING,
    RETRYING,
    JobState.DONE,
    JobState.DEAD,
    JobState.CANCELLED,
)
_MOST_RELATED = 12
_BASE = "/admin/tasks"
_FILTERS = ("state", "queue", "task", "subject", "origin")


class QueueLine(msgspec.Struct, frozen=True):
    """A queue's figures as they are shown ("10,000+" where nobody counted on); `per_minute` is the
    mean of the last hour.
    """

    name: Queue
    queued: str
    running: str
    dead: str
    oldest_seconds: float | None
    per_minute: float
    is_paused: bool


class JobLine(msgspec.Struct, frozen=True):
    """A job in a list; `state` is `retrying` for one that is queued after a failure."""

    id: UUID
    task: str
    queue: Queue
    state: str
    tries: int
    subject: str
    subject_url: str | None
    created_at: datetime
    run_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    outcome: str | None
    error: str | None
    may_be_changed: bool  # run again, or taken away


class JobsView(msgspec.Struct, frozen=True):
    """templates/jobs/tasks.html."""

    staff: Caller
    counts: dict[str, str]
    queues: list[QueueLine]
    filters: dict[str, str]
    queue_names: list[Queue]
    task_names: list[str]
    startable: list[str]
    jobs: list[JobLine]
    newest_url: str | None
    older_url: str | None
    is_partial: bool
    may_trigger: bool
    message: str


class JobView(msgspec.Struct, frozen=True):
    """templates/jobs/task.html; `payload` is JSON for people, `worker` who had it last, `paused`
    what keeps it waiting.
    """

    staff: Caller
    job: JobLine
    payload: str
    request_id: str | None
    worker: str | None
    attempts: tuple[AttemptResponse, ...]
    may_replay: bool
    may_cancel: bool
    related: list[JobLine]
    paused: list[str]


def queue_line(figures: QueueFigures) -> QueueLine:
    """Return a queue's figures as they are shown."""
    return QueueLine(
        figures.queue,
        bounded_count(figures.queued),
        bounded_count(figures.running),
        bounded_count(figures.dead),
        figures.oldest_seconds,
        round(figures.done_per_minute, 1),
        figures.is_paused,
    )


def bounded_count(jobs: int) -> str:
    """Return how many, in the reader's digits; "10,000+" where nobody counted on."""
    return formatting.number(jobs) + ("+" if jobs >= MOST_COUNTED else "")


def job_line(job: JobResponse) -> JobLine:
    """Return a job as a line of a list."""
    state = RETRYING if job.state is JobState.QUEUED and job.tries else job.state
    subject = f"{job.subject_kind}:{job.subject_id}" if job.subject_kind else ""
    url = f"{_BASE}?{urlencode({'subject': job.subject_id})}" if job.subject_id else None
    return JobLine(
        job.id,
        job.task,
        job.queue,
        state,
        job.tries,
        subject,
        url,
        job.created_at,
        job.run_at,
        job.started_at,
        job.finished_at,
        job.outcome,
        job.error,
        any(JOB.after(job.state, act) for act in (JobEvent.REPLAY, JobEvent.CANCEL)),
    )


def jobs_view(
    who: Caller,
    wanted: JobFilter,
    found: JobPage,
    *,
    counts: Mapping[str, int],
    queues: Sequence[QueueFigures],
    tasks: Mapping[str, Task],
    message: str,
) -> JobsView:
    """Return the page of all jobs that match."""
    filters = {name: getattr(wanted, name) for name in _FILTERS}
    given = {name: value for name, value in filters.items() if value}
    older = urlencode({**given, "before": str(found.next_before)})
    return JobsView(
        staff=who,
        counts={state: bounded_count(counts.get(state, 0)) for state in _SHOWN_STATES},
        queues=[queue_line(queue) for queue in queues],
        filters=filters,
        queue_names=list(Queue),
        task_names=sorted({*tasks, *(job.task for job in found.jobs), wanted.task} - {""}),
        startable=sorted(task.name for task in tasks.values() if task.by_hand),
        jobs=[job_line(job) for job in found.jobs],
        newest_url=f"{_BASE}?{urlencode(given)}" if wanted.before else None,
        older_url=f"{_BASE}?{older}" if found.next_before else None,
        is_partial=found.is_partial,
        may_trigger="tasks.act" in who.permissions,
        message=message,
    )


def job_view(
    who: Caller, job: JobResponse, related: Sequence[JobResponse], paused: Collection[str]
) -> JobView:
    """Return the page of one job, with others of the same subject; `paused` is what of its queue
    and task is.
    """
    may = "tasks.act" in who.permissions
    return JobView(
        staff=who,
        job=job_line(job),
        payload=msgspec.json.format(msgspec.json.encode(job.payload), indent=2).decode(),
        request_id=job.request_id,
        worker=job.attempts[-1].worker if job.attempts else None,
        attempts=job.attempts,
        may_replay=may and JOB.after(job.state, JobEvent.REPLAY) is not None,
        may_cancel=may and JOB.after(job.state, JobEvent.CANCEL) is not None,
        related=[job_line(other) for other in related if other.id != job.id][:_MOST_RELATED],
        paused=sorted(paused) if job.state is JobState.QUEUED else [],
    )
