"""Alerts reach somebody: by mail and by a signed webhook, once per opening, not in maintenance."""

import asyncio
import hashlib
import hmac
import json

import pytest

from maritime_app import domains
from maritime_app.accounts import service as accounts
from maritime_app.cli.commands.maintenance import maintenance
from maritime_app.errors import Invalid
from maritime_app.infra.alerts import raise_alert, resolve_alert
from maritime_app.jobs.model import GiveUp, JobState, Task
from maritime_app.jobs.monitor import service as monitor
from maritime_app.jobs.outbox import enqueue
from maritime_app.jobs.workers import working
from maritime_app.ops.notices import service
from maritime_app.resources import open_resources
from maritime_app.settings.file import replace
from maritime_app.web.access import Actor
from tests import signed_in
from tests.ledger import until_state
from tests.posted import receiving

SUBJECT = ("job", "42")


@pytest.fixture
async def receiver():
    """A webhook of somebody's own."""
    async with receiving() as made:
        yield made


@pytest.fixture
async def res(settings, receiver):
    """A process that tells two people and a webhook."""
    told = replace(
        settings,
        alerts={
            "mail": ("duty@maritime.example", "boss@maritime.example"),
            "webhook_url": receiver.url,
            "webhook_secret": "planted",
        },
    )
    async with open_resources(told, domains.PARTS) as opened:
        yield opened


async def test_it_works(res, receiver):
    await trouble(res)

    assert await service.tell(res) == 1
    async with working(res, domains.TASKS, []), asyncio.timeout(60):
        while not receiver.posts:
            await asyncio.sleep(0.05)

    headers, body = receiver.posts[0]
    notice = json.loads(body)
    assert (notice["kind"], notice["subject"]) == ("dead_job", "job:42")
    seconds, given = headers["Fairway-Signature"].removeprefix("t=").split(",v1=")
    expected = hmac.new(b"planted", f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    assert hmac.compare_digest(given, expected)
    mails = await rows(res, "select recipient from mail order by recipient")
    assert mails == ["boss@maritime.example", "duty@maritime.example"]


async def test_it_is_told_once(res):
    await trouble(res)
    await trouble(res)

    assert [await service.tell(res) for _ in range(3)] == [1, 0, 0]
    assert await rows(res, "select occurrences from alert") == [2]


async def test_its_end_is_told_once_to_those_who_were_told(res):
    await trouble(res)
    await settle(res)
    assert await service.tell(res) == 0  # nobody has heard of it

    await trouble(res)
    assert await service.tell(res) == 1
    await settle(res)
    assert [await service.tell(res) for _ in range(2)] == [1, 0]

    written = await rows(res, "select template from mail order by template")
    assert written == ["alert", "alert", "alert_ended", "alert_ended"]
    jobs = await rows(res, "select payload->>'opening' from job where task = 'ops.post_alert'")
    assert jobs == ["2", "2"]


async def test_two_processes_tell_it_once(res):
    await trouble(res)

    assert sum(await asyncio.gather(*(service.tell(res) for _ in range(4)))) == 1


async def test_after_it_was_settled_it_is_open_and_told_again(res):
    await trouble(res)
    await service.tell(res)
    await settle(res)

    await trouble(res)

    assert await rows(res, "select openings from alert where resolved_at is null") == [2]
    await minutes_pass(res, 31)
    assert await service.tell(res) == 1


async def test_what_flickers_is_told_when_the_quiet_time_is_over(res):
    await trouble(res)
    await service.tell(res)
    for _ in range(5):
        await settle(res)
        await trouble(res)

    assert await service.tell(res) == 0
    await minutes_pass(res, 31)
    assert await service.tell(res) == 1


async def test_in_maintenance_nobody_is_told_until_it_is_over(res):
    await service.begin_maintenance(res, None, 30, "new disks")
    await trouble(res)

    assert await service.tell(res) == 0
    lasting = await service.maintenance(res)
    assert lasting is not None
    assert lasting.reason == "new disks"

    await service.begin_maintenance(res, None, 0, "")
    assert await service.maintenance(res) is None
    assert await service.tell(res) == 1


async def test_a_webhook_that_refuses_is_tried_again(res, receiver):
    receiver.status = 503
    await trouble(res)
    await service.tell(res)

    async with working(res, domains.TASKS, []), asyncio.timeout(60):
        while not receiver.posts:
            await asyncio.sleep(0.05)
        receiver.status = 200
        while len(receiver.posts) < 2:
            await asyncio.sleep(0.05)


async def test_without_anybody_to_tell_it_waits(settings):
    async with open_resources(settings, domains.PARTS) as nobody:
        await trouble(nobody)

        assert await service.tell(nobody) == 0
        assert await rows(nobody, "select told_openings from alert") == [0]


async def test_the_second_death_of_a_task_is_an_alert_again(res):
    """It is settled, run again without a repair, and dies again."""

    async def refuse(_res):
        raise GiveUp("there is no such ship")

    acting = Actor(await signed_in.hire(res), accounts.audit)
    async with working(res, [*domains.TASKS, Task("ports.sail", refuse)], []):
        async with res.db.transaction() as conn:
            job_id = await enqueue(conn, "ports.sail", {})
        await until_state(res.db, job_id, JobState.DEAD)
        await until_open(res)
        await settle(res)

        await monitor.replay(res, acting, job_id)

        await until_open(res)
    assert await rows(res, "select openings from alert where kind = 'dead_job'") == [2]


async def until_open(res):
    async with asyncio.timeout(60):
        while not await rows(res, "select 1 from alert where resolved_at is null"):
            await asyncio.sleep(0.05)


async def trouble(res):
    async with res.db.transaction() as conn:
        await raise_alert(conn, "dead_job", "A task failed for good.", subject=SUBJECT)


async def settle(res):
    for alert_id in await rows(res, "select id from alert where resolved_at is null"):
        async with res.db.transaction() as conn:
            await resolve_alert(conn, alert_id)


async def minutes_pass(res, minutes):
    async with res.db.acquire() as conn:
        await conn.execute(
            "update alert set told_at = told_at - make_interval(mins => $1)", minutes
        )


async def rows(res, query):
    async with res.db.acquire() as conn:
        return [row[0] for row in await conn.fetch(query)]


async def test_no_time_below_zero_is_taken(res):
    for minutes in (-5, float("nan"), 1e9):
        with pytest.raises(Invalid, match="Between 0 and 43,200 minutes"):
            await maintenance(minutes, res=res)
    assert await service.maintenance(res) is None
