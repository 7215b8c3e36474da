"""Who works on the queues: a worker says that it lives, and one that no longer does is silent."""

import asyncio

import pytest

from maritime_app.jobs.model import AttemptOutcome, Queue, Task, WorkerRole
from maritime_app.jobs.monitor import service
from maritime_app.jobs.presence import RecentWork, present, say_alive
from maritime_app.jobs.workers import working
from tests import clocks, signed_in
from tests.jobs.one_runner import a_runner, ask, run

WORKERS = "/api/admin-tools/tasks/workers/"


async def test_it_works(client, resources):
    """A worker is seen with what it runs and what it did, and leaves the list when it stops."""
    go_on = asyncio.Event()

    async def wait(_res):
        await go_on.wait()

    async with working(resources, [Task("x.wait", wait)], []) as runner:
        await ask(resources.db, "x.wait")
        (seen,) = await until(client, resources, lambda found: ("x.wait", 1) in in_hand(found))
        assert (seen["name"], seen["role"]) == (runner.worker, "worker")
        assert seen["queues"] == list(Queue)
        assert not seen["is_silent"]
        page = await page_of(client, resources)
        assert runner.worker in page
        assert "Live" in page
        assert "No worker keeps the clock" not in page
        go_on.set()

    assert await service.workers(resources) == []
    page = await page_of(client, resources)
    assert "No worker runs" in page
    assert "No worker keeps the clock" in page


async def test_one_that_was_killed_is_silent(client, resources):
    """It is shown for a day, and the next worker forgets it then."""
    async with resources.db.acquire() as conn:
        await say_alive(conn, "gone:1:a", WorkerRole.WORKER, [Queue.DATA], (3, 1))
        await say_alive(conn, "here:1:b", WorkerRole.ARQ, [Queue.EMAILS], (0, 0))
        await seen_before(conn, "gone:1:a", "16 seconds")

    found = {worker.name: worker for worker in await service.workers(resources)}
    assert (found["gone:1:a"].is_silent, found["here:1:b"].is_silent) == (True, False)
    assert (found["gone:1:a"].done, found["gone:1:a"].failed) == (3, 1)
    page = await page_of(client, resources)
    assert "Silent" in page
    assert "No worker keeps the clock" in page  # the live one serves one queue

    async with resources.db.acquire() as conn:
        await seen_before(conn, "gone:1:a", "25 hours")
    async with a_runner(resources.db):
        await until(
            client, resources, lambda found: "gone:1:a" not in {one["name"] for one in found}
        )


async def test_one_that_is_heard_again_is_live(resources):
    async with resources.db.acquire() as conn:
        await say_alive(conn, "here:1:b", WorkerRole.WORKER, [Queue.DATA], (0, 0))
        await seen_before(conn, "here:1:b", "1 hour")
        await say_alive(conn, "here:1:b", WorkerRole.WORKER, [Queue.DATA], (7, 0))

    (worker,) = await service.workers(resources)

    assert (worker.is_silent, worker.done) == (False, 7)


async def test_one_that_is_cut_short_leaves_its_line(resources):
    """Only a worker that stopped by itself says good-bye."""
    with pytest.raises(asyncio.CancelledError):
        async with present(resources.db, "cut:1:c", WorkerRole.WORKER, [Queue.DATA], RecentWork()):
            async with asyncio.timeout(60):
                while not await service.workers(resources):
                    await asyncio.sleep(0.01)
            raise asyncio.CancelledError

    assert [worker.name for worker in await service.workers(resources)] == ["cut:1:c"]


async def test_what_a_worker_did_is_counted(db):
    async def done(_res):
        return "done"

    async def fail(_res):
        raise OSError

    async with a_runner(db, Task("x.done", done), Task("x.fail", fail, tries=1)) as runner:
        await run(runner, await ask(db, "x.done"))
        await run(runner, await ask(db, "x.fail"))

        assert runner._work.figures() == (1, 1)


def test_what_was_an_hour_ago_is_not_lately():
    work = RecentWork()
    with clocks.travel(1_800_000_000, tick=False) as at:
        for outcome in AttemptOutcome:
            work.count(outcome)
        assert work.figures() == (1, 2)  # retry and dead; lost and given back are neither
        at.shift(59 * 60)
        work.count(AttemptOutcome.DONE)
        assert work.figures() == (2, 2)
        at.shift(60)
        assert work.figures() == (1, 0)


async def test_who_may(client, resources):
    headers = await signed_in.token(resources, "analyst")
    for path in (WORKERS, "/api/admin-tools/tasks/crons/"):
        async with client.get(path) as answer:
            assert answer.status == 401
        async with client.get(path, headers=headers) as answer:
            assert answer.status == 403


def in_hand(workers):
    return [(held["task"], held["jobs"]) for worker in workers for held in worker["running"]]


async def until(client, res, is_so):
    """What the endpoint answers once it is so."""
    await come_in(client, res)
    async with asyncio.timeout(60):
        while True:
            async with client.get(WORKERS) as answer:
                assert answer.status == 200, await answer.text()
                found = (await answer.json())["workers"]
            if is_so(found):
                return found
            await asyncio.sleep(0.05)


async def come_in(client, res):
    """The administrator's browser, signed in once."""
    if not any(cookie.key == "session" for cookie in client.session.cookie_jar):
        await signed_in.come_in(client, res)


async def page_of(client, res):
    await come_in(client, res)
    async with client.get("/admin/tasks/workers") as page:
        assert page.status == 200, await page.text()
        return await page.text()


async def seen_before(conn, name, ago):
    await conn.execute(
        f"update worker set seen_at = now() - interval '{ago}' where name = $1", name
    )
