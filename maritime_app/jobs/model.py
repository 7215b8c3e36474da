"""Queues and states by name; what a task is, what a cron is, and a job as a worker gets it."""

import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

_LONGEST_DELAY_SECONDS = 600.0

Run = Callable[..., Awaitable[str | None]]


class Queue(StrEnum):
    """The queues, each with a worker of its own, so that mails never wait behind statistics."""

    EMAILS = "emails"
    PAYMENTS = "payments"
    BOOKINGS = "bookings"
    DATA = "data"

    @classmethod
    def of(cls, task: str) -> "Queue":
        """Return the queue of a task by the first word of its name; `data` for every other domain.

        The name decides because a job is written by name, below the domain that runs it.
        """
        domain = task.partition(".")[0]
        return next((queue for queue in cls if queue == domain), cls.DATA)


class WorkerRole(StrEnum):
    """What a worker is: WORKER serves every queue, sweeps the ledger and keeps the clock of the
    crons; ARQ serves one queue, under arq's own command.
    """

    WORKER = "worker"
    ARQ = "arq"


class JobState(StrEnum):
    """Where a job stands; `dead` is final until a person replays it."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"


class AttemptOutcome(StrEnum):
    """How one attempt ended; `lost`: its worker died, `given_back`: its worker was stopped."""

    DONE = "done"
    RETRY = "retry"
    DEAD = "dead"
    LOST = "lost"
    GIVEN_BACK = "given_back"


class GiveUp(Exception):
    """Raised by a task that will never succeed: no further attempt is made."""


class NoPayload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The payload of a task that takes no arguments."""


class Task(msgspec.Struct, frozen=True):
    """A named piece of work, safe to repeat; `run(resources, **payload)` returns its outcome.

    `tries` bounds the attempts that count, `timeout_seconds` each of them. What is asked for again
    by itself within `again_seconds`, for as long as it is needed, is left to that where what it
    needs does not answer (0: it is not; for a job of the clock, the cron says when). People may
    start it when `by_hand` says what its payload looks like. `selftest` is the payload with which
    it may run at any time without harm, `short_name` by what else people call it there.
    """

    name: str
    run: Run
    tries: int = 5
    timeout_seconds: float = 60.0
    first_delay_seconds: float = 2.0
    again_seconds: float = 0.0
    by_hand: type[msgspec.Struct] | None = None
    selftest: msgspec.Struct | None = None
    short_name: str = ""

    @property
    def queue(self) -> Queue:
        """The queue it travels on."""
        return Queue.of(self.name)

    def delay_seconds(self, attempt: int) -> float:
        """Return the pause after that attempt: doubled each time up to ten minutes, then between a
        half and the whole of it by chance.
        """
        longest = min(
            _LONGEST_DELAY_SECONDS, self.first_delay_seconds * 2.0 ** min(attempt - 1, 50)
        )
        return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreading retries, not a secret


class Cron(msgspec.Struct, frozen=True):
    """A task for every slot of so many seconds; however many processes ask, a slot is one job."""

    task: str
    every_seconds: float
    payload: Mapping[str, Any] = msgspec.field(default_factory=dict)

    def slot(self, instant: datetime) -> int:
        """Return the number of the time slot in which that instant lies; they begin with 1970."""
        return int(instant.timestamp() // self.every_seconds)

    @property
    def key_prefix(self) -> str:
        """What the unique key of each of its jobs begins with; the slot's number follows."""
        return f"cron:{self.task}:{msgspec.json.encode(dict(self.payload)).decode()}:"

    def next_at(self, instant: datetime) -> datetime:
        """Return when the first slot after that instant begins."""
        return datetime.fromtimestamp((self.slot(instant) + 1) * self.every_seconds, UTC)


class ClaimedJob(msgspec.Struct, frozen=True):
    """A job that this worker may run.

    `number` is the attempt's among all of the job's; `counted` is its place towards the task's
    limit: without those that were given back or forgiven, and from 1 again after a replay. It was
    written `age_seconds` ago, `by_clock`: for a cron's time slot.
    """

    id: UUID
    task: str
    payload: dict[str, Any]
    number: int
    counted: int
    age_seconds: float
    by_clock: bool
    request_id: str | None = None
    trace_parent: str | None = None
