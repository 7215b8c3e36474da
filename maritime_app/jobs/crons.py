"""Tasks that come again: one job per time slot, however many processes keep the time."""

import asyncio
from collections.abc import Iterable

import asyncpg

from maritime_app import clock
from maritime_app.errors import Refusal
from maritime_app.infra.db import Database
from maritime_app.infra.processes.waiting import until
from maritime_app.infra.telemetry import log
from maritime_app.jobs.model import Cron
from maritime_app.jobs.outbox import enqueue

logger = log.get(__name__)
_LOOK_EVERY_SECONDS = 1.0


async def run_crons(db: Database, crons: Iterable[Cron], stop: asyncio.Event) -> None:
    """Enqueue each cron's task once per time slot until `stop` is set.

    A slot that could not be asked for is tried again a second later.
    """
    entries = list(crons)
    slots: dict[int, int] = {}  # the last slot that was asked for, by the cron's place in the list
    while not stop.is_set():
        for place, cron in enumerate(entries):
            slot = cron.slot(clock.now())
            if slots.get(place) != slot and await _enqueue_slot(db, cron, slot):
                slots[place] = slot
        await until(stop, _LOOK_EVERY_SECONDS)


async def _enqueue_slot(db: Database, cron: Cron, slot: int) -> bool:
    try:
        async with db.transaction() as conn:
            unique_key = f"{cron.key_prefix}{slot}"
            await enqueue(conn, cron.task, cron.payload, unique_key=unique_key)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, Refusal) as error:
        logger.warning("cron_failed", task=cron.task, error=type(error).__name__)
        return False
    return True
