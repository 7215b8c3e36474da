"""A pause that lasts long raises one alert, and its end settles it.

The worker role does it by itself: a task that did could be paused.
"""

import asyncio

import asyncpg

from maritime_app.errors import Refusal
from maritime_app.infra.alerts import raise_alert, settle_alert
from maritime_app.infra.db import Database
from maritime_app.infra.processes.waiting import until
from maritime_app.infra.telemetry import log
from maritime_app.jobs.pausing import store

logger = log.get(__name__)
_KIND = "long_pause"
_LOOK_EVERY_SECONDS = 5.0


async def watch_pauses(db: Database, long_seconds: float, stop: asyncio.Event) -> None:
    """Raise and settle alerts of pauses until `stop` is set; a failure is tried again."""
    while not stop.is_set():
        try:
            await tell_of_long_pauses(db, long_seconds)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, Refusal) as error:
            log.sparingly(logger, "pauses_not_watched", error=type(error).__name__)
        await until(stop, _LOOK_EVERY_SECONDS)


async def tell_of_long_pauses(db: Database, long_seconds: float) -> None:
    """Raise an alert for each pause that has lasted for so long, settle those of ended ones."""
    async with db.transaction() as conn:
        for pause in await store.claim_long(conn, long_seconds):
            minutes = round(pause.seconds / 60)
            message = f"{pause.name} has been paused for {minutes} minutes: {pause.reason}"
            await raise_alert(conn, _KIND, message, subject=("pause", pause.name))
        for name in await store.claim_ended(conn):
            await settle_alert(conn, _KIND, ("pause", name))
