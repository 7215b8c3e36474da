"""Running a job: claimed once, tried again, given up, recovered from a dead worker, and never
overwritten.
"""

import asyncio

import pytest
from structlog.testing import capture_logs

from maritime_app import domains
from maritime_app.errors import Unavailable
from maritime_app.ids import uuid7
from maritime_app.infra.telemetry import log
from maritime_app.jobs import store, workers
from maritime_app.jobs.model import AttemptOutcome, GiveUp, JobState, Queue, Task
from maritime_app.jobs.outbox import OUTBOX, enqueue, queue_key, sweep_once
from maritime_app.jobs.runner import Runner
from maritime_app.jobs.store import EndedAttempt
from maritime_app.jobs.workers import QueueWorker, working
from tests.jobs.one_runner import a_runner, ask, run
from tests.ledger import (
    alerts,
    attempts,
    lease_over,
    now,
    state_of,
    the_job,
    until_state,
)


async def test_it_works(db):
    sailed = []

    async def sail(_res, *, ship):
        sailed.append(ship)
        return f"{ship} is at sea"

    async with a_runner(db, Task("ports.sail", sail)) as runner:
        await run(runner, await ask(db, "ports.sail", ship="Nereid"))

    assert sailed == ["Nereid"]
    job = await the_job(db)
    assert (job["state"], job["outcome"], job["tries"]) == ("done", "Nereid is at sea", 1)
    assert await attempts(db) == [(1, "done", None)]


async def test_a_failure_is_tried_again_after_a_pause(db):
    async def fail(_res):
        raise OSError("no wind")

    task = Task("ports.sail", fail, tries=3, first_delay_seconds=60)
    async with a_runner(db, task) as runner:
        await run(runner, await ask(db, "ports.sail"))

    job = await the_job(db)
    assert (job["state"], job["error"]) == ("queued", "OSError: no wind")
    assert 25 < job["due_in_seconds"] <= 60
    assert await attempts(db) == [(1, "retry", "OSError: no wind")]


@pytest.mark.fresh
async def test_the_plans_of_a_claim_and_an_end_are_kept(db):
    """To plan for one job anew cost more than to claim and to end it."""
    async with db.transaction() as conn:
        await conn.execute("set local plan_cache_mode = auto")  # as outside of tests
        for _ in range(7):  # PostgreSQL tries plans of one use five times
            job_id = uuid7()
            assert await store.claim(conn, [job_id], "worker", 15) == []
            ended = EndedAttempt(job_id, 1, JobState.DONE, AttemptOutcome.DONE)
            await store.end_attempts(conn, "worker", [ended])
        kept = await conn.fetch(
            "select generic_plans from pg_prepared_statements where statement in ($1, $2)",
            store.SQL.claim_jobs.sql,
            store.SQL.end_attempts.sql,
        )
    assert [row["generic_plans"] for row in kept] == [2, 2]


def test_pauses_grow_to_ten_minutes():
    task = Task("ports.sail", lambda: None, first_delay_seconds=2)  # type: ignore[arg-type, return-value]  # never run

    for number, longest in ((1, 2), (2, 4), (5, 32), (10, 600), (1000, 600)):
        assert longest / 2 <= task.delay_seconds(number) <= longest


async def test_after_the_last_try_it_is_dead_and_somebody_is_told(db):
    async def fail(_res):
        raise Unavailable("The port does not answer.")

    task = Task("ports.sail", fail, tries=3)
    async with a_runner(db, task) as runner:
        job_id = await ask(db, "ports.sail")
        for _ in range(3):
            await now(db)
            await run(runner, job_id)

    assert (await the_job(db))["state"] == "dead"
    outcomes = [outcome for _number, outcome, _error in await attempts(db)]
    assert outcomes == ["retry", "retry", "dead"]
    assert await alerts(db) == [("dead_job", f"job:{job_id}")]


async def test_giving_up_uses_no_further_try(db):
    async def refuse(_res):
        raise GiveUp("there is no such ship")

    async with a_runner(db, Task("ports.sail", refuse, tries=5)) as runner:
        await run(runner, await ask(db, "ports.sail"))

    job = await the_job(db)
    assert (job["state"], job["error"], job["tries"]) == ("dead", "there is no such ship", 1)
    assert len(await alerts(db)) == 1


async def test_a_task_that_takes_too_long_is_ended(db):
    ended = asyncio.Event()

    async def drift(_res):
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with a_runner(db, Task("ports.drift", drift, tries=1, timeout_seconds=0.02)) as runner:
        await run(runner, await ask(db, "ports.drift"))

    assert ended.is_set()
    job = await the_job(db)
    assert job["state"] == "dead"
    assert "TimeoutError" in job["error"]


async def test_a_task_of_a_newer_version_is_left_to_it(db):
    """Two versions run side by side in a deploy: the older one takes what it has never heard of."""
    done = []

    async def write(_res):
        done.append("written")

    job_id = await ask(db, "ports.unheard_of")
    async with a_runner(db) as older:
        await run(older, job_id)
    job = await the_job(db)
    assert (job["state"], job["error"]) == ("queued", "no task is called ports.unheard_of")
    assert await alerts(db) == []

    async with db.acquire() as conn:
        await conn.execute("update job set run_at = now()")
    async with a_runner(db, Task("ports.unheard_of", write, tries=1)) as newer:
        await run(newer, job_id)
    assert ((await the_job(db))["state"], done) == ("done", ["written"])


async def test_a_task_that_nobody_knows_for_an_hour_is_dead(db):
    job_id = await ask(db, "ports.unheard_of")
    async with db.acquire() as conn:
        await conn.execute("update job set created_at = now() - interval '61 minutes'")
    async with a_runner(db) as runner:
        await run(runner, job_id)

    job = await the_job(db)
    assert (job["state"], job["error"]) == ("dead", "no task is called ports.unheard_of")
    assert len(await alerts(db)) == 1


async def test_two_workers_race_and_one_runs(db):
    runs = []

    async def sail(_res, *, number):
        runs.append(number)

    task = Task("ports.sail", sail)
    async with a_runner(db, task) as one, a_runner(db, task) as two:
        ids = [await ask(db, "ports.sail", number=number) for number in range(20)]
        started = await asyncio.gather(one.start(ids), two.start(ids), one.start(ids))
        await asyncio.gather(*(task for tasks in started for task in tasks))
        await written(db, 20)

    assert sorted(runs) == list(range(20))
    async with db.acquire() as conn:
        assert (
            await conn.fetchval("select count(*) from job where state = 'done' and tries = 1") == 20
        )


async def test_a_dead_workers_job_is_recovered(db, resources):
    """The worker is gone without a word; its lease runs out and somebody else runs the job."""
    began, runs = asyncio.Event(), []

    async def sail(_res):
        runs.append("try")
        began.set()
        if len(runs) == 1:
            await asyncio.Event().wait()
        return "arrived"

    task = Task("ports.sail", sail)
    dying = Runner(db, {task.name: task}, None)
    job_id = await ask(db, "ports.sail")
    (hanging,) = await dying.start([job_id])
    await began.wait()
    assert await sweep_once(db, resources.redis_jobs) == 0  # its lease still stands
    await lease_over(db)

    assert await sweep_once(db, resources.redis_jobs) == 1
    async with a_runner(db, task) as heir:
        await run(heir, job_id)

    job = await the_job(db)
    assert (job["state"], job["outcome"], job["tries"]) == ("done", "arrived", 2)
    assert await attempts(db) == [
        (1, "lost", "the worker stopped without finishing it"),
        (2, "done", None),
    ]
    hanging.cancel()
    await asyncio.gather(hanging, return_exceptions=True)


async def test_a_worker_whose_lease_was_taken_away_cannot_overwrite(db, resources):
    """It was only slow: it comes back while the heir is at work, and its result must not count."""
    let_go, second = asyncio.Event(), asyncio.Event()
    began = asyncio.Event()

    async def slow(_res):
        began.set()
        await let_go.wait()
        return "too late"

    async def heir(_res):
        await second.wait()
        return "in time"

    job_id = await ask(db, "ports.sail")
    async with a_runner(db, Task("ports.sail", heir)) as two:
        async with a_runner(db, Task("ports.sail", slow)) as one:
            (late,) = await one.start([job_id])
            await began.wait()
            await lease_over(db)
            await sweep_once(db, resources.redis_jobs)
            (taken_over,) = await two.start([job_id])
            let_go.set()
            await late
        # Its result has been offered by now (a runner writes everything before it goes), and
        # refused.
        assert await state_of(db, job_id) == "running"
        second.set()
        await taken_over
        await until_state(db, job_id, "done")

    assert (await the_job(db))["outcome"] == "in time"
    assert [outcome for _number, outcome, _error in await attempts(db)] == ["lost", "done"]


async def test_nobody_is_told_of_a_failure_that_came_too_late(db, resources):
    """It gave the job up once somebody else had it, who has done it."""
    let_go = asyncio.Event()

    async def give_up(_res):
        await let_go.wait()
        raise GiveUp("there is no such ship")

    async def sail(_res):
        return "arrived"

    job_id = await ask(db, "ports.sail")
    async with a_runner(db, Task("ports.sail", give_up)) as one:
        (late,) = await one.start([job_id])
        await lease_over(db)
        await sweep_once(db, resources.redis_jobs)
        async with a_runner(db, Task("ports.sail", sail)) as two:
            await run(two, job_id)
        let_go.set()
        await late

    assert await state_of(db, job_id) == "done"
    assert await alerts(db) == []


async def test_a_job_that_kills_every_worker_is_dead_in_the_end(db, resources):
    async def crash(_res):
        await asyncio.Event().wait()

    task = Task("ports.crash", crash, tries=2)
    job_id = await ask(db, "ports.crash")
    for _ in range(2):
        dying = Runner(db, {task.name: task}, None)
        (hanging,) = await dying.start([job_id])
        await lease_over(db)
        await sweep_once(db, resources.redis_jobs)
        hanging.cancel()
    async with a_runner(db, task) as runner:
        await run(runner, job_id)

    job = await the_job(db)
    assert (job["state"], job["error"]) == ("dead", "the worker died in every try")


async def test_a_worker_that_stops_gives_back_what_it_holds(db):
    began = asyncio.Event()

    async def sail(_res):
        began.set()
        await asyncio.Event().wait()

    async with a_runner(db, Task("ports.sail", sail)) as runner:
        await runner.start([await ask(db, "ports.sail")])
        await began.wait()
        await runner.give_back()

    job = await the_job(db)
    assert (job["state"], job["worker_holds"]) == ("queued", False)
    assert job["due_in_seconds"] <= 0
    assert (job["tries"], job["given_back"]) == (1, 1)
    assert await attempts(db) == [(1, "given_back", "the worker is stopping")]


async def test_giving_back_does_not_count(db):
    """A task with a single try survives any number of deploys, and every one of them is told."""
    began = asyncio.Event()

    async def sail(_res):
        began.set()
        if await stopped_so_far(db) < 3:
            await asyncio.Event().wait()
        return "arrived"

    task = Task("ports.sail", sail, tries=1)
    job_id = await ask(db, "ports.sail")
    for _ in range(3):
        began.clear()
        async with a_runner(db, task) as runner:
            await runner.start([job_id])
            await began.wait()
            await runner.give_back()
    async with a_runner(db, task) as runner:
        await run(runner, job_id)

    job = await the_job(db)
    assert (job["state"], job["outcome"], job["tries"] - job["given_back"]) == (
        "done",
        "arrived",
        1,
    )
    assert [outcome for _number, outcome, _error in await attempts(db)] == ["given_back"] * 3 + [
        "done"
    ]


async def test_the_pause_grows_with_failures_not_with_deploys(db):
    async def fail(_res):
        raise OSError("no wind")

    job_id = await ask(db, "ports.sail")
    async with db.acquire() as conn:
        await conn.execute("update job set tries = 6, given_back = 6")
    async with a_runner(db, Task("ports.sail", fail, tries=3, first_delay_seconds=60)) as runner:
        await run(runner, job_id)

    job = await the_job(db)
    assert job["state"] == "queued"
    assert 25 < job["due_in_seconds"] <= 60


async def test_what_was_claimed_and_has_not_begun_is_given_back_too(db):
    async def sail(_res):
        await asyncio.Event().wait()

    async with a_runner(db, Task("ports.sail", sail)) as runner:
        await runner.start([await ask(db, "ports.sail")])
        await runner.give_back()
        assert runner.running == 0

    assert await attempts(db) == [(1, "given_back", "the worker is stopping")]


async def test_dying_and_giving_back_are_counted_apart(db, resources):
    """A job that kills its worker ends as dead, however many deploys lie between."""
    began = asyncio.Event()

    async def crash(_res):
        began.set()
        await asyncio.Event().wait()

    task = Task("ports.crash", crash, tries=2)
    job_id = await ask(db, "ports.crash")
    for _ in range(2):
        began.clear()
        async with a_runner(db, task) as runner:
            await runner.start([job_id])
            await began.wait()
            await runner.give_back()
        dying = Runner(db, {task.name: task}, None)
        (hanging,) = await dying.start([job_id])
        await lease_over(db)
        await sweep_once(db, resources.redis_jobs)
        hanging.cancel()
    async with a_runner(db, task) as runner:
        await run(runner, job_id)

    job = await the_job(db)
    assert (job["state"], job["error"]) == ("dead", "the worker died in every try")
    outcomes = [outcome for _number, outcome, _error in await attempts(db)]
    assert outcomes == ["given_back", "lost", "given_back", "lost", "dead"]


async def test_a_task_that_is_cancelled_from_within_has_failed(db):
    """Nobody stops the worker: without a count such a task would be tried for ever."""

    async def trip(_res):
        never = asyncio.get_running_loop().create_future()
        never.cancel()
        await never

    async with a_runner(db, Task("ports.sail", trip, tries=1)) as runner:
        await run(runner, await ask(db, "ports.sail"))

    job = await the_job(db)
    assert (job["state"], job["given_back"]) == ("dead", 0)
    assert "CancelledError" in job["error"]


async def test_a_worker_that_leaves_uses_up_no_try(resources, db, monkeypatch):
    """The whole worker, as at SIGTERM: what does not end in time is given back."""
    began = asyncio.Event()

    async def sail(_res):
        began.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(workers, "GRACE_SECONDS", 0.1)
    job_id = await ask(db, "ports.sail")

    async with working(resources, [Task("ports.sail", sail, tries=1)], []):
        await began.wait()

    job = await the_job(db)
    assert (await state_of(db, job_id), job["tries"] - job["given_back"]) == ("queued", 0)
    assert await attempts(db) == [(1, "given_back", "the worker is stopping")]


async def test_a_job_that_is_not_due_is_not_claimed(db):
    async with a_runner(db, Task("ports.sail", sailing)) as runner:
        job_id = await ask(db, "ports.sail")
        async with db.acquire() as conn:
            await conn.execute("update job set run_at = now() + interval '1 hour'")
        assert await runner.start([job_id]) == []


async def test_the_workers_wake_up_for_a_job(resources, db):
    """Through Redis and the arq workers, as in a running process."""
    async with working(resources, domains.TASKS, []):
        async with db.transaction() as conn:
            job_id = await enqueue(conn, "ops.tidy_up")
        await until_state(db, job_id, "done")
        # The sweeper may have handed it over once more in between; the workers take that too.
        async with asyncio.timeout(60):
            while await resources.redis_jobs.command("ZCARD", queue_key(Queue.DATA)):
                await asyncio.sleep(0.02)


async def test_a_worker_finds_what_was_queued_before_it_came(resources, db):
    async with db.transaction() as conn:
        job_id = await enqueue(conn, "ops.tidy_up")

    async with working(resources, domains.TASKS, []):
        await until_state(db, job_id, "done")


async def test_a_flushed_redis_under_running_workers_loses_nothing(resources, db):
    async with working(resources, domains.TASKS, []):
        await resources[OUTBOX].close()
        async with db.transaction() as conn:
            jobs = [await enqueue(conn, "ops.tidy_up") for _ in range(5)]
            await conn.execute("update job set created_at = now() - interval '1 minute'")
        await resources.redis_jobs.command("FLUSHALL")
        for job_id in jobs:
            await until_state(db, job_id, "done")


async def test_a_worker_that_fails_at_once_is_tried_ever_more_slowly(resources, monkeypatch):
    """Nothing is healthy by being started: the pause falls back only after a look that worked."""

    async def fail(_worker):
        raise OSError("the queue is away")

    log.set_up("WARNING")
    monkeypatch.setattr(QueueWorker, "_poll_iteration", fail)
    monkeypatch.setattr("random.uniform", lambda _low, _high: 0.0)
    with capture_logs() as lines:
        async with working(resources, [], []), asyncio.timeout(60):
            while len(pauses := pauses_of(lines, "worker.data")) < 5:
                await asyncio.sleep(0.01)
    log.set_up("ERROR")

    assert pauses[:5] == [1.0, 2.0, 4.0, 5.0, 5.0]


def pauses_of(lines, loop):
    return [line["retry_seconds"] for line in lines if line.get("loop") == loop]


async def sailing(_res):
    return "at sea"


async def stopped_so_far(db):
    async with db.acquire() as conn:
        return await conn.fetchval("select given_back from job")


async def written(db, count):
    """Until so many jobs are done."""
    async with asyncio.timeout(60):
        while True:
            async with db.acquire() as conn:
                if await conn.fetchval("select count(*) from job where state = 'done'") == count:
                    return
            await asyncio.sleep(0.01)
