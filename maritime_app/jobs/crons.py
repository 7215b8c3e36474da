"""Tasks that come again: one job per time slot, however many processes keep the time."""

import asyncio
from collections.abc import Iterable, Sequence

import asyncpg

from maritime_app import clock
from maritime_app.errors import Refusal
from maritime_app.infra.db import Database
from maritime_app.infra.processes.waiting import until
from maritime_app.infra.telemetry import log
from maritime_app.jobs.model import Cron, Queue
from maritime_app.jobs.outbox import enqueue
from maritime_app.jobs.pausing import store as pauses

logger = log.get(__name__)
_LOOK_EVERY_SECONDS = 1.0
_AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, Refusal)


async def run_crons(db: Database, crons: Iterable[Cron], stop: asyncio.Event) -> None:
    """Enqueue each cron's task once per time slot until `stop` is set.

    A slot that could not be asked for is tried again a second later; one that is paused is asked
    for once it goes on, if it lasts until then.
    """
    entries = list(crons)
    slots: dict[int, int] = {}  # the last slot that was asked for, by the cron's place in the list
    while not stop.is_set():
        now = clock.now()
        due = [place for place, cron in enumerate(entries) if slots.get(place) != cron.slot(now)]
        for place in await _not_paused(db, entries, due):
            slot = entries[place].slot(now)
            if await _enqueue_slot(db, entries[place], slot):
                slots[place] = slot
        await until(stop, _LOOK_EVERY_SECONDS)


async def _not_paused(db: Database, entries: Sequence[Cron], due: Sequence[int]) -> list[int]:
    if not due:
        return []
    try:
        async with db.acquire() as conn:
            paused = await pauses.paused_names(conn)
    except _AWAY as error:
        log.sparingly(logger, "crons_failed", error=type(error).__name__)
        return []
    return [
        place for place in due if not {entries[place].task, Queue.of(entries[place].task)} & paused
    ]


async def _enqueue_slot(db: Database, cron: Cron, slot: int) -> bool:
    try:
        async with db.transaction() as conn:
            unique_key = f"{cron.key_prefix}{slot}"
            await enqueue(conn, cron.task, cron.payload, unique_key=unique_key)
    except _AWAY as error:
        logger.warning("cron_failed", task=cron.task, error=type(error).__name__)
        return False
    return True
