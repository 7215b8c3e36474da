"""What comes again by itself calls nobody where something does not answer for a while."""

import asyncio

from maritime_app.errors import Unavailable
from maritime_app.infra.invariant import Exceptional
from maritime_app.infra.upstreams.http import Fault, UpstreamError
from maritime_app.jobs.model import Cron, Task
from maritime_app.jobs.outbox import sweep_once
from maritime_app.jobs.runner import Runner
from maritime_app.jobs.store import SQL
from tests.jobs.one_runner import a_runner, ask, run
from tests.ledger import alerts, attempts, lease_over, now, the_job


async def test_it_works(db):
    """Nobody is called because something does not answer that is asked again by itself."""

    async def fail(_res):
        raise Unavailable("The port does not answer.")

    task = Task("ports.sail", fail, tries=2)
    cron = Cron("ports.sail", every_seconds=3600)
    async with a_runner(db, task, crons=[cron]) as runner:
        job_id = await ask(db, "ports.sail", unique_key="cron:ports.sail:{}:1")
        for _ in range(5):  # its next run is far: it goes on, and the tries are not used up
            await now(db)
            await run(runner, job_id)
        assert (await the_job(db))["state"] == "queued"
        await written_long_ago(db, job_id, "1 hour")
        await now(db)
        await run(runner, job_id)

        job = await the_job(db)
        assert (job["state"], job["outcome"]) == ("cancelled", "left to the next run")
        assert job["error"] == "The port does not answer."
        assert {outcome for _number, outcome, _error in await attempts(db)} == {"retry"}
        assert await alerts(db) == []


async def test_what_the_clock_repeats_and_fails_otherwise_is_dead(db):
    async def sink(_res):
        raise OSError("a hole")

    async def misread(_res):
        raise UpstreamError("It talks nonsense.", Fault.MALFORMED, code="port_nonsense")

    tasks = [Task("ports.sink", sink, tries=1), Task("ports.misread", misread, tries=1)]
    async with a_runner(db, *tasks, crons=[Cron(task.name, 3600) for task in tasks]) as runner:
        for task in tasks:
            await run(runner, await ask(db, task.name, unique_key=f"cron:{task.name}:{{}}:1"))

    assert [kind for kind, _subject in await alerts(db)] == ["dead_job", "dead_job"]


async def test_a_person_who_starts_it_hears_that_it_failed(db):
    """The same task, and no next run would repeat what was asked for by hand."""

    async def fail(_res):
        raise Unavailable("The port does not answer.")

    task = Task("ports.sail", fail, tries=1)
    async with a_runner(db, task, crons=[Cron("ports.sail", 3600)]) as runner:
        await run(runner, await ask(db, "ports.sail"))

    assert (await the_job(db))["state"] == "dead"


async def test_what_is_asked_for_again_by_itself_is_left_to_that(db):
    async def fail(_res):
        raise Unavailable("The port does not answer.")

    async with a_runner(db, Task("ports.sail", fail, tries=1, again_seconds=60)) as runner:
        job_id = await ask(db, "ports.sail")
        await run(runner, job_id)
        assert (await the_job(db))["state"] == "queued"
        await written_long_ago(db, job_id, "1 minute")
        await now(db)
        await run(runner, job_id)

    assert (await the_job(db))["state"] == "cancelled"
    assert await alerts(db) == []


async def test_what_the_clock_repeats_and_nobody_lived_to_end_is_left_to_that(db, resources):
    """A worker that is killed calls nobody for what comes again; after an hour somebody hears."""

    async def sail(_res):
        await asyncio.Event().wait()

    task, crons = Task("ports.sail", sail, tries=1), [Cron("ports.sail", every_seconds=600)]
    job_id = await ask(db, "ports.sail", unique_key="cron:ports.sail:{}:1")
    dying = Runner(db, {task.name: task}, None, crons)
    (hanging,) = await dying.start([job_id])
    await lease_over(db)
    await sweep_once(db, resources.redis_jobs)
    hanging.cancel()
    async with a_runner(db, task, crons=crons) as runner:
        await run(runner, job_id)

    job = await the_job(db)
    assert (job["state"], job["outcome"]) == ("cancelled", "left to the next run")
    assert job["error"] == "the worker died in every try"
    assert await alerts(db) == []
    await written_long_ago(db, job_id, "90 minutes")
    assert await overdue(db) == ["ports.sail"]


async def test_run_after_run_for_an_hour_is_an_exception(db):
    """The next run may fail as well: then a person is told, once for the task."""

    async def fail(_res):
        raise Unavailable("The port does not answer.")

    async def succeed(_res):
        return "at sea"

    crons = [Cron("ports.sail", every_seconds=60)]
    async with a_runner(db, Task("ports.sail", fail, tries=1), crons=crons) as runner:
        for slot, age in enumerate(("90 minutes", "30 minutes")):
            job_id = await ask(db, "ports.sail", unique_key=f"cron:ports.sail:{{}}:{slot}")
            await written_long_ago(db, job_id, age)
            assert await overdue(db) == ([] if slot == 0 else ["ports.sail"])
            await run(runner, job_id)
    assert await overdue(db) == ["ports.sail"]

    async with a_runner(db, Task("ports.sail", succeed), crons=crons) as runner:
        await run(runner, await ask(db, "ports.sail", unique_key="cron:ports.sail:{}:2"))
    assert await overdue(db) == []


async def written_long_ago(db, job_id, age):
    async with db.acquire() as conn:
        await conn.execute(
            "update job set created_at = now() - $2::text::interval where id = $1", job_id, age
        )


async def overdue(db):
    async with db.acquire() as conn:
        found = await SQL.overdue_runs.fetch_all(conn, Exceptional)
    return [row.subject for row in found]
