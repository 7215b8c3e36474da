"""What templates/jobs/ shows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from maritime_app.jobs.model import JobState, Queue, Task
from maritime_app.jobs.monitor.model import AttemptResponse, JobFilter, JobResponse, QueueFigures
from maritime_app.jobs.states import JOB, JobEvent
from maritime_app.web.access import Caller

_RETRYING = "retrying"
_SHOWN_STATES = (
    JobState.QUEUED,
    JobState.RUNNING,
    _RETRYING,
    JobState.DONE,
    JobState.DEAD,
    JobState.CANCELLED,
)
_MOST_RELATED = 12
_BASE = "/admin/tasks"


class QueueLine(msgspec.Struct, frozen=True):
    """A queue's figures; `per_minute` is the mean of the last hour."""

    name: Queue
    queued: int
    running: int
    dead: int
    oldest_seconds: float | None
    per_minute: float


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


class JobsView(msgspec.Struct, frozen=True):
    """templates/jobs/tasks.html."""

    staff: Caller
    counts: dict[str, int]
    queues: list[QueueLine]
    filters: dict[str, str]
    queue_names: list[Queue]
    task_names: list[str]
    startable: list[str]
    jobs: list[JobLine]
    page: int
    pages: int
    page_url: str
    may_trigger: bool
    message: str


class JobView(msgspec.Struct, frozen=True):
    """templates/jobs/task.html; `payload` is JSON for people, `worker` who had it last."""

    staff: Caller
    job: JobLine
    payload: str
    request_id: str | None
    worker: str | None
    attempts: tuple[AttemptResponse, ...]
    may_replay: bool
    may_cancel: bool
    related: list[JobLine]


def queue_line(figures: QueueFigures) -> QueueLine:
    """Return a queue's figures as they are shown."""
    return QueueLine(
        figures.queue,
        figures.queued,
        figures.running,
        figures.dead,
        figures.oldest_seconds,
        round(figures.done_last_hour / 60, 1),
    )


def job_line(job: JobResponse) -> JobLine:
    """Return a job as a line of a list."""
    state = _RETRYING if job.state is JobState.QUEUED and job.tries else job.state
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
    )


def jobs_view(
    who: Caller,
    wanted: JobFilter,
    matching: Sequence[JobResponse],
    *,
    more: bool,
    counts: Mapping[str, int],
    queues: Sequence[QueueFigures],
    tasks: Mapping[str, Task],
    message: str,
) -> JobsView:
    """Return the page of all jobs that match."""
    filters = {name: getattr(wanted, name) for name in ("state", "queue", "task", "subject")}
    query = urlencode({name: value for name, value in filters.items() if value})
    return JobsView(
        staff=who,
        counts={state: counts.get(state, 0) for state in _SHOWN_STATES},
        queues=[queue_line(queue) for queue in queues],
        filters=filters,
        queue_names=list(Queue),
        task_names=sorted({*tasks, *(job.task for job in matching), wanted.task} - {""}),
        startable=sorted(task.name for task in tasks.values() if task.by_hand),
        jobs=[job_line(job) for job in matching],
        page=wanted.page,
        pages=wanted.page + (1 if more else 0),
        page_url=f"{_BASE}?{query}{'&' if query else ''}page={{page}}",
        may_trigger="tasks.act" in who.permissions,
        message=message,
    )


def job_view(who: Caller, job: JobResponse, related: Sequence[JobResponse]) -> JobView:
    """Return the page of one job, with others of the same subject."""
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
    )
