"""Each worker says every few seconds that it lives, in PostgreSQL, by the database's clock."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import asyncpg

from maritime_app import clock
from maritime_app.errors import Refusal
from maritime_app.infra import queries
from maritime_app.infra.db import Conn, Database
from maritime_app.infra.processes.waiting import end, until
from maritime_app.infra.telemetry import log
from maritime_app.jobs.model import AttemptOutcome, Queue, WorkerRole

logger = log.get(__name__)
SQL = queries.load("jobs_workers")

SILENT_SECONDS = 15.0  # three signs that did not come, as for the lease of a job
_SAY_SECONDS = 4.0
_GOODBYE_SECONDS = 0.5
_RECENT_MINUTES = 60
_FAILURES = (AttemptOutcome.RETRY, AttemptOutcome.DEAD)
_AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, Refusal)


class RecentWork:
    """How many attempts of the last hour were done and how many failed, by the minute."""

    def __init__(self) -> None:
        self._ended: Counter[tuple[int, bool]] = Counter()

    def count(self, outcome: AttemptOutcome) -> None:
        """Count an attempt that has ended; one that was given back is neither."""
        if outcome is AttemptOutcome.DONE or outcome in _FAILURES:
            self._ended[_minute(), outcome in _FAILURES] += 1

    def figures(self) -> tuple[int, int]:
        """Return how many were done and how many failed."""
        oldest = _minute() - _RECENT_MINUTES
        for minute, failed in [key for key in self._ended if key[0] <= oldest]:
            del self._ended[minute, failed]
        failures = sum(number for (_at, failed), number in self._ended.items() if failed)
        return self._ended.total() - failures, failures


def _minute() -> int:
    return clock.epoch_ms() // 60_000


@asynccontextmanager
async def present(
    db: Database, worker: str, role: WorkerRole, queues: Sequence[Queue], work: RecentWork
) -> AsyncIterator[None]:
    """Say that the worker lives until this is left; then, unless it is cut short, that it went."""
    stop = asyncio.Event()
    saying = asyncio.create_task(_say(db, worker, role, queues, work, stop))
    try:
        yield
        stop.set()
        await asyncio.wait([saying], timeout=_GOODBYE_SECONDS)
    finally:
        await end(saying)
    with suppress(*_AWAY):
        async with asyncio.timeout(_GOODBYE_SECONDS), db.acquire() as conn:
            await SQL.say_goodbye.execute(conn, worker)


async def _say(
    db: Database,
    worker: str,
    role: WorkerRole,
    queues: Sequence[Queue],
    work: RecentWork,
    stop: asyncio.Event,
) -> None:
    is_new = True
    while not stop.is_set():
        try:
            async with db.acquire() as conn:
                await say_alive(conn, worker, role, queues, work.figures())
                if is_new:
                    await SQL.forget_silent_workers.execute(conn)
            is_new = False
        except _AWAY as error:
            log.sparingly(logger, "sign_of_life_failed", error=type(error).__name__)
        await until(stop, _SAY_SECONDS)


async def say_alive(
    conn: Conn, worker: str, role: WorkerRole, queues: Sequence[Queue], work: tuple[int, int]
) -> None:
    """Write down that the worker lives now; `work` is what it has done lately, and what failed."""
    await SQL.say_alive.execute(conn, worker, role, list(queues), *work)
