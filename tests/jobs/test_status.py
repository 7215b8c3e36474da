"""The task endpoints that programs know: status, cached, trigger."""

import asyncio

import pytest

from maritime_app import domains
from maritime_app.jobs.outbox import enqueue
from maritime_app.jobs.workers import working
from tests import signed_in
from tests.factories import a_sailing

TASKS = "/api/admin-tools/tasks"
NOBODYS = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
async def admin(resources):
    """The header of an administrator."""
    return await signed_in.token(resources)


async def test_it_works(client, resources, admin):
    """Ask for a task, see it run, see what it did."""
    async with client.post(
        f"{TASKS}/trigger/", json={"task": "ops.tidy_up"}, headers=admin
    ) as answer:
        assert answer.status == 202
        asked = await answer.json()
    assert asked["status_url"] == f"{TASKS}/status/{asked['task_id']}/"

    async with working(resources, domains.TASKS, domains.CRONS):
        task = await until_done(client, asked["status_url"], admin)

    assert (task["task"], task["queue"], task["state"], task["tries"]) == (
        "ops.tidy_up",
        "data",
        "done",
        1,
    )
    assert task["outcome"] == "0 jobs, 0 keys of jobs, 0 idempotency keys deleted"
    assert [attempt["outcome"] for attempt in task["attempts"]] == ["done"]
    async with resources.db.acquire() as conn:
        assert (
            await conn.fetchval("select subject_id from audit where action = 'task_triggered'")
            == asked["task_id"]
        )


async def test_who_may(client, resources, admin):
    analyst = await signed_in.token(resources, "analyst")
    for method, path in (
        ("GET", f"{TASKS}/status/{NOBODYS}/"),
        ("GET", f"{TASKS}/cached/page:en:home/"),
        ("POST", f"{TASKS}/trigger/"),
    ):
        for headers, status in (({}, 401), (analyst, 403)):
            async with client.request(
                method, path, headers=headers, json={"task": "ops.tidy_up"}
            ) as answer:
                assert answer.status == status, path
    async with resources.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from job") == 0


@pytest.mark.parametrize("task_id", [NOBODYS, "not-an-id", "1", "%00"])
async def test_a_task_that_does_not_exist(client, admin, task_id):
    async with client.get(f"{TASKS}/status/{task_id}/", headers=admin) as answer:
        assert answer.status in (404, 422)


@pytest.mark.parametrize(
    ("ask", "field"),
    [
        ({}, "task"),
        ({"task": ""}, "task"),
        ({"task": "bookings.confirm_booking_with_operator"}, "task"),
        ({"task": "os.system"}, "task"),
        ({"task": "ops.tidy_up", "payload": {"days": "0"}}, "payload"),
        ({"task": "ports.sync_unctad", "payload": {"report": 7}}, "payload"),
        ({"task": "ops.tidy_up", "payload": []}, "payload"),
    ],
)
async def test_only_harmless_tasks_with_their_own_arguments(client, resources, admin, ask, field):
    async with client.post(f"{TASKS}/trigger/", json=ask, headers=admin) as answer:
        assert answer.status == 422
        assert field in (await answer.json())["errors"]
    async with resources.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from job") == 0


async def test_what_can_be_started_by_hand_is_said(client, admin):
    async with client.post(f"{TASKS}/trigger/", json={"task": "no.such"}, headers=admin) as answer:
        named = (await answer.json())["errors"]["task"]

    assert named.split(", ") == sorted(task.name for task in domains.TASKS if task.by_hand)


async def test_what_is_cached_under_a_search(client, resources, admin):
    sailing = await a_sailing(resources.db)
    async with resources.db.acquire() as conn:
        day = await conn.fetchval(
            "select (departs_at at time zone 'Europe/Oslo')::date from sailing"
        )
    key = f"ferries:search:NOOSL:DEKEL:{day}::1.0.0:"

    async with client.get(f"{TASKS}/cached/{key}/", headers=admin) as before:
        assert await before.json() == {
            "key": key,
            "cached": False,
            "seconds_left": None,
            "stored_at": None,
            "tags": [],
            "value": None,
        }
    await (await client.get(f"/api/v1/ferries/search?from=NOOSL&to=DEKEL&date={day}")).read()
    async with client.get(f"{TASKS}/cached/{key}/", headers=admin) as after:
        found = await after.json()

    assert found["cached"]
    assert 0 < found["seconds_left"] <= 300
    assert sorted(found["tags"]) == [f"day:NOOSL:DEKEL:{day}", "timetables"]
    assert [offer["sailing_id"] for offer in found["value"]["outbound"]] == [str(sailing)]


@pytest.mark.parametrize(
    "key", ["web:session:x", "web:limit:book:127.0.0.1", "cache:gen:x", "arq:queue:emails", "x"]
)
async def test_nothing_else_in_redis_can_be_looked_at(client, admin, key):
    """Sessions live there too."""
    async with client.get(f"{TASKS}/cached/{key}/", headers=admin) as answer:
        assert answer.status == 404


async def test_a_redis_that_is_away_is_no_fault(client, resources, admin):
    await resources.redis_cache.close()

    async with client.get(f"{TASKS}/cached/page:en:home/", headers=admin) as answer:
        assert answer.status == 503
    async with resources.db.transaction() as conn:
        job = await enqueue(conn, "ops.tidy_up")
    async with client.get(f"{TASKS}/status/{job}/", headers=admin) as answer:
        assert answer.status == 200


async def until_done(client, url, headers):
    async with asyncio.timeout(60):
        while True:
            async with client.get(url, headers=headers) as answer:
                task = await answer.json()
            if task["state"] in ("done", "dead"):
                return task
            await asyncio.sleep(0.02)
