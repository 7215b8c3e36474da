"""The operations pages: find a task, run it again, take it away, settle an alert."""

import pytest

from maritime_app import domains
from maritime_app.infra.alerts import raise_alert
from maritime_app.jobs import store
from maritime_app.jobs.monitor import service
from maritime_app.jobs.outbox import enqueue
from maritime_app.jobs.store import SQL
from maritime_app.jobs.workers import working
from tests import signed_in
from tests.factories import a_sailing, an_ask, book
from tests.ledger import until_state


@pytest.fixture
async def desk(client, resources):
    """An administrator's browser."""
    await signed_in.hire(resources)
    await signed_in.sign_in(client, "admin@maritime.example")
    return client


async def test_it_works(desk, resources):
    """A dead task is found, repeated, and done."""
    dead = await a_dead_task(resources)
    assert str(dead) in await text_of(desk, "/admin/tasks?state=dead")
    assert "no wind" in await text_of(desk, f"/admin/tasks/{dead}")

    answer = await press(desk, f"/admin/tasks/{dead}", f"/admin/tasks/{dead}/replay")

    assert (answer.status, answer.headers["Location"]) == (303, f"/admin/tasks/{dead}")
    async with working(resources, domains.TASKS, domains.CRONS):
        await until_state(resources.db, dead, "done")
    assert (await service.job(resources, dead)).tries == 1
    async with resources.db.acquire() as conn:
        assert await conn.fetchval(
            "select subject_id from audit where action = 'task_repeated'"
        ) == str(dead)


async def test_a_replay_keeps_every_attempt(desk, resources):
    """What went wrong before stays readable; the task has all its tries again."""
    dead = await a_dead_task(resources, attempts=5)

    await press(desk, f"/admin/tasks/{dead}", f"/admin/tasks/{dead}/replay")
    waiting = await service.job(resources, dead)
    async with working(resources, domains.TASKS, []):
        await until_state(resources.db, dead, "done")

    job = await service.job(resources, dead)
    assert (waiting.state, waiting.tries, job.state, job.tries) == ("queued", 0, "done", 1)
    assert [attempt.number for attempt in job.attempts] == [1, 2, 3, 4, 5, 6]
    outcomes = [attempt.outcome for attempt in job.attempts]
    assert outcomes == ["retry", "retry", "retry", "retry", "dead", "done"]
    assert "no wind" in await text_of(desk, f"/admin/tasks/{dead}")


async def test_a_replayed_task_has_all_its_tries_again(resources):
    dead = await a_dead_task(resources, attempts=5)
    async with resources.db.acquire() as conn:
        await conn.execute("update job set given_back = 2, tries = 7")
        await SQL.replay_job.execute(conn, dead, ["dead"])
        (claimed,) = await store.claim(conn, [dead], "here:1", 15.0)

    assert (claimed.number, claimed.counted) == (8, 1)


async def test_a_try_that_was_given_back_is_named_so_and_not_counted(desk, resources):
    async with resources.db.transaction() as conn:
        waiting = await enqueue(conn, "ops.tidy_up")
        await conn.execute("update job set tries = 1, given_back = 1 where id = $1", waiting)
        await conn.execute(
            "insert into job_attempt (job_id, number, worker, started_at, finished_at, outcome,"
            " error) values ($1, 1, 'here:1', now(), now(), 'given_back', 'the worker is"
            " stopping')",
            waiting,
        )

    page = await text_of(desk, f"/admin/tasks/{waiting}")

    assert "Given back, does not count" in page
    assert "To be tried again" not in page  # nothing has failed
    task = await service.job(resources, waiting)
    assert (task.tries, task.given_back) == (0, 1)


async def test_a_task_that_is_not_dead_is_not_repeated(desk, resources):
    async with resources.db.transaction() as conn:
        waiting = await enqueue(conn, "ops.tidy_up")

    assert (await press(desk, "/sign-in", f"/admin/tasks/{waiting}/replay")).status == 409


async def test_a_waiting_task_can_be_taken_away_and_only_that(desk, resources):
    async with resources.db.transaction() as conn:
        waiting = await enqueue(conn, "ops.tidy_up")
    dead = await a_dead_task(resources)

    assert (
        await press(desk, f"/admin/tasks/{waiting}", f"/admin/tasks/{waiting}/cancel")
    ).status == 303
    assert (await press(desk, "/sign-in", f"/admin/tasks/{waiting}/cancel")).status == 409
    assert (await press(desk, "/sign-in", f"/admin/tasks/{dead}/cancel")).status == 409
    async with resources.db.acquire() as conn:
        assert await conn.fetchval("select state from job where id = $1", waiting) == "cancelled"


async def test_a_cancelled_task_does_not_run_although_its_id_is_in_the_queue(desk, resources):
    async with resources.db.transaction() as conn:
        waiting = await enqueue(conn, "ops.tidy_up")
    await press(desk, f"/admin/tasks/{waiting}", f"/admin/tasks/{waiting}/cancel")

    async with working(resources, domains.TASKS, domains.CRONS):
        async with resources.db.transaction() as conn:
            following = await enqueue(conn, "ops.tidy_up")
        await until_state(resources.db, following, "done")

    async with resources.db.acquire() as conn:
        assert await conn.fetchval("select state from job where id = $1", waiting) == "cancelled"


async def test_all_dead_tasks_of_a_filter_at_once(desk, resources):
    mails = [await a_dead_task(resources, "emails.send_cancellation") for _ in range(3)]
    other = await a_dead_task(resources)

    answer = await press(desk, "/sign-in", "/admin/tasks/replay", queue="emails")

    assert answer.headers["Location"] == "/admin/tasks?done=again"
    async with resources.db.acquire() as conn:
        queued = await conn.fetch(
            "select id from job where state = 'queued' and task = 'emails.send_cancellation'"
        )
        assert {row["id"] for row in queued} == set(mails)
        assert await conn.fetchval("select state from job where id = $1", other) == "dead"


async def test_two_people_run_all_dead_tasks_again(desk, resources, monkeypatch):
    """At the same moment: whatever one of them is too late for does not keep the rest dead."""
    await a_dead_task(resources)
    newest = await a_dead_task(resources)
    looked = service.jobs

    async def look_and_wait(res, wanted):
        page = await looked(res, wanted)
        await press(desk, "/sign-in", f"/admin/tasks/{newest}/replay")
        return page

    monkeypatch.setattr(service, "jobs", look_and_wait)

    assert (await press(desk, "/sign-in", "/admin/tasks/replay")).status == 303

    async with resources.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from job where state = 'dead'") == 0


async def test_selected_tasks_are_run_again_or_dropped(desk, resources):
    """Those that the act fits, each with a line in the audit log; the others stay as they are."""
    dead = await a_dead_task(resources)
    async with resources.db.transaction() as conn:
        waiting, kept = [await enqueue(conn, "ops.tidy_up") for _ in range(2)]
    assert f'name="job-{dead}"' in await text_of(desk, "/admin/tasks")

    boxes = {f"job-{dead}": "1", f"job-{waiting}": "1"}
    again = await press(
        desk, "/admin/tasks", "/admin/tasks/selected", act="replay", queue="data", **boxes
    )
    dropped = await press(
        desk, "/admin/tasks", "/admin/tasks/selected", act="cancel", **{f"job-{waiting}": "1"}
    )

    assert again.headers["Location"] == "/admin/tasks?queue=data&changed=1&of=2"
    assert dropped.headers["Location"] == "/admin/tasks?changed=1&of=1"
    assert "1 of 2 selected tasks were changed" in await text_of(desk, again.headers["Location"])
    async with resources.db.acquire() as conn:
        states = dict(await conn.fetch("select id, state from job where task = 'ops.tidy_up'"))
        acts = await conn.fetch("select action, subject_id from audit where subject_kind = 'job'")
    assert states == {dead: "queued", waiting: "cancelled", kept: "queued"}
    assert {tuple(row) for row in acts} == {
        ("task_repeated", str(dead)),
        ("task_cancelled", str(waiting)),
    }


@pytest.mark.parametrize(
    "fields",
    [{"act": "explode"}, {"act": "replay", "job-nothing": "1"}],
    ids=["no such act", "no id"],
)
async def test_what_cannot_be_done_with_selected_tasks_is_refused(desk, fields):
    answer = await press(desk, "/admin/tasks", "/admin/tasks/selected", **fields)
    assert answer.status in (404, 422)


async def test_a_task_is_started_from_the_page(desk, resources):
    answer = await press(
        desk, "/admin/tasks", "/admin/tasks/trigger", task="ops.tidy_up", payload="{}"
    )

    assert answer.status == 303
    assert "ops.tidy_up" in await text_of(desk, answer.headers["Location"])


@pytest.mark.parametrize(
    ("task", "payload"), [("rm -rf", "{}"), ("ops.tidy_up", "{"), ("ops.tidy_up", "[1]")]
)
async def test_what_cannot_be_started_is_refused_with_words(desk, task, payload):
    answer = await press(desk, "/admin/tasks", "/admin/tasks/trigger", task=task, payload=payload)

    assert answer.status == 422


async def test_the_tasks_of_a_booking_are_found_by_its_reference(desk, resources):
    booking = await book(desk, an_ask(await a_sailing(resources.db)))
    async with resources.db.transaction() as conn:
        booking_id = await conn.fetchval("select id from booking")
        theirs = await enqueue(conn, "ops.tidy_up", subject=("bookings", str(booking_id)))
        other = await enqueue(conn, "ops.tidy_up")

    page = await text_of(desk, f"/admin/tasks?subject=booking:{booking['reference'].lower()}")

    assert str(theirs) in page
    assert str(other) not in page


@pytest.mark.parametrize(
    "query", ["before=x", "state=dead&queue=data&task=x", "state=retrying", "state=%22%3E"]
)
async def test_filters_of_any_kind_are_answered(desk, query):
    async with desk.get(f"/admin/tasks?{query}") as page:
        assert page.status in (200, 422)


async def test_an_alert_leaves_the_dashboard_when_somebody_has_looked(desk, resources):
    async with resources.db.transaction() as conn:
        await raise_alert(
            conn, "operator_refused", "The operator said no.", subject=("bookings", "b1")
        )
        await raise_alert(
            conn, "operator_refused", "The operator said no.", subject=("bookings", "b1")
        )
        alert = await conn.fetchval("select id from alert")
    assert (await text_of(desk, "/admin")).count("The operator said no.") == 1

    await press(desk, "/admin", f"/admin/alerts/{alert}/resolve")

    assert "The operator said no." not in await text_of(desk, "/admin")


async def press(client, page, action, **fields):
    """A button on a page."""
    fields["csrf_token"] = await signed_in.csrf(client, page)
    return await client.post(action, data=fields, allow_redirects=False)


async def text_of(client, path):
    async with client.get(path) as page:
        assert page.status == 200, await page.text()
        return await page.text()


async def a_dead_task(res, name="ops.tidy_up", attempts=0):
    """A task that was tried five times, with a line for each of so many attempts."""
    async with res.db.transaction() as conn:
        job = await enqueue(conn, name)
        await conn.execute(
            "insert into job_attempt (job_id, number, worker, started_at, finished_at, outcome,"
            " error) select $1, number, 'here:1', now(), now(), case when number = $2 then 'dead'"
            " else 'retry' end, 'OSError: no wind' from generate_series(1, $2) as number",
            job,
            attempts,
        )
        await conn.execute(
            "update job set state = 'dead', tries = 5, error = 'OSError: no wind',"
            " finished_at = now() where id = $1",
            job,
        )
        conn.enqueued.clear()
    return job
