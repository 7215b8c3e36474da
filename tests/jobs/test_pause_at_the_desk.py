"""Pausing on the page of workers, from the command line and by programs: who, why, since when."""

import pytest

from maritime_app.jobs.outbox import enqueue
from maritime_app.jobs.pausing import service
from tests import signed_in
from tests.jobs.pausing import pause
from tests.ops.running_role import begin, environment

PAGE = "/admin/tasks/workers"


async def test_it_works(client, resources):
    await signed_in.come_in(client, resources)
    async with resources.db.transaction() as conn:
        await enqueue(conn, "payments.send_refund", {"refund_id": "x"})

    done = await signed_in.submit(
        client, "/admin/tasks/pauses",
        name="payments", reason="Stripe is down", minutes="90",
    )  # fmt: skip
    assert (done.status, done.headers["Location"]) == (303, PAGE)

    shown = await words(client, PAGE)
    for said in ("by The admin: Stripe is down", "no money goes back", "payments.send_refund",
                 "1 waiting", "It ends by itself on"):  # fmt: skip
        assert said in shown, said
    for page in ("/admin", "/admin/tasks"):
        assert "payments" in await words(client, page)
    assert "no money goes back" in await words(client, "/admin")
    async with resources.db.acquire() as conn:
        job_id = await conn.fetchval("select id from job where queue = 'payments'")
    assert "It waits because this is paused: payments." in await words(
        client, f"/admin/tasks/{job_id}"
    )

    done = await signed_in.submit(client, "/admin/tasks/pauses/resume", name="payments")
    assert done.status == 303
    assert await service.pauses(resources) == []
    assert "Stripe is down" not in await words(client, "/admin")
    async with resources.db.acquire() as conn:
        rows = await conn.fetch(
            "select action, subject_id, detail, staff_id is not null as by_staff from audit"
            " where action like 'work_%' order by id"
        )
    assert [tuple(row) for row in rows] == [
        ("work_paused", "payments", {"reason": "Stripe is down", "minutes": 90}, True),
        ("work_resumed", "payments", {}, True),
    ]


async def test_a_task_without_an_end(client, resources):
    await signed_in.come_in(client, resources)
    done = await signed_in.submit(
        client, "/admin/tasks/pauses",
        name="bookings.expire_hold", reason="a look first", minutes="",
    )  # fmt: skip
    assert done.status == 303

    shown = await words(client, PAGE)
    assert "It lasts until somebody ends it." in shown
    assert "A task of the queue bookings, which carries money and places." in shown
    assert "Nothing waits because of it." in shown


@pytest.mark.parametrize(
    "wrong",
    [{"reason": ""}, {"name": ""}, {"name": "mails"}, {"minutes": "0"}, {"minutes": "43201"},
     {"minutes": "soon"}, {"reason": " "}, {"reason": "x" * 201}],
)  # fmt: skip
async def test_nothing_else_is_taken(client, resources, wrong):
    await signed_in.come_in(client, resources)
    typed = {"name": "data", "reason": "why", "minutes": "5"} | wrong
    done = await signed_in.submit(client, "/admin/tasks/pauses", **typed)
    assert done.status == 422
    assert await service.pauses(resources) == []


async def test_who_may_not_act_pauses_nothing(client, resources):
    await signed_in.come_in(client, resources, "operator")
    for path in ("/admin/tasks/pauses", "/admin/tasks/pauses/resume"):
        asked = client.post(path, data={"name": "data", "reason": "x"}, allow_redirects=False)
        async with asked as got:
            assert got.status == 403
    assert await service.pauses(resources) == []


async def test_programs(client, resources):
    headers, api = await signed_in.token(resources), "/api/admin-tools/tasks/pauses/"
    wanted = {"name": "ports.sync_unctad", "reason": "they moved", "minutes": 5}
    async with client.post(api, json=wanted, headers=headers) as answer:
        (made,) = (await answer.json())["pauses"]
    assert (made["name"], made["reason"], made["staff_name"]) == (
        "ports.sync_unctad", "they moved", "The admin",
    )  # fmt: skip
    async with client.get("/api/admin-tools/tasks/crons/", headers=headers) as answer:
        crons = (await answer.json())["crons"]
    paused = {cron["task"] for cron in crons if cron["is_paused"]}
    assert paused == {"ports.sync_unctad"}
    for status in (200, 409):
        asked = client.post(f"{api}resume/", json={"name": wanted["name"]}, headers=headers)
        async with asked as answer:
            assert answer.status == status
    async with client.get(api, headers=headers) as answer:
        assert await answer.json() == {"pauses": []}


@pytest.mark.slow
async def test_the_command_line(settings, resources):
    """Exit codes: 0 done, 1 refused, 2 wrong words."""
    env = environment(settings)
    for arguments, code, said in (
        (("tasks", "pause", "emails", "--reason", "new server", "--minutes", "5"), 0, "is paused"),
        (("tasks", "pauses"), 0, "new server"),
        (("tasks", "resume", "emails"), 0, "emails goes on."),
        (("tasks", "resume", "emails"), 1, "not paused"),
        (("tasks", "pause", "mails", "--reason", "x"), 1, "no such queue"),
        (("tasks", "pause", "emails"), 2, "--reason"),
        (("tasks", "pause", "--help"), 0, "--minutes"),
    ):
        asked = await begin(*arguments, env=env)
        assert await asked.ended() == code, arguments
        assert said in " ".join(asked.log.split()), arguments


@pytest.mark.slow
async def test_the_self_test_says_that_it_is_paused(settings, resources):
    await pause(resources, "data")
    asked = await begin("check-tasks", "--task", "ops.tidy_up", env=environment(settings))

    assert await asked.ended() == 1
    assert "paused: data" in " ".join(asked.log.split())


async def words(client, address):
    async with client.get(address) as page:
        assert page.status == 200
        return " ".join((await page.text()).split())
