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
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from maritime_app.errors import Refusal
from maritime_app.ids import uuid7
from maritime_app.infra.db import Conn, Database
from maritime_app.infra.db.committed_jobs import CommittedJob, CommittedJobs
from maritime_app.infra.processes.waiting import end, until
from maritime_app.infra.redis import MultiplexedRedis, RedisError
from maritime_app.infra.telemetry import log, request_id, tracing
from maritime_app.infra.telemetry.metrics import tally
from maritime_app.jobs import store
from maritime_app.jobs.model import Queue
from maritime_app.jobs.store import NewJob
from maritime_app.resources import Part

logger = log.get(__name__)

WAKE_CHANNEL = "jobs:wake:"
JOB_KEY = "arq:job:"  # where arq looks for a job's definition
_BODY_SECONDS = 86_400
_BATCH = 500
_SWEEP_LIMIT = 500
_LAST_HAND_OVER_SECONDS = 1.0

# Pairs of id and delay into arq's sorted set, arq's job definition for each (function, args,
# kwargs, try and enqueue time; JSON instead of pickle), and a call to whoever sleeps. Keys: the
# queue, then where each job's definition stands. What is due now gets the first millisecond of
# 1970, so that no clock has a say in it (0 would mean "not there" to arq), and what comes later a
# time of Redis' own. LT: handing over again only ever makes it earlier, and so repairs a time that
# was wrong. All ids go into the set in one call, once their definitions are there: a thousand
# at most (two batches), and Lua's `unpack` takes four times as many.
_HAND_OVER = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local due = {}
for i = 2, #KEYS do
  local id, delay = ARGV[i * 2 - 1], ARGV[i * 2]
  local body = '{"t":null,"f":"carry","a":["' .. id .. '"],"k":{},"et":' .. now .. '}'
  redis.call('SET', KEYS[i], body, 'EX', ARGV[2])
  due[#due + 1], due[#due + 2] = delay == '0' and 1 or now + delay, id
end
redis.call('ZADD', KEYS[1], 'LT', unpack(due))
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
    delay_seconds: float = 0.0,
) -> UUID:
    """Write a job of that task; it exists if and only if the caller's transaction commits.

    `subject` says what the job is about: a kind and an id, ("bookings", booking id) for whatever
    concerns a booking. A second job with the same `unique_key` is not written: the first one's id
    is returned. It is due `delay_seconds` after the database's now.
    """
    job = NewJob(
        id=uuid7(),
        task=task,
        queue=Queue.of(task),
        payload=payload or {},
        subject=subject,
        unique_key=unique_key,
        delay_seconds=delay_seconds,
        request_id=request_id.current() or None,
        trace_parent=tracing.traceparent(),
    )
    if not await store.add_job(conn, job):
        return await store.job_id_by_unique_key(conn, unique_key)
    conn.enqueued.append(CommittedJob(job.queue, job.id, round(delay_seconds * 1000)))
    return job.id


class JobRequest(NamedTuple):
    """One of many jobs of a task; the fields are those of `enqueue`."""

    payload: Mapping[str, Any]
    subject: tuple[str, str]
    unique_key: str


async def enqueue_all(conn: Conn, task: str, requests: Sequence[JobRequest]) -> None:
    """Write jobs of that task as `enqueue` does, in one statement; all are due at once.

    One whose unique key is taken is not written.
    """
    if not requests:
        return
    queue = Queue.of(task)
    rows = [
        {
            "id": uuid7(),
            "payload": one.payload,
            "subject_kind": one.subject[0],
            "subject_id": one.subject[1],
            "unique_key": one.unique_key,
        }
        for one in requests
    ]
    request, trace = request_id.current() or None, tracing.traceparent()
    written = await store.add_jobs(conn, task, queue, rows, request, trace)
    conn.enqueued += [CommittedJob(queue, job_id) for job_id in written]


class Outbox:
    """The relay of one process: hands committed jobs to Redis in batches and wakes the workers."""

    def __init__(self, committed: CommittedJobs, redis: MultiplexedRedis) -> None:
        self._committed = committed
        self._redis = redis
        self._relaying = asyncio.create_task(self._relay(), name="outbox.relay")

    async def close(self) -> None:
        """Hand over what is still pending, within a second, then stop."""
        await end(self._relaying)
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
    by_queue: dict[str, list[CommittedJob]] = {}
    for job in jobs:
        by_queue.setdefault(job.queue, []).append(job)
    commands = [_hand_over(redis, Queue(queue), found) for queue, found in by_queue.items()]
    for answer in await redis.pipeline(commands):
        if isinstance(answer, RedisError):
            raise answer
    tally["jobs_handed_over"] += len(jobs)


def _hand_over(
    redis: MultiplexedRedis, queue: Queue, jobs: Sequence[CommittedJob]
) -> list[str | int]:
    ids = [str(job.job_id) for job in jobs]
    keys = [queue_key(queue), *[JOB_KEY + job_id for job_id in ids]]
    pairs = [part for job_id, job in zip(ids, jobs, strict=True) for part in (job_id, job.delay_ms)]
    channel = redis.name(WAKE_CHANNEL + queue)
    return ["EVAL", _HAND_OVER, len(keys), *keys, channel, _BODY_SECONDS, *pairs]


async def sweep_once(db: Database, redis: MultiplexedRedis) -> int:
    """Hand over again what is due and unclaimed, and what a dead worker held; return how many."""
    async with db.acquire() as conn:
        lost = await store.release_lost_jobs(conn, _SWEEP_LIMIT)
        due = await store.due_jobs(conn, _SWEEP_LIMIT)
    if lost:
        logger.warning("jobs_released_from_dead_worker", count=len(lost))
    jobs = [CommittedJob(job.queue, job.id) for job in (*lost, *due)]
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
