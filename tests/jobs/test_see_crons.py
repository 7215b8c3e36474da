"""What comes again by the clock: its schedule, its last run and its next one."""

from datetime import UTC, datetime

import pytest

from maritime_app import clock, domains, i18n
from maritime_app.jobs.crons import _enqueue_slot
from maritime_app.jobs.model import Cron
from maritime_app.jobs.monitor import service
from maritime_app.jobs.monitor.worker_views import schedule_in_words
from tests import signed_in

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
A, B = (Cron("ports.sync_unctad", 3600, {"report": name}) for name in ("US.A", "US.B"))


async def test_it_works(client, resources):
    """Every cron is listed; its newest job says how its last run went."""
    asked_at = clock.now()
    for slot in (A.slot(asked_at) - 1, A.slot(asked_at)):
        await _enqueue_slot(resources.db, A, slot)
    async with resources.db.acquire() as conn:
        await conn.execute(
            "update job set state = 'done', outcome = 'figures ' || right(k.unique_key, 1)"
            " from job_key k where k.job_id = job.id"
        )
    first, second = await service.crons(resources, [B, A])

    assert (first.payload, second.payload, second.last) == (A.payload, B.payload, None)
    assert first.last is not None
    assert (first.last.state, first.last.outcome) == ("done", f"figures {A.slot(asked_at) % 10}")
    assert A.next_at(asked_at) <= first.next_at <= A.next_at(clock.now())
    headers = await signed_in.token(resources)
    async with client.get("/api/admin-tools/tasks/crons/", headers=headers) as answer:
        crons = (await answer.json())["crons"]
    assert {cron["task"] for cron in crons} == {cron.task for cron in domains.CRONS}
    assert len(crons) == len(domains.CRONS)


async def test_the_page_leads_to_the_jobs_of_each(client, resources):
    cron = next(one for one in domains.CRONS if one.task == "ops.tidy_up")
    await _enqueue_slot(resources.db, cron, cron.slot(datetime.now(UTC)))
    await signed_in.come_in(client, resources)

    async with client.get("/admin/tasks/workers") as answer:
        page = await answer.text()

    assert "/admin/tasks?task=ops.tidy_up&amp;origin=clock" in page
    assert "every hour" in page
    async with client.get("/admin/tasks?task=ops.tidy_up&origin=clock") as answer:
        assert ">ops.tidy_up</code>" in await answer.text()


@pytest.mark.parametrize(
    ("state", "said"), [("queued", "retrying"), ("running", "running"), ("dead", "dead")]
)
async def test_a_run_that_has_failed_says_why(resources, state, said):
    await _enqueue_slot(resources.db, A, A.slot(NOON))
    async with resources.db.acquire() as conn:
        await conn.execute(
            "update job set state = $1, tries = 1, error = 'no wind', lease_until = now(),"
            " worker = 'here:1'",
            state,
        )

    (found,) = await service.crons(resources, [A])

    assert found.last is not None
    assert (found.last.state, found.last.error) == (said, "no wind")


async def test_a_name_that_goes_on_is_another_cron(resources):
    """`ports.sync` is not `ports.sync_all`, and a payload is not another one that begins so."""
    for cron in (Cron("x.sync_all", 60), Cron("x.sync", 60, {"a": "1"})):
        await _enqueue_slot(resources.db, cron, 1)

    (found,) = await service.crons(resources, [Cron("x.sync", 60)])

    assert found.last is None


@pytest.mark.parametrize(
    ("seconds", "words", "german"),
    [
        (1, "every second", "jede Sekunde"),
        (30, "every 30 seconds", "alle 30 Sekunden"),
        (60, "every minute", "jede Minute"),
        (90, "every 90 seconds", "alle 90 Sekunden"),
        (21_600.0, "every 6 hours", "alle 6 Stunden"),
        (86_400, "every day", "jeden Tag"),
        (604_800.0, "every 7 days", "alle 7 Tage"),
    ],
)
def test_a_schedule_is_said_in_words(seconds, words, german):
    assert schedule_in_words(seconds) == words
    with i18n.using("de"):
        assert schedule_in_words(seconds) == german


def test_the_next_run_is_the_next_slot():
    """One that begins now has been asked for."""
    assert Cron("x.y", 60).next_at(NOON) == datetime(2026, 11, 27, 12, 1, tzinfo=UTC)
    assert Cron("x.y", 86_400).next_at(NOON) == datetime(2026, 11, 28, tzinfo=UTC)
