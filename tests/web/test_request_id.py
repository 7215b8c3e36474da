"""One id from a request through its job, the calls of that job, and every line of the log."""

import contextlib
import contextvars
import io
import json

import aiohttp
import pytest
from aiohttp import web

from maritime_app import domains
from maritime_app.infra.processes.listening import listening
from maritime_app.infra.telemetry import log, request_id
from maritime_app.infra.upstreams.http import Upstream
from maritime_app.jobs.model import Task
from maritime_app.jobs.monitor import service as monitor
from maritime_app.jobs.outbox import enqueue
from maritime_app.jobs.workers import working
from tests import signed_in
from tests.ledger import until_state

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


async def test_it_works(client, resources):
    """A clerk starts a task; its page and row name the request."""
    headers = await signed_in.token(resources)
    given = {**headers, "traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    asked = {"task": "ops.tidy_up", "payload": {}}
    async with client.post("/api/admin-tools/tasks/trigger/", json=asked, headers=given) as answer:
        assert answer.headers["X-Request-Id"] == TRACE
        job_id = (await answer.json())["task_id"]

    async with client.get(f"/api/admin-tools/tasks/status/{job_id}/", headers=headers) as status:
        assert (await status.json())["request_id"] == TRACE
    async with client.get(f"/admin/tasks/{job_id}", headers=headers) as page:
        assert TRACE in await page.text()


@pytest.mark.parametrize(
    ("headers", "kept"),
    [
        ({"X-Request-Id": "balancer-12345678"}, True),
        ({"X-Request-Id": "short"}, False),
        ({"X-Request-Id": "no spaces or <marks>"}, False),
        ({"traceparent": "00-nonsense-00f067aa0ba902b7-01"}, False),
        ({}, False),
    ],
)
async def test_a_callers_id_is_kept_if_it_is_one(client, headers, kept):
    async with client.get("/api/v1/ports", headers=headers) as answer:
        said = answer.headers["X-Request-Id"]

    assert (said in headers.values()) is kept
    assert len(said) >= 8


async def test_each_request_has_its_own_also_on_a_kept_connection(client):
    ids = set()
    for _ in range(5):
        async with client.get("/api/v1/openapi.json") as answer:
            ids.add(answer.headers["X-Request-Id"])

    assert len(ids) == 5


async def test_what_is_kept_ready_names_no_request_of_somebody_else(client):
    seen = []
    for _ in range(3):
        async with client.get("/") as answer:
            seen.append(answer.headers.get("X-Request-Id"))

    named = [one for one in seen if one]
    assert len(named) == len(set(named))


async def test_it_goes_with_jobs_their_jobs_and_calls(resources):
    heard = []

    async def take(request):
        heard.append(request.headers.get("X-Request-Id"))
        return web.Response()

    outside = web.Application()
    outside.router.add_get("/", take)
    async with listening(outside, "127.0.0.1", 0, setting="PORT") as address:

        async def call(res):
            upstream = Upstream(res.http, "outside", address, title="Outside", deadline_seconds=5)
            await upstream.call("GET", "/")
            async with res.db.transaction() as conn:
                await enqueue(conn, "ops.tidy_up", unique_key="the second")

        request_id.begin("planted-request")
        task = Task("ops.call_outside", call)
        async with working(resources, [*domains.TASKS, task], []):
            async with resources.db.transaction() as conn:
                first = await enqueue(conn, "ops.call_outside")
            await until_state(resources.db, first, "done")
            async with resources.db.acquire() as conn:
                second = await conn.fetchval("select id from job where unique_key = 'the second'")
            await until_state(resources.db, second, "done")

    assert heard == ["planted-request"]
    assert (await monitor.job(resources, second)).request_id == "planted-request"


def test_lines_of_the_log_name_it():
    def work():
        request_id.begin("planted-request")
        log.get("somewhere").info("something_happened")

    with contextlib.redirect_stderr(io.StringIO()) as written:
        log.set_up("INFO", "json")
        contextvars.copy_context().run(work)
    log.set_up("ERROR")

    assert json.loads(written.getvalue())["request_id"] == "planted-request"


async def test_without_a_request_a_call_names_none(resources):
    heard = []

    async def take(request):
        heard.append(request.headers.get("X-Request-Id"))
        return web.Response()

    outside = web.Application()
    outside.router.add_get("/", take)
    request_id.begin("")
    async with (
        listening(outside, "127.0.0.1", 0, setting="PORT") as address,
        aiohttp.ClientSession() as session,
    ):
        upstream = Upstream(session, "outside", address, title="Outside", deadline_seconds=5)
        await upstream.call("GET", "/")

    assert heard == [None]
