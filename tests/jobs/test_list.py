"""Lists of tasks: newest first, and on from where they end; they look so far and no further."""

import pytest

from maritime_app.jobs.monitor import service, views
from maritime_app.jobs.monitor.model import MOST_COUNTED, JobFilter
from maritime_app.jobs.outbox import enqueue
from tests import signed_in


@pytest.fixture
async def five(resources, monkeypatch):
    """Five tasks, two to a page, the oldest of another name."""
    monkeypatch.setattr(service, "PER_PAGE", 2)
    async with resources.db.transaction() as conn:
        ids = [await enqueue(conn, "x.rare", subject=("x", "1"))]
        ids += [await enqueue(conn, "x.often", subject=("x", "1")) for _ in range(4)]
    return sorted(ids, reverse=True)


async def test_it_works(resources, five):
    """Each page says where the next one begins, and the last one that it is."""
    seen, wanted = [], JobFilter()
    while True:
        page = await service.jobs(resources, wanted)
        seen += [job.id for job in page.jobs]
        if page.next_before is None:
            break
        wanted = JobFilter(before=page.next_before)

    assert seen == five


@pytest.mark.parametrize("wanted", [JobFilter(state="queued"), JobFilter(subject="1")])
async def test_a_rare_state_and_a_subject_are_found_by_an_index(resources, five, wanted):
    first = await service.jobs(resources, wanted)

    assert [job.id for job in first.jobs] == five[:2]
    assert first.next_before == five[1]


async def test_what_is_not_among_those_looked_through_is_said(resources, five, monkeypatch):
    """The page is empty, and says that older ones may match; the next one has it."""
    monkeypatch.setattr(service, "_LOOKED_AT", 4)
    nearby = await service.jobs(resources, JobFilter(task="x.rare"))
    assert (nearby.jobs, nearby.is_partial) == ([], True)

    further = await service.jobs(resources, JobFilter(task="x.rare", before=nearby.next_before))

    assert [job.id for job in further.jobs] == five[-1:]


async def test_of_very_many_that_wait_those_are_listed_that_are_due_first(
    resources, five, monkeypatch
):
    monkeypatch.setattr(service, "_LOOKED_AT", 2)
    async with resources.db.acquire() as conn:
        for minutes, job_id in enumerate(reversed(five)):
            await conn.execute(
                "update job set run_at = run_at + make_interval(mins => $2) where id = $1",
                job_id,
                minutes,
            )

    page = await service.jobs(resources, JobFilter(state="queued"))

    assert [job.id for job in page.jobs] == five[-2:]


@pytest.mark.parametrize("state", ["queued", "retrying", "running", "dead", "cancelled", "done"])
async def test_every_state_is_listed_by_its_name(resources, five, state):
    changes = {
        "retrying": "tries = 1",
        "running": "state = 'running', worker = 'here:1', lease_until = now()",
    }
    change = changes.get(state, f"state = '{state}'")
    async with resources.db.acquire() as conn:
        await conn.execute(f"update job set {change} where id = $1", five[0])

    page = await service.jobs(resources, JobFilter(state=state))

    assert page.jobs[0].id == five[0]
    counts = await service.state_counts(resources)
    assert counts[state] == (4 if state == "queued" else 1) + (state == "queued")


def test_counting_ends_somewhere():
    assert views.bounded_count(MOST_COUNTED - 1) == "9,999"
    assert views.bounded_count(MOST_COUNTED) == "10,000+"


async def test_what_the_clock_asks_for_hides_nothing_else(client, resources):
    """The list opens with what people and programs asked for; the clock's tasks are a choice."""
    await signed_in.come_in(client, resources)
    async with resources.db.transaction() as conn:
        await enqueue(conn, "x.of_a_booking")
        for slot in range(3):
            await enqueue(conn, "x.housekeeping", unique_key=f"cron:x.housekeeping:{{}}:{slot}")

    async def listed(query):
        async with client.get(f"/admin/tasks{query}") as answer:
            page = await answer.text()
        return page.count(">x.of_a_booking</code>"), page.count(">x.housekeeping</code>")

    assert await listed("") == (1, 0)
    assert await listed("?origin=clock") == (0, 3)
    assert await listed("?queue=&origin=") == (1, 3)
    assert await listed("?state=queued&origin=requests") == (1, 0)
