"""What a person must look at. Raising the same trouble twice is one alert."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from maritime_app.ids import uuid7
from maritime_app.infra import queries
from maritime_app.infra.telemetry import log

if TYPE_CHECKING:
    from maritime_app.infra.db import Conn

SQL = queries.load("infra")
logger = log.get(__name__)
_MAX_MESSAGE_LENGTH = 2_000


class Untold(msgspec.Struct, frozen=True):
    """An alert as it is told to people outside."""

    id: UUID
    kind: str
    message: str
    subject_kind: str | None
    subject_id: str | None
    raised_at: datetime
    occurrences: int
    openings: int
    resolved_at: datetime | None


async def raise_alert(
    conn: "Conn",
    kind: str,
    message: str,
    *,
    subject: tuple[str, str] | None = None,
    stage: str = "",
) -> None:
    """Raise an alert in the caller's transaction: one per kind, subject and stage, counted.

    One that somebody has settled is open again.
    """
    subject_kind, subject_id = subject or (None, None)
    key = _key(kind, subject, stage) if subject else f"{kind}:{message}"
    logger.error("alert", kind=kind, subject_kind=subject_kind, subject_id=subject_id)
    text = message[:_MAX_MESSAGE_LENGTH]
    await SQL.raise_alert.execute(conn, uuid7(), kind, text, subject_kind, subject_id, key)


async def settle_alert(conn: "Conn", kind: str, subject: tuple[str, str], stage: str = "") -> None:
    """Close the alert of a subject: its trouble is over. None may be open."""
    await SQL.settle_alert.run(conn, _key(kind, subject, stage))


def _key(kind: str, subject: tuple[str, str], stage: str) -> str:
    subject_kind, subject_id = subject
    return f"{kind}:{subject_kind}:{subject_id}" + (f":{stage}" if stage else "")


async def resolve_alert(conn: "Conn", alert_id: UUID) -> None:
    """Close an alert: a person has looked at it."""
    await SQL.resolve_alert.execute(conn, alert_id)


async def delete_old(conn: "Conn", before: datetime, limit: int) -> int:
    """Delete alerts that were settled before that instant, at most so many; return how many."""
    return await SQL.delete_old_alerts.execute(conn, before, limit)


async def claim_untold(conn: "Conn", quiet_seconds: float, limit: int) -> list[Untold]:
    """Return open alerts of whose last opening nobody was told, and count them as told.

    Those that were told less than `quiet_seconds` ago are left for later.
    """
    return await SQL.claim_untold_alerts.fetch_all(conn, Untold, quiet_seconds, limit)


async def claim_ended(conn: "Conn", limit: int) -> list[Untold]:
    """Return alerts that were told and have ended, and count their end as told."""
    return await SQL.claim_ended_alerts.fetch_all(conn, Untold, limit)


async def by_id(conn: "Conn", alert_id: UUID) -> Untold | None:
    """Return an alert as it stands."""
    return await SQL.alert_by_id.fetch_optional(conn, Untold, alert_id)
