"""A paused queue or task: nothing of it is begun anywhere, everything of it is kept."""

import asyncio
import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from maritime_app import clock
from maritime_app.errors import Invalid
from maritime_app.infra.invariant import Exceptional
from maritime_app.jobs.crons import run_crons
from maritime_app.jobs.model import Cron, Task
from maritime_app.jobs.outbox import enqueue, sweep_once
from maritime_app.jobs.pausing import service
from maritime_app.jobs.pausing.watch import tell_of_long_pauses
from maritime_app.jobs.runner import Runner
from maritime_app.jobs.store import SQL
from maritime_app.jobs.workers import carry, working
from maritime_app.ops import invariants, store as ops_store
from maritime_app.payments import invariants as payments_invariants
from tests.jobs.one_runner import a_runner, ask, run
from tests.jobs.pausing import began_ago, emptied, over, pause
from tests.ledger import alerts, attempts, state_of, until_state

DATA = "data"
NOON = 1_800_000_000.0 // 3600 * 3600


async def sail(_res):
    return "at sea"


SAIL = Task("ports.sail", sail)


async def test_it_works(resources):
    """Its jobs are not claimed; those of others are."""
    db = resources.db
    await pause(resources, DATA)
    async with a_runner(db, SAIL, Task("emails.send_x", sail)) as runner:
        kept, mail = await ask(db, "ports.sail"), await ask(db, "emails.send_x")
        assert await runner.start([kept]) == []
        await run(runner, mail)

    assert await state_of(db, kept) == "queued"
    assert await state_of(db, mail) == "done"
    assert [number for number, _outcome, _error in await attempts(db)] == [1]
    (found,) = await service.pauses(resources)
    assert (found.name, found.reason, found.until, found.staff_name) == (
        DATA, "new disks", None, None,
    )  # fmt: skip
    assert [(held.task, held.jobs) for held in found.waiting] == [("ports.sail", 1)]


@pytest.mark.parametrize("paused", ["data", "ports.sync_unctad"])
async def test_of_a_paused_task_only_its_own_jobs_wait(resources, paused):
    db = resources.db
    await pause(resources, paused)
    async with a_runner(db, SAIL, Task("ports.sync_unctad", sail)) as runner:
        same_queue, of_task = await ask(db, "ports.sail"), await ask(db, "ports.sync_unctad")
        begun = await runner.start([same_queue, of_task])
        await asyncio.gather(*begun)

    assert len(begun) == (0 if paused == "data" else 1)
    assert await state_of(db, of_task) == "queued"


async def test_what_runs_is_finished(resources):
    begun, may_end = asyncio.Event(), asyncio.Event()

    async def last(_res):
        begun.set()
        await may_end.wait()

    async with a_runner(resources.db, Task("ports.sail", last)) as runner:
        (running,) = await runner.start([job_id := await ask(resources.db, "ports.sail")])
        await begun.wait()
        await pause(resources, DATA)
        may_end.set()
        await running

    assert await state_of(resources.db, job_id) == "done"


async def test_arqs_own_command_leaves_it_too(resources):
    await pause(resources, "emails")
    job_id = await ask(resources.db, "emails.send_x")
    runner = Runner(resources.db, {"emails.send_x": Task("emails.send_x", sail)}, None)

    await carry({"runner": runner}, str(job_id))

    assert await state_of(resources.db, job_id) == "queued"


async def test_the_sweeper_hands_it_to_nobody(resources):
    db = resources.db
    await ask(db, "ports.sail")
    async with db.acquire() as conn:
        await conn.execute("update job set created_at = now() - interval '1 minute'")
    await pause(resources, DATA)

    assert await sweep_once(db, resources.redis_jobs) == 0
    await over(resources)
    assert await sweep_once(db, resources.redis_jobs) == 1


@pytest.mark.parametrize("query", ["due_jobs", "stuck_jobs"])
async def test_a_look_for_work_does_not_read_what_is_paused(resources, query):
    """A backlog of 200,000 made every sweep take a quarter of a second."""
    await pause(resources, "emails")
    await pause(resources, "ports.sync_unctad")
    few = await pages_read(resources, query, jobs=300)

    assert await pages_read(resources, query, jobs=6_000) <= few + 10


async def test_nor_does_a_look_for_what_the_clock_started_read_what_waits(resources):
    few = await pages_read(resources, "overdue_runs", jobs=300)

    assert await pages_read(resources, "overdue_runs", jobs=6_000) <= few + 10


async def test_a_flushed_redis_changes_nothing(resources):
    await pause(resources, "bookings")
    await resources.redis_jobs.command("FLUSHALL")

    async with working(resources, [Task("bookings.sail", sail)], []):
        async with resources.db.transaction() as conn:
            job_id = await enqueue(conn, "bookings.sail")
        await emptied(resources, "bookings")
        assert await state_of(resources.db, job_id) == "queued"


async def test_a_pause_with_an_end_goes_on_by_itself(resources):
    await pause(resources, DATA, minutes=5)
    (found,) = await service.pauses(resources)
    assert found.until is not None
    assert (found.until - found.since).total_seconds() == pytest.approx(300)

    async with working(resources, [SAIL], []):
        job_id = await ask(resources.db, "ports.sail")
        await emptied(resources, "data")
        assert await state_of(resources.db, job_id) == "queued"
        await over(resources)
        await until_state(resources.db, job_id, "done")
    assert await service.pauses(resources) == []


async def test_another_end_leaves_it_on_since_it_began(resources):
    await pause(resources, DATA)
    await began_ago(resources, "1 hour")
    await pause(resources, DATA, "longer", minutes=5)
    (first,) = await service.pauses(resources)
    assert (first.reason, round(first.seconds / 60)) == ("longer", 60)

    await over(resources)
    await pause(resources, DATA, "again")
    (second,) = await service.pauses(resources)
    assert second.seconds < 60


async def test_crons_are_not_asked_for(db, monkeypatch):
    """Afterwards the slot that lasts is, and none that have gone by."""
    crons = [Cron("ports.sail", 3600), Cron("emails.count", 3600)]
    async with db.acquire() as conn:
        await conn.execute("insert into job_pause (name, reason) values ('data', 'new disks')")
    stop = asyncio.Event()
    set_clock(monkeypatch, NOON)
    keeping = asyncio.create_task(run_crons(db, crons, stop))
    await until_tasks(db, {"emails.count": 1})
    set_clock(monkeypatch, NOON + 2 * 3600)
    await until_tasks(db, {"emails.count": 2})
    async with db.acquire() as conn:
        await conn.execute("update job_pause set until = now()")
    await until_tasks(db, {"emails.count": 2, "ports.sail": 1})
    stop.set()
    await keeping


async def test_what_waits_is_not_stuck(resources):
    job_id = await ask(resources.db, "ports.sail")
    await waited(resources, "2 hours")
    assert await stuck(resources) == [str(job_id)]

    await pause(resources, DATA)
    assert await stuck(resources) == []
    await over(resources)
    assert await stuck(resources) == []
    await over(resources, "20 minutes")
    assert await stuck(resources) == [str(job_id)]


async def test_a_cron_that_fails_has_its_hour_again(resources):
    await ask(resources.db, "ports.sail", unique_key="cron:ports.sail:{}:0")
    async with resources.db.acquire() as conn:
        await conn.execute(
            "update job set error = 'no wind', created_at = now() - interval '2 hours'"
        )
    assert await overdue(resources) == ["ports.sail"]

    await pause(resources, DATA)
    assert await overdue(resources) == []
    await over(resources)
    assert await overdue(resources) == []
    await over(resources, "61 minutes")
    assert await overdue(resources) == ["ports.sail"]


async def test_money_that_waits_for_it_does_not_hang(resources):
    """An event of Stripe that nobody may read yet; another one when they may and do not."""
    async with resources.db.acquire() as conn:
        await conn.execute(
            "insert into stripe_event (id, type, payload, received_at)"
            " values ('evt_1', 'x', '{}', now() - interval '3 hours')"
        )
    assert len(await broken(resources, "stuck_money")) == 1

    await pause(resources, "payments")
    assert await broken(resources, "stuck_money") == []
    await over(resources, "2 hours")
    assert len(await broken(resources, "stuck_money")) == 1


async def test_a_task_that_is_paused_has_its_subject_in_hand(resources):
    async with resources.db.transaction() as conn:
        booking = UUID("01890000-0000-7000-8000-000000000001")
        await enqueue(conn, "bookings.sail", {}, subject=("bookings", str(booking)))
        await conn.execute("update job set created_at = now() - interval '1 hour'")
        assert await ops_store.in_hand(conn, [booking], 300) == set()
    await pause(resources, "bookings")
    async with resources.db.acquire() as conn:
        assert await ops_store.in_hand(conn, [booking], 300) == {booking}


async def test_a_long_one_is_one_alert(resources):
    await pause(resources, "payments")
    await tell_of_long_pauses(resources.db, 3600)
    assert await alerts(resources.db) == []

    await began_ago(resources, "61 minutes")
    for _ in range(3):
        await tell_of_long_pauses(resources.db, 3600)
    assert await alerts(resources.db) == [("long_pause", "pause:payments")]
    assert await open_alerts(resources) == [
        ("payments has been paused for 61 minutes: new disks", 1)
    ]

    await pause(resources, "payments", "still")
    await tell_of_long_pauses(resources.db, 3600)
    assert await open_alerts(resources) == [
        ("payments has been paused for 61 minutes: new disks", 1)
    ]
    await over(resources)
    await tell_of_long_pauses(resources.db, 3600)
    assert await open_alerts(resources) == []


async def test_the_worker_role_looks_by_itself(resources):
    """A cron that did could be paused."""
    await pause(resources, DATA)
    await began_ago(resources, "1 day")
    async with working(resources, [], []), asyncio.timeout(60):
        while not await alerts(resources.db):
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("name", "reason"), [("mails", "x"), ("ports.sail", "x"), ("", "x"), (DATA, "  ")]
)
async def test_only_what_there_is_is_paused_and_for_a_reason(resources, name, reason):
    with pytest.raises(Invalid):
        await pause(resources, name, reason)
    assert await service.pauses(resources) == []


def set_clock(monkeypatch, seconds):
    """The time as the product has it; the machine's own would be corrected by the database's."""
    monkeypatch.setattr(clock, "now", lambda: datetime.fromtimestamp(seconds, UTC))


async def until_tasks(db, wanted):
    async with asyncio.timeout(60):
        while True:
            async with db.acquire() as conn:
                rows = await conn.fetch("select task, count(*) as jobs from job group by task")
            if {row["task"]: row["jobs"] for row in rows} == wanted:
                return
            await asyncio.sleep(0.01)


async def pages_read(res, query, jobs):
    """How many pages a look takes with so many more that wait, of two tasks."""
    async with res.db.acquire() as conn:
        await conn.execute(
            "insert into job (id, task, queue, run_at, created_at)"
            " select ('01a21de0-' || substr(gen_random_uuid()::text, 10))::uuid,"
            " case n % 2 when 0 then 'emails.send_x' else 'ports.sync_unctad' end,"
            " case n % 2 when 0 then 'emails' else 'data' end,"
            " now() - interval '1 hour', now() - interval '1 hour' from generate_series(1, $1) n",
            jobs,
        )
        await conn.execute("analyze job")
        explained = f"explain (analyze, buffers, format json) {getattr(SQL, query).sql}"
        wants = [900] if "$1" in explained else []
        (look,) = json.loads(await conn.fetchval(explained, *wants))
    return look["Plan"]["Shared Hit Blocks"] + look["Plan"]["Shared Read Blocks"]


async def waited(res, age):
    async with res.db.acquire() as conn:
        await conn.execute("update job set run_at = now() - $1::text::interval", age)


async def stuck(res):
    async with res.db.acquire() as conn:
        return [one.subject for one in await SQL.stuck_jobs.fetch_all(conn, Exceptional, 900.0)]


async def overdue(res):
    async with res.db.acquire() as conn:
        return [one.subject for one in await SQL.overdue_runs.fetch_all(conn, Exceptional)]


async def broken(res, name):
    watched = [one for one in payments_invariants.INVARIANTS if one.name == name]
    return await invariants.broken(res, watched)


async def open_alerts(res):
    async with res.db.acquire() as conn:
        rows = await conn.fetch("select message, occurrences from alert where resolved_at is null")
    return [tuple(row) for row in rows]
