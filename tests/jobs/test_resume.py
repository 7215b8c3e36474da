"""A queue or task goes on: what has waited is handed out, the oldest first, each once."""

import asyncio

import pytest

from maritime_app.errors import Conflict
from maritime_app.jobs.model import Queue, Task
from maritime_app.jobs.outbox import JobRequest, enqueue_all, queue_key
from maritime_app.jobs.pausing import service
from maritime_app.jobs.workers import working
from maritime_app.settings.file import replace
from tests.jobs.pausing import pause, resume


async def test_it_works(resources):
    """Out of the ledger: Redis has forgotten all of it."""
    one_by_one = replace(resources.settings, jobs={"max_running": 1})
    object.__setattr__(resources, "settings", one_by_one)
    ships = [f"{batch}-{number}" for batch in range(3) for number in range(10)]
    done = []

    async def sail(_res, *, ship):
        done.append(ship)

    await pause(resources, "data")
    async with resources.db.transaction() as conn:
        requests = [JobRequest({"ship": ship}, ("ships", ship), ship) for ship in ships]
        await enqueue_all(conn, "ports.sail", requests)
    async with asyncio.timeout(60):
        while await resources.redis_jobs.command("ZCARD", queue_key(Queue.DATA)) < len(ships):
            await asyncio.sleep(0.01)
    await resources.redis_jobs.command("FLUSHALL")

    async with working(resources, [Task("ports.sail", sail)], []), asyncio.timeout(60):
        await resume(resources, "data")
        while len(done) < len(ships):
            await asyncio.sleep(0.01)

    assert done == ships
    assert await service.pauses(resources) == []


async def test_only_what_is_paused(resources):
    for _ in range(2):
        with pytest.raises(Conflict) as refused:
            await resume(resources, "data")
        assert refused.value.code == "not_paused"
        await pause(resources, "data")
        await resume(resources, "data")
    async with resources.db.acquire() as conn:
        rows = await conn.fetch("select action, subject_id, staff_id from audit order by id")
    assert [tuple(row) for row in rows] == [
        ("work_paused", "data", None), ("work_resumed", "data", None),
    ] * 2  # fmt: skip
