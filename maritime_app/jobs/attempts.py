"""What has ended is written down in batches; the leases of what runs are renewed."""

import asyncio
from collections.abc import Callable, Collection
from uuid import UUID

from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.db import Database
from maritime_app.infra.processes.waiting import until
from maritime_app.infra.telemetry import log
from maritime_app.jobs import store
from maritime_app.jobs.store import EndedAttempt

logger = log.get(__name__)

LEASE_SECONDS = 15.0
_RENEW_SECONDS = 4.0  # a lease outlives three renewals that fail
_BATCH = 500
_LOOK_SECONDS = 0.2
_PAUSE_AFTER_FAILURE_SECONDS = 0.5


class AttemptWriter:
    """The attempts of one worker: those that ended wait here until they are in the ledger."""

    def __init__(self, db: Database, worker: str, running: Callable[[], Collection[UUID]]) -> None:
        self._db = db
        self._worker = worker
        self._running = running
        self._ended: list[EndedAttempt] = []
        self._arrived = asyncio.Event()

    def add(self, attempt: EndedAttempt) -> None:
        """Write the attempt down with the next batch."""
        self._ended.append(attempt)
        self._arrived.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Write and renew until `stop` is set, nothing runs and everything is written."""
        renewing = asyncio.create_task(self._renew())
        try:
            while not stop.is_set() or self._running() or self._ended:
                if await until(self._arrived, _LOOK_SECONDS):
                    await self._write_batch()
        finally:
            renewing.cancel()

    async def _write_batch(self) -> None:
        self._arrived.clear()
        batch, self._ended = self._ended[:_BATCH], self._ended[_BATCH:]
        try:
            await self._write(batch)
        except Exception as error:  # noqa: BLE001 - whatever it is, the results must not be lost
            logger.warning("job_results_wait", count=len(batch), error=type(error).__name__)
            self._ended = batch + self._ended
            await asyncio.sleep(_PAUSE_AFTER_FAILURE_SECONDS)
        if self._ended:
            self._arrived.set()

    async def _write(self, batch: list[EndedAttempt]) -> None:
        async with self._db.transaction() as conn:
            # Not one whose lease was lost: its new owner may have done it.
            dead = await store.end_attempts(conn, self._worker, batch)
            for attempt in batch:
                if attempt.job_id in dead:
                    message = f"A task failed for good: {attempt.error}"
                    subject = ("job", str(attempt.job_id))
                    await raise_alert(conn, "dead_job", message, subject=subject)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            jobs = self._running()
            if not jobs:
                continue
            try:
                async with self._db.acquire() as conn:
                    await store.renew_leases(conn, self._worker, jobs, LEASE_SECONDS)
            except Exception as error:  # noqa: BLE001 - whatever it is, the next try may succeed
                logger.warning("leases_not_renewed", count=len(jobs), error=type(error).__name__)
