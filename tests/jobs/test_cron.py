"""Tasks that come again: each time slot is one job, however many processes keep the time."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from maritime_app import clock, domains
from maritime_app.infra.db import Database
from maritime_app.jobs import store
from maritime_app.jobs.crons import run_crons
from maritime_app.jobs.model import Cron
from maritime_app.jobs.monitor import store as monitor_store
from tests import clocks

HOURLY = Cron("ports.count", every_seconds=3600)
NOON = 1_800_000_000.0 // 3600 * 3600


async def test_it_works(db):
    with clocks.travel(NOON, tick=False):
        async with keeping(db, [HOURLY]):
            await until_jobs(db, 1)

    async with db.acquire() as conn:
        assert await conn.fetchval("select task from job") == "ports.count"


async def test_two_processes_ask_for_one_job_per_slot(db, database_url):
    other = Database(database_url, 2)
    crons = [
        HOURLY,
        Cron("ports.sync", 3600, {"report": "a"}),
        Cron("ports.sync", 3600, {"report": "b"}),
    ]
    for slot in (1, 2):
        with clocks.travel(NOON + slot * 3600, tick=False):
            async with keeping(db, crons) as one, keeping(other, crons) as two:
                await asked(one, two)
        await until_jobs(db, 3 * slot)
    await other.close()

    async with db.acquire() as conn:
        counts = await conn.fetch("select count(*) from job group by task, payload")
    assert [row["count"] for row in counts] == [2, 2, 2]


@pytest.mark.parametrize("failing", [1, 2], ids=["what is paused", "the slot"])
async def test_a_database_that_was_away_for_a_moment_is_asked_again(
    db, database_url, monkeypatch, failing
):
    shaky = Database(database_url, 1)
    tried, taken = [], shaky._pool.take

    async def fails_once():
        tried.append("once")
        if len(tried) == failing:
            raise OSError
        return await taken()

    monkeypatch.setattr(shaky._pool, "take", fails_once)
    async with keeping(shaky, [HOURLY]):
        await until_jobs(db, 1)
    await shaky.close()

    assert len(tried) == 2 + failing


def test_every_cron_of_ours_asks_for_a_task_that_exists():
    names = {task.name for task in domains.TASKS}

    assert {cron.task for cron in domains.CRONS} <= names
    assert all(cron.every_seconds >= 1 for cron in domains.CRONS)


def set_clock(monkeypatch, seconds):
    """The time as the product has it; the machine's own would be corrected by the database's."""
    monkeypatch.setattr(clock, "now", lambda: datetime.fromtimestamp(seconds, UTC))


@asynccontextmanager
async def keeping(db, crons):
    """Keep the time until left."""
    stop = asyncio.Event()
    rounds = asyncio.Event()

    def watched():
        yield from crons
        rounds.set()

    task = asyncio.create_task(run_crons(db, watched(), stop))
    try:
        yield rounds
    finally:
        stop.set()
        await task


async def asked(*rounds):
    """Until each process has begun its first round; it ends before the process stops."""
    for one in rounds:
        await one.wait()


async def until_jobs(db, count):
    async with asyncio.timeout(60):
        while True:
            async with db.acquire() as conn:
                if await conn.fetchval("select count(*) from job") == count:
                    return
            await asyncio.sleep(0.01)


async def test_a_restart_within_a_long_slot_asks_for_no_second_run(db, monkeypatch):
    """Housekeeping takes the jobs of yesterday, but not what says that this week's is done."""
    weekly = Cron("ports.sync", 7 * 86_400, {"report": "a"})
    others = [Cron("ports.sync", 7 * 86_400, {"report": "ab"}), Cron("ports.syncs", 7 * 86_400)]
    week = int(NOON // weekly.every_seconds) * weekly.every_seconds
    for start in (week - weekly.every_seconds, week):
        set_clock(monkeypatch, start + 1)
        async with keeping(db, [weekly, *others]):
            await until_jobs(db, 3 if start < week else 6)
    async with db.acquire() as conn:
        await conn.execute(
            "update job set state = 'done', outcome = 'well',"
            " finished_at = now() - interval '2 days'"
        )
        assert await store.delete_cron_jobs(conn, 100) == 3
        assert await store.delete_cron_jobs(conn, 100) == 0

    set_clock(monkeypatch, week + 3 * 86_400)
    async with keeping(db, [weekly, *others, HOURLY]):
        await until_jobs(db, 4)

    async with db.acquire() as conn:
        (run,) = await monitor_store.newest_runs(conn, [weekly.key_prefix])
    assert (run.state, run.outcome) == ("done", "well")
