"""Settings classes for arq's own command: `arq maritime_app.worker.EmailsWorker` serves one queue.

Each such process needs DATABASE_URL and REDIS_URL, and gets the settings that the product's own
`worker` role gets, the sandbox included; the sweeper and the crons run in that role alone.
"""

import asyncio
import logging
import sys
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import msgspec

from maritime_app import domains
from maritime_app.cli.processes.sandbox_settings import beside_sandbox
from maritime_app.cli.processes.servers import with_schema, with_secret
from maritime_app.infra.migrate import MigrationError
from maritime_app.infra.telemetry import log
from maritime_app.jobs.arq_pool import arq_pool, arq_settings
from maritime_app.jobs.model import Queue, WorkerRole
from maritime_app.jobs.outbox import queue_key
from maritime_app.jobs.runner import Runner
from maritime_app.jobs.workers import CARRY, GRACE_SECONDS
from maritime_app.resources import open_resources
from maritime_app.settings import file as settings_file

_SETTINGS = settings_file.load()
if not (_SETTINGS.database.url and _SETTINGS.redis.url):
    sys.exit("the arq command needs DATABASE_URL and REDIS_URL")
_SETTINGS = beside_sandbox(with_secret(_SETTINGS))


async def _open(queue: Queue, ctx: dict[str, Any]) -> None:
    """Open what the tasks stand on, and record their attempts until `_close`. From now on a Redis
    that goes away is waited for.

    Exits with one line on an old schema, and where PostgreSQL stays away (see `start` in
    settings.toml).
    """
    # arq has given its logger a handler of its own by now: its lines would come twice.
    logging.getLogger("arq").handlers.clear()
    if (worker := asyncio.current_task()) is not None:
        ctx["redis"].connection_pool.wait_with(worker)
    log.set_up(_SETTINGS.log.level, _SETTINGS.log.format)
    try:
        await with_schema(_SETTINGS, apply=False)
    except MigrationError as error:
        sys.exit(str(error))
    stack = ctx["stack"] = AsyncExitStack()
    res = await stack.enter_async_context(open_resources(_SETTINGS, domains.PARTS))
    tasks = {task.name: task for task in domains.TASKS}
    runner = ctx["runner"] = Runner(
        res.db, tasks, res, domains.CRONS, role=WorkerRole.ARQ, queues=[queue]
    )
    stop = asyncio.Event()
    recording = asyncio.create_task(runner.record(stop))
    stack.push_async_callback(_finish, stop, recording)


async def _finish(stop: asyncio.Event, recording: "asyncio.Task[None]") -> None:
    stop.set()
    await recording


async def _close(ctx: dict[str, Any]) -> None:
    if "stack" in ctx:  # else it was not opened
        await ctx["stack"].aclose()


class _QueueSettings:
    """What arq reads of a settings class; it looks at the class's own attributes only, so each
    subclass gets them.
    """

    def __init_subclass__(cls, *, queue: Queue) -> None:
        name = _SETTINGS.redis.prefix + queue_key(queue)
        attributes = {
            "functions": [CARRY],
            "queue_name": name,
            # Written down: `arq --check` asks over a line of its own, which knows no prefix.
            "health_check_key": f"{name}:health-check",
            "redis_pool": arq_pool(
                _SETTINGS, name, patience_seconds=_SETTINGS.start.patience_seconds
            ),
            "redis_settings": arq_settings(_SETTINGS),
            "job_serializer": msgspec.json.encode,
            "job_deserializer": msgspec.json.decode,
            "keep_result": 0,
            # Without it a job whose end arq is just writing down is cancelled by the signal, and
            # the process ends with a traceback.
            "job_completion_wait": round(GRACE_SECONDS),
            "on_startup": partial(_open, queue),
            "on_shutdown": _close,
        }
        for name, value in attributes.items():
            setattr(cls, name, value)


class EmailsWorker(_QueueSettings, queue=Queue.EMAILS):
    """Mails."""


class PaymentsWorker(_QueueSettings, queue=Queue.PAYMENTS):
    """Events of the payment provider, refunds, open payments."""


class BookingsWorker(_QueueSettings, queue=Queue.BOOKINGS):
    """Confirmations, cancellations, holds that end."""


class DataWorker(_QueueSettings, queue=Queue.DATA):
    """Statistics, timetables, housekeeping."""
