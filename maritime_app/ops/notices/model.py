"""What a notice says of an alert."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec

MOST_MINUTES: Final = 43_200  # a month: longer is no work on machines


class MaintenanceRequest(msgspec.Struct, frozen=True):
    """For how long nobody is to be told, and why; `end`: maintenance is over now."""

    minutes: Annotated[int, msgspec.Meta(ge=1, le=MOST_MINUTES)] = 60
    reason: Annotated[str, msgspec.Meta(max_length=200)] = ""
    end: str = ""


class Notice(msgspec.Struct, frozen=True):
    """An alert as it is told: how often it was raised, how often it opened so far, when it ended.

    `subject` is a kind and an id ("job:..."), empty without one; no personal data.
    """

    id: UUID
    kind: str
    message: str
    subject: str
    raised_at: datetime
    occurrences: int
    openings: int
    resolved_at: datetime | None = None


class Maintenance(msgspec.Struct, frozen=True):
    """Since when and until when nobody is told, why, and who said so last; None: the command
    line.
    """

    until: datetime
    reason: str
    since: datetime
    staff_name: str | None
