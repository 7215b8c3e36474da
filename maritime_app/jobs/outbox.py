"""A job row in the caller's transaction; after the commit its id is handed to the queue, and again
if need be.

The hand-over may happen twice and never zero times: the relay does it at once, the sweeper repeats
it for whatever a crash, a flushed Redis or a dead worker left behind. What travels is arq's own
wire format (a sorted set of ids by due time, a body per id), so arq's stock worker can serve the
queues too.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from maritime_app import clock
from maritime_app.errors import Refusal
from maritime_app.ids import uuid7
from maritime_app.infra import log
from maritime_app.infra.committed_jobs import CommittedJob, CommittedJobs
from maritime_app.infra.db import Conn, Database
from maritime_app.infra.metrics import tally
from maritime_app.infra.redis import MultiplexedRedis, RedisError
from maritime_app.infra.waiting import until
from maritime_app.jobs import store
from maritime_app.jobs.model import Queue
from maritime_app.jobs.store import NewJob
from maritime_app.resources import Part

logger = log.get(__name__)

WAKE_CHANNEL = "jobs:wake:"
_BODY_SECONDS = 86_400
_BATCH = 500
_SWEEP_LIMIT = 500
_LAST_HAND_OVER_SECONDS = 1.0

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


def queue_key(queue: Queue) -> str:
    """Return the key of arq's sorted set of that queue."""
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
    """Write a job of that task; it exists if and only if the caller's transaction commits.

    `subject` says what the job is about: a kind and an id, ("bookings", booking id) for whatever
    concerns a booking. A second job with the same `unique_key` is not written: the first one's id
    is returned. `run_at` defers it.
    """
    job = NewJob(uuid7(), task, Queue.of(task), payload or {}, subject, unique_key, run_at)
    if not await store.add_job(conn, job):
        return await store.job_id_by_unique_key(conn, unique_key)
    due_ms = int(run_at.timestamp() * 1000) if run_at else clock.epoch_ms()
    conn.enqueued.append(CommittedJob(job.queue, job.id, due_ms))
    return job.id


class Outbox:
    """The relay of one process: hands committed jobs to Redis in batches and wakes the workers."""

    def __init__(self, committed: CommittedJobs, redis: MultiplexedRedis) -> None:
        self._committed = committed
        self._redis = redis
        self._relaying = asyncio.create_task(self._relay(), name="outbox.relay")

    async def close(self) -> None:
        """Hand over what is still pending, within a second, then stop."""
        self._relaying.cancel()
        await asyncio.gather(self._relaying, return_exceptions=True)
        with suppress(Refusal, TimeoutError):
            async with asyncio.timeout(_LAST_HAND_OVER_SECONDS):
                await self._flush()
        if self._committed:
            logger.info("relay_left_jobs_to_the_sweeper", count=len(self._committed))

    async def _relay(self) -> None:
        while True:
            await self._committed.wait()
            try:
                await self._flush()
            except Refusal as error:
                # Not put back: the rows are in the ledger, and the sweeper is there for this.
                logger.warning("relay_failed", error=type(error).__name__)

    async def _flush(self) -> None:
        while batch := self._committed.take(_BATCH):
            await hand_over(self._redis, batch)


OUTBOX = Part("jobs.outbox", lambda res: Outbox(res.db.committed, res.redis_jobs))


async def hand_over(redis: MultiplexedRedis, jobs: Sequence[CommittedJob]) -> None:
    """Put ids into their queues and wake whoever waits; raise RedisError when Redis is away."""
    queues: dict[str, list[str | int]] = {}
    for job in jobs:
        queues.setdefault(job.queue, []).extend((str(job.job_id), job.due_ms))
    shared = _BODY_SECONDS, clock.epoch_ms()
    commands = [
        ("EVAL", _HAND_OVER, 1, queue_key(Queue(queue)), WAKE_CHANNEL + queue, *shared, *pairs)
        for queue, pairs in queues.items()
    ]
    for answer in await redis.pipeline(commands):
        if isinstance(answer, RedisError):
            raise answer
    tally["jobs_handed_over"] += len(jobs)


async def sweep_once(db: Database, redis: MultiplexedRedis) -> int:
    """Hand over again what is due and unclaimed, and what a dead worker held; return how many."""
    async with db.acquire() as conn:
        lost = await store.release_lost_jobs(conn, _SWEEP_LIMIT)
        due = await store.due_jobs(conn, _SWEEP_LIMIT)
    if lost:
        logger.warning("jobs_released_from_dead_worker", count=len(lost))
    jobs = [CommittedJob(job.queue, job.id, clock.epoch_ms()) for job in (*lost, *due)]
    if jobs:
        tally["jobs_swept"] += len(jobs)
        await hand_over(redis, jobs)
    return len(jobs)


async def sweep(
    db: Database, redis: MultiplexedRedis, stop: asyncio.Event, every_seconds: float
) -> None:
    """Sweep until `stop` is set; a failure is logged and tried again."""
    while not stop.is_set():
        try:
            await sweep_once(db, redis)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, Refusal) as error:
            logger.warning("sweep_failed", error=type(error).__name__)
        await until(stop, every_seconds)
