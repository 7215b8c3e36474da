"""What the task endpoints take and answer, and the figures of the queues."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from maritime_app.jobs.model import AttemptOutcome, JobState, Queue, WorkerRole
from maritime_app.jobs.pausing.model import Pause

RETRYING = "retrying"  # queued after a failure: no state of its own, but people look for it
MOST_COUNTED = 10_000  # nobody needs to know whether more are 20,000 or 2 million


class AttemptResponse(msgspec.Struct, frozen=True):
    """One attempt of a job: done, retry, dead, lost (its worker died) or given_back (its worker was
    stopped).
    """

    number: int
    worker: str
    started_at: datetime
    finished_at: datetime
    outcome: AttemptOutcome
    error: str | None


class JobResponse(msgspec.Struct, frozen=True):
    """A job as it stands.

    `tries` counts towards the task's limit, from 0 again after a replay; `given_back` are those
    that a stopping worker cut short, which do not count.
    """

    id: UUID
    task: str
    queue: Queue
    state: JobState
    tries: int
    given_back: int
    subject_kind: str | None
    subject_id: str | None
    created_at: datetime
    run_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    outcome: str | None
    error: str | None
    payload: dict[str, Any]
    request_id: str | None = None
    attempts: tuple[AttemptResponse, ...] = ()


class TriggerRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A task to run now. Only tasks that people may start are accepted."""

    task: str
    payload: dict[str, Any] = {}


class TriggerResponse(msgspec.Struct, frozen=True):
    """The job that was made; ask its status by the id."""

    task_id: UUID
    status_url: str


class Origin(StrEnum):
    """Who asks for jobs: requests, people and other jobs, or the clock (see jobs.crons)."""

    REQUESTS = "requests"
    CLOCK = "clock"


class JobFilter(msgspec.Struct, frozen=True):
    """Which jobs a person wants to see; "" for any. `subject` is an id or a booking's reference."""

    state: str = ""
    queue: str = ""
    task: str = ""
    subject: str = ""
    origin: str = ""
    before: UUID | None = None  # only those that are older than this one


class QueueFigures(msgspec.Struct, frozen=True):
    """One queue now, its jobs counted no further than MOST_COUNTED.

    `oldest_seconds` is how long the oldest due job has waited, if one does, pauses left aside;
    `done_per_minute` the mean of the last hour.
    """

    queue: Queue
    queued: int
    running: int
    dead: int
    oldest_seconds: float | None
    done_per_minute: float
    is_paused: bool


class JobPage(msgspec.Struct, frozen=True):
    """Jobs of a filter, newest first, and where to go on; None: there is nothing older.

    `is_partial`: they were looked for among so many and no further, so that an answer never takes
    long; older ones may match.
    """

    jobs: list[JobResponse]
    next_before: UUID | None
    is_partial: bool = False


class StateCount(msgspec.Struct, frozen=True):
    """How many jobs are in a state; `retrying` is queued after a failure."""

    state: str
    jobs: int


class RunningTask(msgspec.Struct, frozen=True):
    """So many jobs of one task that a worker has in hand, the first of them since then."""

    task: str
    jobs: int
    since: datetime


class WorkerResponse(msgspec.Struct, frozen=True):
    """A worker: `worker` serves every queue, sweeps the ledger and keeps the clock of the crons,
    `arq` serves one queue under arq's own command.

    It says every four seconds that it lives; one that has not for fifteen is silent, and others
    take its jobs. One that stops by itself leaves the list, one that was killed after a day. `done`
    and `failed` are attempts that ended within the hour before `seen_at`.
    """

    name: str
    role: WorkerRole
    queues: list[Queue]
    started_at: datetime
    seen_at: datetime
    is_silent: bool
    running: list[RunningTask]
    done: int
    failed: int


class WorkersResponse(msgspec.Struct, frozen=True):
    """Every worker, the latest first."""

    workers: list[WorkerResponse]


class CronRun(msgspec.Struct, frozen=True):
    """The newest job of a cron."""

    job_id: UUID
    state: str  # a job's, or `retrying`: queued after a failure
    asked_at: datetime
    finished_at: datetime | None
    outcome: str | None
    error: str | None


class CronResponse(msgspec.Struct, frozen=True):
    """A task that comes again, once per time slot; slots are counted from 1970 (UTC).

    While it or its queue is paused no slot is asked for; the one that lasts then is, afterwards.
    """

    task: str
    queue: Queue
    payload: dict[str, Any]
    every_seconds: float
    next_at: datetime
    last: CronRun | None
    is_paused: bool


class CronsResponse(msgspec.Struct, frozen=True):
    """Every cron, in the order of their names."""

    crons: list[CronResponse]


class PausesResponse(msgspec.Struct, frozen=True):
    """What is paused now, the first one first."""

    pauses: list[Pause]
