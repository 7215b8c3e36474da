"""A pause, what it is asked for with, and what waits because of it."""

from datetime import datetime
from typing import Annotated, Final

import msgspec

MOST_MINUTES: Final = 43_200  # thirty days: what is to stay longer has no end


class Waiting(msgspec.Struct, frozen=True):
    """So many due jobs of a task that a pause keeps, the first of them due since then."""

    name: str
    task: str
    jobs: int
    since: datetime


class Pause(msgspec.Struct, frozen=True):
    """A queue or a task (`name`) that no worker begins anything of.

    Since when and for how long by the database's clock, until when (None: until somebody ends it),
    why, and who said so last (None: the command line). `waiting` is counted up to ten thousand
    jobs.
    """

    name: str
    since: datetime
    until: datetime | None
    reason: str
    staff_name: str | None
    seconds: float
    waiting: tuple[Waiting, ...] = ()


class LongPause(msgspec.Struct, frozen=True):
    """A pause of which somebody is to be told."""

    name: str
    reason: str
    seconds: float


class PauseRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The queue or task to leave alone, why, and for how many minutes (None: until it goes on)."""

    name: str
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    minutes: Annotated[int, msgspec.Meta(ge=1, le=MOST_MINUTES)] | None = None


class ResumeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The queue or task to go on with."""

    name: str
