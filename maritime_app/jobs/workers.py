"""The workers: one arq worker per queue, woken by a message instead of a poll, claiming in batches.

As delivered, arq waits a quarter of a second on average and claims each job in five round trips.
This subclass is woken by the relay's PUBLISH and takes all due ids with one script; one statement
on the ledger then decides who runs them. arq's own worker reads the same queues, more slowly
(maritime_app/worker.py).
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

from arq.worker import Worker, func

from maritime_app.ids import from_text
from maritime_app.infra.processes.supervise import Healthy, supervise
from maritime_app.infra.processes.waiting import end, until
from maritime_app.infra.redis import RedisError, subscribed
from maritime_app.infra.telemetry import log
from maritime_app.jobs.arq_pool import arq_pool
from maritime_app.jobs.crons import run_crons
from maritime_app.jobs.model import Cron, Queue, Task
from maritime_app.jobs.outbox import JOB_KEY, WAKE_CHANNEL, queue_key, sweep
from maritime_app.jobs.pausing.watch import watch_pauses
from maritime_app.jobs.runner import Runner
from maritime_app.resources import Resources

logger = log.get(__name__)
GRACE_SECONDS = 3.0
_LAST_WRITE_SECONDS = 1.5
_POLL_SECONDS = 0.5
_HEALTH_CHECK_SECONDS = 30
_JOB_SECONDS = 24 * 3600  # the ledger's own time limits are the ones that count
_MAX_PAUSE_SECONDS = 5.0

# All that is due by Redis' own clock, up to so many: it leaves the queue and is handed to exactly
# one worker. A lost answer is found again by the sweeper: the ledger still says "queued".
_TAKE = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])
for _, id in ipairs(due) do redis.call('ZREM', KEYS[1], id) end
return due
"""


async def carry(ctx: dict[Any, Any], job_id: str) -> None:
    """The one function arq knows: run this ledger job (used by arq's own worker)."""
    runner: Runner = ctx["runner"]
    await asyncio.gather(*await runner.start([UUID(job_id)]))


CARRY = func(carry, name="carry", timeout=_JOB_SECONDS)


class QueueWorker(Worker):
    """An arq worker of one queue that sleeps until `woken` and takes all that is due at once.

    It takes nothing more once `stop` is set, and says `healthy` each time it has looked.
    """

    def __init__(
        self,
        res: Resources,
        queue: Queue,
        runner: Runner,
        *,
        woken: asyncio.Event,
        stop: asyncio.Event,
        healthy: Healthy,
    ) -> None:
        name = res.redis_jobs.name(queue_key(queue))
        super().__init__(
            functions=[CARRY],
            queue_name=name,
            redis_pool=arq_pool(res.settings, name),
            handle_signals=False,
            poll_delay=_POLL_SECONDS,
            max_jobs=res.settings.jobs.max_running,
            health_check_interval=_HEALTH_CHECK_SECONDS,
            health_check_key=f"{name}:health:{runner.worker}",
            keep_result=0,
            ctx={"runner": runner},
        )
        self._redis = res.redis_jobs
        self._queue_key = queue_key(queue)
        self._runner = runner
        self._woken = woken
        self._stop = stop
        self._healthy = healthy

    async def main(self) -> None:
        """arq's loop, woken by the relay; the poll delay is only the safety net."""
        while not self._stop.is_set():
            await until(self._woken, self.poll_delay_s)
            self._woken.clear()
            await self._poll_iteration()
            self._healthy()

    async def _poll_iteration(self) -> None:
        """Take what is due, as far as there is room, in one round trip, and run it."""
        room = self.max_jobs - self.job_counter
        if room > 0 and not self._stop.is_set():
            due = await self._redis.command("EVAL", _TAKE, 1, self._queue_key, room)
            if len(due) == room:
                self._woken.set()  # there may be more
            # Stopped meanwhile: the ledger still says "queued", and a sweeper hands them to
            # somebody else.
            if due and not self._stop.is_set():
                ids = [raw.decode() for raw in due]
                # The claim need not wait until what only arq's own worker reads is gone.
                await asyncio.gather(
                    self._start([from_text(job_id) for job_id in ids]),
                    self._redis.command("DEL", *[JOB_KEY + job_id for job_id in ids]),
                )
        await self.heart_beat()

    async def _start(self, job_ids: list[UUID]) -> None:
        for task in await self._runner.start(job_ids):
            self.job_counter += 1
            task.add_done_callback(self._count_done)

    def _count_done(self, _task: "asyncio.Task[None]") -> None:
        self.jobs_complete += 1
        if self.job_counter >= self.max_jobs:
            self._woken.set()  # there was no room: look whether more is waiting
        self.job_counter -= 1


@asynccontextmanager
async def working(
    res: Resources, tasks: Iterable[Task], crons: Iterable[Cron]
) -> AsyncIterator[Runner]:
    """Serve every queue, sweep the ledger and run the crons, until left; work in hand is finished
    or given back.
    """
    stop, written = asyncio.Event(), asyncio.Event()
    crons = list(crons)
    runner = Runner(res.db, {task.name: task for task in tasks}, res, crons)
    wakes = {queue: asyncio.Event() for queue in Queue}
    loops = [
        _supervised(f"worker.{queue}", _serving(res, queue, runner, woken, stop), stop)
        for queue, woken in wakes.items()
    ]
    loops.append(_supervised("worker.wake", _listening(res, wakes), stop))
    loops.append(asyncio.create_task(run_crons(res.db, crons, stop)))
    long_seconds = res.settings.jobs.long_pause_minutes * 60
    loops.append(asyncio.create_task(watch_pauses(res.db, long_seconds, stop)))
    if res.settings.jobs.sweep:
        seconds = res.settings.jobs.sweep_seconds
        loops.append(asyncio.create_task(sweep(res.db, res.redis_jobs, stop, seconds)))
    recording = asyncio.create_task(runner.record(written))
    try:
        yield runner
    finally:
        stop.set()
        for woken in wakes.values():
            woken.set()
        await _finish(runner, loops)
        written.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WRITE_SECONDS):
                await recording


async def _finish(runner: Runner, loops: "list[asyncio.Task[None]]") -> None:
    loop = asyncio.get_running_loop()
    patience = loop.time() + GRACE_SECONDS
    while runner.running and loop.time() < patience:
        await asyncio.sleep(0.05)
    await runner.give_back()
    await end(*loops)


def _supervised(
    name: str, run: Callable[[Healthy], Awaitable[None]], stop: asyncio.Event
) -> "asyncio.Task[None]":
    return asyncio.create_task(supervise(name, run, stop, max_delay_seconds=_MAX_PAUSE_SECONDS))


def _serving(
    res: Resources, queue: Queue, runner: Runner, woken: asyncio.Event, stop: asyncio.Event
) -> Callable[[Healthy], Awaitable[None]]:
    async def run(healthy: Healthy) -> None:
        worker = QueueWorker(res, queue, runner, woken=woken, stop=stop, healthy=healthy)
        try:
            await worker.async_run()
        finally:
            await worker.close()

    return run


def _listening(
    res: Resources, wakes: Mapping[Queue, asyncio.Event]
) -> Callable[[Healthy], Awaitable[None]]:
    """Wake the workers whose queue got something; after a lost connection all of them look."""
    by_channel = {res.redis_jobs.name(WAKE_CHANNEL + queue): wakes[queue] for queue in wakes}

    async def run(healthy: Healthy) -> None:
        try:
            channels = [WAKE_CHANNEL + queue for queue in wakes]
            async with subscribed(res.redis_jobs, channels) as messages:
                healthy()
                for woken in wakes.values():
                    woken.set()
                async for channel, _word in messages:
                    by_channel[channel].set()
        except RedisError as error:
            log.sparingly(logger, "wake_up_lost", error=error.reply)

    return run
