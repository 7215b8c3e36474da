"""Figures of the service, alerts, and the last checks of the invariants."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec


class CachedResponse(msgspec.Struct, frozen=True):
    """Whether something is cached under a key, for how long still, and what."""

    key: str
    cached: bool
    seconds_left: int | None = None
    stored_at: datetime | None = None
    tags: tuple[str, ...] = ()
    value: Any = None


class Lags(msgspec.Struct, frozen=True):
    """How long the oldest of each kind has waited, in seconds; 0 where nothing waits."""

    outbox_seconds: float
    webhook_seconds: float
    hold_expiry_seconds: float
    mails_waiting: int
    mail_seconds: float


class DatabaseMode(msgspec.Struct, frozen=True):
    """Whether the server that we are connected to refuses writes."""

    read_only: bool


class LimitRequest(msgspec.Struct, frozen=True):
    """Other numbers for a limit; `reset`: those of the settings again."""

    at_once: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 1
    per_minute: Annotated[float, msgspec.Meta(ge=0.1, le=1_000_000)] = 1.0
    reset: str = ""


class Alert(msgspec.Struct, frozen=True):
    """What a person must look at."""

    id: UUID
    kind: str
    message: str
    subject_kind: str | None
    subject_id: str | None
    raised_at: datetime


class AlertCount(msgspec.Struct, frozen=True):
    """How many alerts of a kind are open."""

    kind: str
    alerts: int


class Breach(msgspec.Struct, frozen=True):
    """One exception to an invariant: which, whose, and what is wrong."""

    invariant: str
    subject: str
    detail: str


class WalkState(msgspec.Struct, frozen=True):
    """Where a walk through an invariant's subjects stands (infra/invariant.py).

    `ids` are those of one look. `walked_at` is when the last round ended.
    """

    walk: str
    position: UUID = UUID(int=0)
    touched_until: datetime | None = None
    walked_at: datetime | None = None
    ids: tuple[UUID, ...] = ()


class Check(msgspec.Struct, frozen=True):
    """What was found of an invariant when it was last looked at; `detail` is the first breach."""

    invariant: str
    breaches: int
    detail: str | None
    checked_at: datetime
