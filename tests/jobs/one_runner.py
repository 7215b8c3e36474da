"""A runner of a test's own, and jobs that it is given one by one."""

import asyncio
from contextlib import asynccontextmanager
from uuid import UUID

from maritime_app.jobs.outbox import enqueue
from maritime_app.jobs.runner import Runner
from tests.ledger import until_not


@asynccontextmanager
async def a_runner(db, *tasks, crons=()):
    """A worker of its own, whose results are written down until it is left."""
    runner = Runner(db, {task.name: task for task in tasks}, None, crons)
    stop = asyncio.Event()
    recording = asyncio.create_task(runner.record(stop))
    try:
        yield runner
    finally:
        stop.set()
        await recording


async def ask(db, task, *, unique_key=None, **payload) -> UUID:
    async with db.transaction() as conn:
        return await enqueue(conn, task, payload, unique_key=unique_key)


async def run(runner, job_id):
    (task,) = await runner.start([job_id])
    await task
    await until_not(runner._db, job_id, "running")
