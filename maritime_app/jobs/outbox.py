"""A job row in the caller's transaction; after the commit its id is handed to the queue, and again
if need be.

The hand-over may happen twice and never zero times: the relay does it at once, the sweeper repeats
it for
whatever a crash, a flushed Redis or a dead worker left behind. What travels is arq's own wire
format
(a sorted set of ids by due time, a body per id), so arq's stock worker can serve the queues too.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import hiredis
import msgspec

from maritime_app import clock
from maritime_app.errors import Refusal
from maritime_app.ids import uuid7
from maritime_app.infra import log, queries
from maritime_app.infra.db import Conn, Database, EnqueuedJob
from maritime_app.infra.metrics import tally
from maritime_app.infra.redis import FastRedis
from maritime_app.jobs.runner import Cron, queue_of

SQL = queries.load("infra")
logger = log.get(__name__)

QUEUES = ("emails", "payments", "bookings", "data")
WAKE_CHANNEL = "jobs:wake:"
_BODY_SECONDS = 86_400
_MAX_PENDING = 20_000
_SWEEP_LIMIT = 500

# Pairs of id and due time into arq's sorted set, arq's job definition for each (function, args,
# kwargs, try and enqueue time; JSON instead of pickle), and a call to whoever sleeps.
_HAND_OVER = """
for i = 4, #ARGV, 2 do
  local body = '{"t":null,"f":"carry","a":["' .. ARGV[i] .. '"],"k":{},"et":' .. ARGV[3] .. '}'
  redis.call('SET', 'arq:job:' .. ARGV[i], body, 'EX', ARGV[2])
  redis.call('ZADD', KEYS[1], 'NX', ARGV[i + 1], ARGV[i])
end
return redis.call('PUBLISH', ARGV[1], '1')
"""


def queue_key(queue: str) -> str:
    """arq's sorted set of one queue."""
    return f"arq:queue:{queue}"


async def enqueue(
    conn: Conn,
    task: str,
    payload: Mapping[str, Any] | None = None,
    *,
    subject: tuple[str, str] | None = None,
    unique_key: str | None = None,
    run_at: datetime | None = None,
) -> UUID:
    """Ask for a task: the job exists if and only if the caller's transaction commits.

    `subject` names what the job is about ("booking", its id). A second ask with the same
    `unique_key`
    returns the first job's id. `run_at` defers it.
    """
    job_id = uuid7()
    queue = queue_of(task)
    kind, subject_id = subject or (None, None)
    added = await SQL.add_job.value(
        conn, job_id, task, queue, payload or {}, kind, subject_id, unique_key, run_at
    )
    if added is None:
        existing: UUID = await SQL.job_by_unique_key.value(conn, unique_key)
        return existing
    due_ms = int(run_at.timestamp() * 1000) if run_at else clock.epoch_ms()
    conn.enqueued.append((queue, job_id, due_ms))
    return job_id


class Outbox:
    """The relay of one process: hands committed jobs to Redis in batches and wakes the workers."""

    def __init__(self, redis: FastRedis) -> None:
        self._redis = redis
        self._pending: deque[EnqueuedJob] = deque(maxlen=_MAX_PENDING)
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def hand_over_soon(self, job: EnqueuedJob) -> None:
        """Note a committed job for the relay.

        When the bound is reached the oldest is left to the sweeper.
        """
        self._pending.append(job)
        self._wake.set()

    def start(self) -> None:
        """Begin to relay."""
        self._task = asyncio.create_task(self._relay(), name="outbox.relay")

    async def close(self) -> None:
        """Hand over what is still pending, then stop."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        try:
            async with asyncio.timeout(1):
                await self._flush()
        except (Refusal, TimeoutError):
            logger.info("relay_left_jobs_to_the_sweeper", count=len(self._pending))

    async def hand_over(self, jobs: Sequence[EnqueuedJob]) -> None:
        """Put ids into their queues and wake whoever waits.

        Raises Unavailable when Redis is away.
        """
        queues: dict[str, list[str | int]] = {}
        for queue, job_id, due_ms in jobs:
            queues.setdefault(queue, []).extend((str(job_id), due_ms))
        shared = _BODY_SECONDS, clock.epoch_ms()
        commands = [
            ("EVAL", _HAND_OVER, 1, queue_key(queue), WAKE_CHANNEL + queue, *shared, *pairs)
            for queue, pairs in queues.items()
        ]
        for answer in await self._redis.pipeline(commands):
            if isinstance(answer, hiredis.ReplyError):
                raise answer
        tally["jobs_handed_over"] += len(jobs)

    async def _relay(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._flush()
            except (Refusal, hiredis.HiredisError) as error:
                # Not put back: the rows are in the ledger, and the sweeper is there for exactly
                # this.
                logger.warning("relay_failed", error=type(error).__name__)

    async def _flush(self) -> None:
        while self._pending:
            batch = [self._pending.popleft() for _ in range(min(len(self._pending), 500))]
            await self.hand_over(batch)


async def sweep_once(db: Database, outbox: Outbox) -> int:
    """Hand over again what is due and unclaimed, and what a dead worker held. Returns how many."""
    async with db.acquire() as conn:
        lost = await SQL.release_lost_jobs.all(conn, _SWEEP_LIMIT)
        due = await SQL.due_jobs.all(conn, _SWEEP_LIMIT)
    if lost:
        logger.warning("jobs_released_from_dead_worker", count=len(lost))
    jobs = [(row["queue"], row["id"], clock.epoch_ms()) for row in [*lost, *due]]
    if jobs:
        tally["jobs_swept"] += len(jobs)
        await outbox.hand_over(jobs)
    return len(jobs)


async def sweep(db: Database, outbox: Outbox, stop: asyncio.Event, every_seconds: float) -> None:
    """Sweep until told to stop; a failure is logged and tried again."""
    while not stop.is_set():
        try:
            await sweep_once(db, outbox)
        except (
            OSError,
            asyncpg.PostgresError,
            asyncpg.InterfaceError,
            Refusal,
            hiredis.HiredisError,
        ) as error:
            logger.warning("sweep_failed", error=type(error).__name__)
        await _pause(stop, every_seconds)


async def keep_time(db: Database, crons: Iterable[Cron], stop: asyncio.Event) -> None:
    """Ask for every cron task once per time slot; processes that ask for the same slot share one
    job.
    """
    entries = {id(cron): cron for cron in crons}
    last: dict[int, int] = {}
    while not stop.is_set():
        for key, cron in entries.items():
            slot = int(clock.now().timestamp() // cron.every_seconds)
            if last.get(key) == slot:
                continue
            try:
                async with db.transaction() as conn:
                    unique = f"cron:{cron.task}:{msgspec.json.encode(dict(cron.payload)).decode()}:{slot}"
                    await enqueue(conn, cron.task, cron.payload, unique_key=unique)
                last[key] = slot
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, Refusal) as error:
                logger.warning("cron_failed", task=cron.task, error=type(error).__name__)
        await _pause(stop, 1.0)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
