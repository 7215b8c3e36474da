"""Refusals and faults: a page for people, a problem document (RFC 9457) for programs, never our
insides.
"""

import re

import asyncpg
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from maritime_app.app import create_app
from maritime_app.errors import Conflict, Forbidden, Invalid, NotFound, TooMany, Unavailable
from maritime_app.infra.telemetry import log
from maritime_app.web.dispatch import handlers, refusals
from maritime_app.web.routing import PUBLIC, Route

SECRET = "postgresql://maritime:hunter2@db.internal/maritime"
REFUSALS = {
    "invalid": (Invalid("Please look again.", {"date": "That day has passed."}), 422),
    "forbidden": (Forbidden("Not for you."), 403),
    "sign-in": (Forbidden("Please sign in first.", code="sign_in"), 401),
    "not-found": (NotFound("There is no such thing."), 404),
    "conflict": (Conflict("That is gone.", code="sold_out"), 409),
    "unavailable": (Unavailable("Not now.", retry_after_seconds=7), 503),
    "too-many": (TooMany(3.2), 429),
}
# What programs may rely on: a refusal's own code, else that of its kind.
CODES = {
    "invalid": "invalid",
    "forbidden": "forbidden",
    "sign-in": "sign_in",
    "not-found": "not_found",
    "conflict": "sold_out",
    "unavailable": "unavailable",
    "too-many": "too_many",
}


@pytest.fixture
async def troubled(standing_resources):
    """An application of which every page goes wrong."""

    def refusing(refusal):
        async def handler(_request):
            raise refusal

        return handler

    async def crash(_request):
        raise RuntimeError(f"could not connect to {SECRET}")

    async def lock(_request):
        raise asyncpg.DeadlockDetectedError("deadlock detected")

    async def swallow(request):
        await request.read()
        return web.Response()

    routes = [Route("GET", "/api/crash", crash, PUBLIC), Route("GET", "/crash", crash, PUBLIC)]
    routes += [
        Route("GET", "/api/locked", lock, PUBLIC),
        Route("POST", "/api/swallow", swallow, PUBLIC),
        Route("POST", "/swallow", swallow, PUBLIC),
    ]
    for name, (refusal, _status) in REFUSALS.items():
        for path in (f"/api/{name}", f"/{name}"):
            routes.append(Route("GET", path, refusing(refusal), PUBLIC))
    async with TestClient(TestServer(create_app(standing_resources, routes))) as made:
        yield made


async def test_it_works(troubled):
    async with troubled.get("/api/conflict") as answer:
        assert (answer.status, answer.content_type) == (409, "application/problem+json")
        assert await answer.json() == {
            "type": "about:blank",
            "title": "That has changed",
            "status": 409,
            "detail": "That is gone.",
            "code": "sold_out",
        }


@pytest.mark.parametrize("name", REFUSALS)
async def test_a_refusal_says_why_to_programs_and_to_people(troubled, name):
    refusal, status = REFUSALS[name]

    async with troubled.get(f"/api/{name}") as answer:
        problem = await answer.json()
        assert (answer.status, problem["status"], problem["detail"]) == (
            status,
            status,
            refusal.message,
        )
        assert problem.get("errors") == getattr(refusal, "fields", None)
        assert problem["code"] == CODES[name]
    async with troubled.get(f"/{name}", allow_redirects=False) as page:
        if status == 401:
            assert (page.status, page.headers["Location"]) == (303, "/sign-in?next=/sign-in")
        else:
            assert (page.status, page.content_type) == (status, "text/html")
            assert refusal.message in await page.text()


async def test_when_to_come_again_is_said(troubled):
    for path, seconds in (("/api/unavailable", "7"), ("/unavailable", "7"), ("/api/too-many", "4")):
        async with troubled.get(path) as answer:
            assert answer.headers["Retry-After"] == seconds


async def test_a_fault_of_ours_is_an_incident_and_tells_nothing_else(troubled):
    log.set_up("CRITICAL")
    shown = []
    for path in ("/api/crash", "/crash"):
        async with troubled.get(path) as answer:
            assert answer.status == 500
            shown.append(await answer.text())
    log.set_up("ERROR")

    for text in shown:
        assert re.search(r"incident [0-9a-f]{12}", text)
        for insides in (
            "RuntimeError",
            "Traceback",
            "hunter2",
            "could not connect",
            "maritime_app",
            ".py",
        ):
            assert insides not in text


async def test_the_incident_stands_in_the_log(troubled, monkeypatch):
    written = []
    monkeypatch.setattr(
        refusals.logger,
        "error",
        lambda event, **values: written.append((event, values)),
        raising=False,
    )

    async with troubled.get("/api/crash") as answer:
        problem = await answer.json()

    ((event, values),) = written
    assert event == "request_failed"
    assert values["incident"] in problem["detail"]
    assert problem["code"] == "fault"
    assert values["route"] == "GET /api/crash"


async def test_two_that_waited_for_each_other_are_no_fault_to_whoever_asked(troubled, monkeypatch):
    """It is undone and over: trying again is right. What is to be mended stands in the log."""
    written = []
    monkeypatch.setattr(
        handlers.logger, "error", lambda event, **_values: written.append(event), raising=False
    )

    async with troubled.get("/api/locked") as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
        assert (await answer.json())["code"] == "unavailable"

    assert written == ["request_deadlocked"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/nothing",
        "/api/v2/",
        "/nothing",
        "/static/nothing.css",
        "/bookings/a/b/c",
        "/a" * 2000,
    ],
)
async def test_an_unknown_address_is_404(standing, path):
    async with standing.get(path) as answer:
        assert answer.status == 404
        kind = "application/problem+json" if path.startswith("/api/") else "text/html"
        assert answer.content_type == kind


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v1/ferries/search", {"GET", "POST"}),
        ("PUT", "/api/v1/bookings", {"POST"}),
        ("GET", "/api/v1/webhooks/stripe", {"POST"}),
        ("POST", "/ports", {"GET"}),
        ("PATCH", "/sign-in", {"GET", "POST"}),
    ],
)
async def test_a_method_that_an_address_does_not_take_is_405_and_says_which_it_takes(
    standing, method, path, allowed
):
    async with standing.request(method, path) as answer:
        assert answer.status == 405
        assert set(answer.headers["Allow"].replace(" ", "").split(",")) - {"HEAD"} == allowed
        if path.startswith("/api/"):
            assert (await answer.json())["code"] == "method"


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/sign-out", "/"),
        ("/admin/account/password", "/admin/account"),
        ("/admin/account/second-factor/confirm", "/admin/account"),
        ("/admin/tasks/x/replay", "/admin/tasks/x"),
        ("/admin/staff/x/tokens/y/revoke", "/admin/staff/x"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_who_asks_for_the_address_of_a_form_gets_the_page_above_it(
    standing, method, path, page
):
    """Such addresses stay in the address bar when a form is refused, and are reloaded."""
    async with standing.request(method, path, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, page)


async def test_a_program_that_asks_for_the_address_of_messages_gets_no_page(standing):
    """The transport of the Model Context Protocol demands 405 of a server without a stream."""
    headers = {"Accept": "text/event-stream"}
    async with standing.get("/mcp", headers=headers, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize(
    ("path", "kind"), [("/api/swallow", "application/problem+json"), ("/swallow", "text/html")]
)
async def test_a_body_without_end_is_413(troubled, path, kind):
    async def flood():
        for _ in range(80):
            yield b"x" * 65_536

    async with troubled.post(path, data=flood()) as answer:
        assert (answer.status, answer.content_type) == (413, kind)


async def test_what_is_shown_again_is_shown_as_text(standing):
    """A value in an error must not become markup."""
    async with standing.get(
        "/ferries?from=<script>alert(1)</script>&to=DEKEL&date=2027-01-01"
    ) as page:
        assert "<script>alert(1)" not in await page.text()
    async with standing.get("/sign-in?next=/%22%3E%3Cscript%3Ealert(1)") as page:
        assert "<script>alert(1)" not in await page.text()
