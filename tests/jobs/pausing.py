"""Pauses as the command line begins and ends them."""

import asyncio

from maritime_app import domains
from maritime_app.accounts.service import audit
from maritime_app.jobs.outbox import queue_key
from maritime_app.jobs.pausing import service
from maritime_app.jobs.pausing.model import PauseRequest

TASKS = [task.name for task in domains.TASKS]


async def pause(res, name, reason="new disks", minutes=None):
    wanted = PauseRequest(name, reason, minutes)
    await service.pause(res, TASKS, wanted, staff_id=None, audit=audit)


async def resume(res, name):
    await service.resume(res, name, staff_id=None, audit=audit)


async def began_ago(res, age):
    """Every pause began so long ago."""
    async with res.db.acquire() as conn:
        await conn.execute("update job_pause set since = now() - $1::text::interval", age)


async def over(res, ago="1 second"):
    """The end of every pause came by itself, so long ago."""
    async with res.db.acquire() as conn:
        await conn.execute("update job_pause set until = now() - $1::text::interval", ago)


async def emptied(res, queue):
    """Until a worker has taken all of a queue out of Redis."""
    async with asyncio.timeout(60):
        while await res.redis_jobs.command("ZCARD", queue_key(queue)):
            await asyncio.sleep(0.01)
