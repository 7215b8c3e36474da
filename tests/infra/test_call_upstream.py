"""Calls to outside services: what comes back is bounded, what goes wrong is one kind of error."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import aiohttp
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from maritime_app.infra.upstreams.breaker import Breaker
from maritime_app.infra.upstreams.http import (
    MAX_RETRY_AFTER_SECONDS,
    Fault,
    Upstream,
    UpstreamDown,
    UpstreamError,
    parse_retry_after,
)

SECRET = "the secret of this test"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Answer(msgspec.Struct):
    """What the service of this test answers."""

    depth_m: float


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    async with TestServer(app) as server:
        yield str(server.make_url("/"))


def answering(**values) -> Handler:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(**values)

    return handler


def upstream(http: aiohttp.ClientSession, url: str, **options) -> Upstream:
    options = {"deadline_seconds": 5.0, **options}
    return Upstream(http, "sea", url, title="The sea", **options)


async def fails(call: Awaitable[object]) -> UpstreamError:
    with pytest.raises(UpstreamError) as failure:
        await call
    assert SECRET not in str(failure.value)
    assert failure.value.__cause__ is None
    return failure.value


async def test_it_works(http: aiohttp.ClientSession) -> None:
    async with serving(answering(body=b'{"depth_m": 12.5}')) as url:
        assert await upstream(http, url).get_json("/depth", Answer) == Answer(12.5)


async def test_any_status_can_be_read(http: aiohttp.ClientSession) -> None:
    busy = answering(status=503, body=b"later", headers={"Retry-After": "7"})
    async with serving(busy) as url:
        reply = await upstream(http, url).call("POST", "/depth", body=b"{}")
    assert (reply.status, reply.body, reply.retry_after_seconds) == (503, b"later", 7)


@pytest.mark.parametrize(
    ("status", "kind"),
    [(302, UpstreamError), (404, UpstreamError), (429, UpstreamDown), (500, UpstreamDown)],
)
async def test_another_status_is_an_error(
    http: aiohttp.ClientSession, status: int, kind: type[UpstreamError]
) -> None:
    headers = {"Retry-After": "40", "Location": "/elsewhere"}
    async with serving(answering(status=status, headers=headers)) as url:
        error = await fails(upstream(http, url).get_json("/depth", Answer))
    assert type(error) is kind
    assert (error.fault, error.status, error.retry_after_seconds) == (Fault.STATUS, status, 40)
    assert error.message == f"The sea answers {status}."


@pytest.mark.parametrize(
    "body", [b"<html>", b"", b"[]", b'{"depth_m": "deep"}', b"\xff", b'{"x":' * 5_000]
)
async def test_an_answer_in_another_form_is_an_error(
    http: aiohttp.ClientSession, body: bytes
) -> None:
    async with serving(answering(body=body)) as url:
        error = await fails(upstream(http, url).get_json("/depth", Answer))
    assert error.fault is Fault.MALFORMED


async def test_a_body_is_bounded(http: aiohttp.ClientSession, tmp_path: Path) -> None:
    async with serving(answering(body=b"x" * 1001)) as url:
        sea = upstream(http, url)
        assert (await fails(sea.call("GET", "/", max_bytes=1000))).fault is Fault.TOO_LARGE
        error = await fails(sea.save("GET", "/", tmp_path / "x", max_bytes=1000))
    assert error.fault is Fault.TOO_LARGE
    assert (tmp_path / "x").stat().st_size <= 1000


async def test_silence_ends_at_the_deadline(http: aiohttp.ClientSession) -> None:
    async def silent(request: web.Request) -> web.Response:
        await asyncio.sleep(60)
        return web.Response()

    async with serving(silent) as url:
        error = await fails(upstream(http, url, deadline_seconds=0.1).call("GET", "/"))
    assert error.fault is Fault.TIMEOUT


async def test_nobody_there_and_a_broken_line_can_be_told_apart(
    http: aiohttp.ClientSession,
) -> None:
    """Nothing was sent to the first; the second may have done what it was asked for."""

    async def breaks(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with serving(breaks) as url:
        interrupted = await fails(upstream(http, url).call("POST", "/", body=b"{}"))
    unreachable = await fails(upstream(http, url).call("POST", "/", body=b"{}"))
    assert (interrupted.fault, unreachable.fault) == (Fault.INTERRUPTED, Fault.UNREACHABLE)


async def test_no_key_is_in_an_error_and_none_follows_a_redirect(
    http: aiohttp.ClientSession,
) -> None:
    seen: list[str] = []

    async def redirects(request: web.Request) -> web.Response:
        seen.append(request.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    async with serving(redirects) as url:
        await fails(upstream(http, url, headers={"Key": SECRET}).get_json("/", Answer))
        broken = upstream(http, url, headers={"Key": f"{SECRET}\nX: y"})
        error = await fails(broken.get_json("/", Answer))
    assert seen == ["/"]
    assert error.fault is Fault.NOT_SENDABLE


async def test_a_service_that_is_down_is_left_alone(http: aiohttp.ClientSession) -> None:
    calls: list[str] = []

    async def broken(request: web.Request) -> web.Response:
        calls.append(request.path)
        return web.Response(status=404 if request.path == "/missing" else 500)

    breaker = Breaker("sea", failures_to_open=2)
    async with serving(broken) as url:
        sea = upstream(http, url, breaker=breaker)
        await fails(sea.get_json("/", Answer))
        await fails(sea.get_json("/missing", Answer))  # it answers: that is no failure of its own
        await fails(sea.get_json("/", Answer))
        await fails(sea.get_json("/", Answer))
        error = await fails(sea.get_json("/", Answer))
    assert error.fault is Fault.CIRCUIT_OPEN
    assert error.retry_after_seconds
    assert len(calls) == 4


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("40", 40),
        (" 40 ", 40),
        ("0", 0),
        ("999999999999", MAX_RETRY_AFTER_SECONDS),
        ("-1", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("²", None),
        ("Wed, 01 Jan 2020 00:00:00 GMT", 0),
        ("Wed, 01 Jan 99999999999999999999 00:00:00 GMT", None),
        ("Fri, 01 Jan 2027 00:00:00 +99999999999999999999", None),
    ],
)
def test_retry_after_is_read(text: str | None, seconds: int | None) -> None:
    assert parse_retry_after(text) == seconds


def test_retry_after_may_be_a_date() -> None:
    later = datetime.now(UTC) + timedelta(seconds=90)
    assert 88 <= (parse_retry_after(format_datetime(later, usegmt=True)) or 0) <= 91
