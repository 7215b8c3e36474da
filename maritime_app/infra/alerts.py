"""What a person must look at. Raising the same trouble twice is one alert."""

from typing import TYPE_CHECKING
from uuid import UUID

from maritime_app.ids import uuid7
from maritime_app.infra import log, queries

if TYPE_CHECKING:
    from maritime_app.infra.db import Conn

SQL = queries.load("infra")
logger = log.get(__name__)
_MAX_MESSAGE_LENGTH = 2_000


async def raise_alert(
    conn: "Conn",
    kind: str,
    message: str,
    *,
    subject: tuple[str, str] | None = None,
    stage: str = "",
    again_if_resolved: bool = False,
) -> None:
    """Write an alert in the caller's transaction, once per kind, subject and stage.

    `again_if_resolved` is for trouble that comes and goes: a resolved alert is opened again.
    """
    subject_kind, subject_id = subject or (None, None)
    key = _key(kind, subject, stage) if subject else f"{kind}:{message}"
    logger.error("alert", kind=kind, subject_kind=subject_kind, subject_id=subject_id)
    text = message[:_MAX_MESSAGE_LENGTH]
    await SQL.raise_alert.execute(conn, uuid7(), kind, text, subject_kind, subject_id, key)
    if again_if_resolved:
        await SQL.reopen_alert.execute(conn, key, text)


async def settle_alert(conn: "Conn", kind: str, subject: tuple[str, str], stage: str = "") -> None:
    """Close the alert of a subject: its trouble is over. None may be open."""
    await SQL.settle_alert.run(conn, _key(kind, subject, stage))


def _key(kind: str, subject: tuple[str, str], stage: str) -> str:
    subject_kind, subject_id = subject
    return f"{kind}:{subject_kind}:{subject_id}" + (f":{stage}" if stage else "")


async def resolve_alert(conn: "Conn", alert_id: UUID) -> None:
    """Close an alert: a person has looked at it."""
    await SQL.resolve_alert.execute(conn, alert_id)
