"""What a notice says of an alert."""

from datetime import datetime
from uuid import UUID

import msgspec


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
    """Until when nobody is told, and why."""

    until: datetime
    reason: str
