"""The workers: one arq worker per queue, woken by a message instead of a poll, claiming in batches.

As delivered, arq waits a quarter of a second on average and claims each job in five round trips.
This subclass is woken by the relay's PUBLISH and takes all due ids with one script; one statement
on the
ledger then decides who runs them. The stock `arq` command on EmailsWorker, PaymentsWorker,
BookingsWorker or
DataWorker reads the same queues, more slowly.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

import msgspec
import redis.exceptions
from arq.connections import RedisSettings, create_pool
from arq.worker import Worker, func

from maritime_app import clock, domains, settings as settings_file
from maritime_app.infra import log
from maritime_app.infra.supervise import Healthy, supervise
from maritime_app.jobs.outbox import QUEUES, WAKE_CHANNEL, keep_time, queue_key, sweep
from maritime_app.jobs.runner import Runner
from maritime_app.resources import QUEUE_DB, Resources, open_resources, redis_client
from maritime_app.settings import Settings

logger = log.get(__name__)
_GRACE_SECONDS = 3.0
_POLL_SECONDS = 0.5
_JOB_SECONDS = 24 * 3600  # the ledger's own time limits are the ones that count

# All that is due, up to so many: it leaves the queue and is handed to exactly one worker.
# A lost answer is found again by the sweeper, because the ledger still says "queued".
_TAKE = """
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, id in ipairs(due) do
  redis.call('ZREM', KEYS[1], id)
  redis.call('DEL', 'arq:job:' .. id)
end
return due
"""


async def carry(ctx: dict[Any, Any], job_id: str) -> None:
    """The one function arq knows: run this ledger job (used by arq's stock worker)."""
    runner: Runner = ctx["runner"]
    await asyncio.gather(*await runner.start([UUID(job_id)]))


class QueueWorker(Worker):
    """An arq worker of one queue that sleeps until it is woken and takes all that is due at once."""

    def __init__(self, res: Resources, queue: str, runner: Runner) -> None:
        super().__init__(
            functions=[func(carry, name="carry", timeout=_JOB_SECONDS)],
            queue_name=queue_key(queue),
            redis_settings=arq_settings(res.settings),
            handle_signals=False,
            poll_delay=_POLL_SECONDS,
            max_jobs=res.settings.jobs.max_running,
            health_check_interval=30,
            health_check_key=f"{queue_key(queue)}:health:{runner.worker}",
            job_serializer=msgspec.json.encode,
            job_deserializer=msgspec.json.decode,
            keep_result=0,
            ctx={"runner": runner},
        )
        self.woken = asyncio.Event()
        self._res = res
        self._runner = runner

    async def main(self) -> None:
        """arq's loop, woken by the relay; the poll delay is only the safety net."""
        self._pool = await create_pool(self.redis_settings, default_queue_name=self.queue_name)
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.poll_delay_s):
                    await self.woken.wait()
            self.woken.clear()
            await self._poll_iteration()

    async def _poll_iteration(self) -> None:
        """Take what is due and there is room for, in one round trip, and let the ledger start it."""
        room = self.max_jobs - self.job_counter
        if self.allow_pick_jobs and room > 0:
            due = await self._res.queue.command(
                "EVAL", _TAKE, 1, self.queue_name, clock.epoch_ms(), room
            )
            if len(due) == room:
                self.woken.set()  # there may be more
            # Stopped meanwhile: the ledger still says "queued", and a sweeper hands them to
            # somebody else.
            if due and self.allow_pick_jobs:
                await self._start([UUID(raw.decode()) for raw in due])
        await self.heart_beat()

    async def _start(self, job_ids: list[UUID]) -> None:
        for task in await self._runner.start(job_ids):
            self.job_counter += 1
            task.add_done_callback(self._count_done)

    def _count_done(self, _task: "asyncio.Task[None]") -> None:
        self.jobs_complete += 1
        if self.job_counter >= self.max_jobs:
            self.woken.set()  # there was no room: look whether more is waiting
        self.job_counter -= 1


@asynccontextmanager
async def working(res: Resources) -> AsyncIterator[Runner]:
    """Serve every queue, sweep the ledger and keep the crons, until left; work in hand is finished
    or given back.
    """
    stop, written = asyncio.Event(), asyncio.Event()
    runner = Runner(res.db, {task.name: task for task in domains.JOBS}, res)
    workers = {queue: QueueWorker(res, queue, runner) for queue in QUEUES}
    loops = [
        asyncio.create_task(
            supervise(f"worker.{queue}", _serving(worker), stop, max_delay_seconds=5)
        )
        for queue, worker in workers.items()
    ]
    loops.append(
        asyncio.create_task(
            supervise("worker.wake", _listening(res, workers, stop), stop, max_delay_seconds=5)
        )
    )
    loops.append(asyncio.create_task(keep_time(res.db, domains.CRONS, stop)))
    if res.settings.jobs.sweep:
        loops.append(
            asyncio.create_task(sweep(res.db, res.outbox, stop, res.settings.jobs.sweep_seconds))
        )
    keeping = asyncio.create_task(runner.keep(written))
    try:
        yield runner
    finally:
        stop.set()
        for worker in workers.values():
            worker.allow_pick_jobs = False
        await _finish(runner, loops)
        written.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(1.5):
                await keeping


async def _finish(runner: Runner, loops: "list[asyncio.Task[None]]") -> None:
    loop = asyncio.get_running_loop()
    patience = loop.time() + _GRACE_SECONDS
    while runner.running and loop.time() < patience:
        await asyncio.sleep(0.05)
    await runner.give_back()
    for task in loops:
        task.cancel()
    await asyncio.gather(*loops, return_exceptions=True)


def _serving(worker: QueueWorker) -> Any:
    async def run(healthy: Healthy) -> None:
        healthy()
        try:
            await worker.async_run()
        finally:
            await worker.close()

    return run


def _listening(res: Resources, workers: dict[str, QueueWorker], stop: asyncio.Event) -> Any:
    """Wake the workers whose queue got something; after a lost connection all of them look."""

    async def run(healthy: Healthy) -> None:
        client = redis_client(res.settings.redis.url, QUEUE_DB)
        try:
            async with client.pubsub() as channel:
                await channel.subscribe(*(WAKE_CHANNEL + queue for queue in workers))
                while not stop.is_set():
                    message = await channel.get_message(
                        ignore_subscribe_messages=False, timeout=5.0
                    )
                    if message is None:
                        continue
                    healthy()
                    queue = message["channel"].decode().removeprefix(WAKE_CHANNEL)
                    workers[queue].woken.set()
        except (redis.exceptions.RedisError, OSError) as error:
            logger.warning("wake_up_lost", error=type(error).__name__)
        finally:
            await client.aclose()

    return run


def arq_settings(settings: Settings) -> RedisSettings:
    """Where arq finds its queues."""
    found = RedisSettings.from_dsn(settings.redis.url)
    found.database = QUEUE_DB
    return found


def __getattr__(name: str) -> type:
    """EmailsWorker, PaymentsWorker, BookingsWorker, DataWorker: settings classes for the stock
    `arq` command.
    """
    queue = name.removesuffix("Worker").lower()
    if not name.endswith("Worker") or queue not in QUEUES:
        raise AttributeError(name)
    settings = settings_file.load()
    if not (settings.database.url and settings.redis.url):
        raise settings_file.SettingsError("the arq command needs DATABASE_URL and REDIS_URL")

    async def on_startup(ctx: dict[str, Any]) -> None:
        ctx["stop"] = asyncio.Event()
        ctx["opened"] = open_resources(settings)
        res = await ctx["opened"].__aenter__()
        ctx["runner"] = Runner(res.db, {task.name: task for task in domains.JOBS}, res)
        ctx["keeping"] = asyncio.create_task(ctx["runner"].keep(ctx["stop"]))

    async def on_shutdown(ctx: dict[str, Any]) -> None:
        ctx["stop"].set()
        await ctx["keeping"]
        await ctx["opened"].__aexit__(None, None, None)

    attributes = {
        "functions": [func(carry, name="carry", timeout=_JOB_SECONDS)],
        "queue_name": queue_key(queue),
        "redis_settings": arq_settings(settings),
        "job_deserializer": msgspec.json.decode,
        "job_serializer": msgspec.json.encode,
        "on_startup": on_startup,
        "on_shutdown": on_shutdown,
        "keep_result": 0,
    }
    return type(name, (), attributes)
