"""What the task endpoints answer."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec


class AttemptAnswer(msgspec.Struct, frozen=True):
    """One try of a task: done, retry, dead, lost (its worker died) or given_back (its worker was
    stopped).
    """

    number: int
    worker: str
    started_at: datetime
    finished_at: datetime
    outcome: str
    error: str | None


class TaskAnswer(msgspec.Struct, frozen=True):
    """A task as it stands: queued, running, done, dead or cancelled.

    `tries` counts towards the task's limit; `given_back` are those that a stopping worker cut
    short, which do not.
    """

    id: UUID
    task: str
    queue: str
    state: str
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
    attempts: tuple[AttemptAnswer, ...] = ()


class TriggerAsk(msgspec.Struct, frozen=True):
    """A task to run now. Only tasks that may be asked for by hand are accepted."""

    task: str
    payload: dict[str, Any] = {}


class TriggerAnswer(msgspec.Struct, frozen=True):
    """The job that was made; ask its status by the id."""

    task_id: UUID
    status_url: str


class CachedAnswer(msgspec.Struct, frozen=True):
    """Whether something is cached under a key, for how long still, and what."""

    key: str
    cached: bool
    seconds_left: int | None = None
    stored_at: datetime | None = None
    tags: tuple[str, ...] = ()
    value: Any = None


class TaskFilter(msgspec.Struct, frozen=True):
    """Which tasks a person wants to see."""

    state: str = ""
    queue: str = ""
    task: str = ""
    subject: str = ""
    page: Annotated[int, msgspec.Meta(ge=1, le=10_000)] = 1
