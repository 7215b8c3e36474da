"""Pauses in PostgreSQL."""

from collections.abc import Collection
from uuid import UUID

import msgspec

from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.jobs.pausing.model import LongPause, Pause, PauseRequest, Waiting

SQL = queries.load("jobs_pauses")


async def paused_names(conn: Conn) -> set[str]:
    """Return the queues and tasks that are paused now."""
    return set(await SQL.paused_names.fetch_all(conn, str))


async def paused_among(conn: Conn, names: Collection[str]) -> set[str]:
    """Return those of the queues and tasks that are paused now."""
    return set(await SQL.paused_among.fetch_all(conn, str, list(names)))


async def begin(conn: Conn, wanted: PauseRequest, staff_id: UUID | None) -> None:
    """Pause a queue or task, or give its pause another reason and end."""
    await SQL.begin_pause.execute(conn, wanted.name, wanted.reason, wanted.minutes, staff_id)


async def end(conn: Conn, name: str) -> bool:
    """End a pause; return False when there is none."""
    return await SQL.end_pause.execute(conn, name) == 1


async def pauses(conn: Conn, most: int) -> list[Pause]:
    """Return what is paused now, the first one first, with what waits, counted up to `most`."""
    found = await SQL.pauses.fetch_all(conn, Pause)
    if not found:
        return []
    waiting = await SQL.waiting_for_pauses.fetch_all(conn, Waiting, most)
    return [
        msgspec.structs.replace(
            pause, waiting=tuple(held for held in waiting if held.name == pause.name)
        )
        for pause in found
    ]


async def claim_long(conn: Conn, seconds: float) -> list[LongPause]:
    """Return pauses that have lasted for so long and that nobody was told of, as told now."""
    return await SQL.claim_long_pauses.fetch_all(conn, LongPause, seconds)


async def claim_ended(conn: Conn) -> list[str]:
    """Return what somebody was told of and what goes on again, as told now."""
    return await SQL.claim_ended_pauses.fetch_all(conn, str)
