"""Whom a limit counts: however a proxy writes an address, one caller is one caller."""

import dataclasses

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from structlog.testing import capture_logs

from maritime_app.app import create_app
from maritime_app.infra.telemetry import log
from maritime_app.settings.file import replace
from maritime_app.web import limits
from maritime_app.web.limits.addresses import counted_as
from maritime_app.web.routing import PUBLIC, Route


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        (" 203.0.113.9 ", "203.0.113.9"),
        ("203.0.113.88:40001", "203.0.113.88"),
        ("::ffff:203.0.113.99", "203.0.113.99"),
        ("2001:db8:1:2::7", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("[2001:db8:9::1]:40001", "2001:db8:9::/64"),
        ("[2001:db8:9::1]", "2001:db8:9::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", None),
        ("_hidden", None),
        ("", None),
        ("203.0.113.9.4", None),
        ("[", None),
        ("x" * 10_000, None),
        ("٢٠٣.0.113.9", None),
    ],
)
def test_it_works(text, counted):
    assert counted_as(text) == counted


@pytest.mark.parametrize(
    ("lines", "proxies", "counted"),
    [
        (["10.0.0.1, 203.0.113.9"], 1, "203.0.113.9"),
        (["198.51.100.1", "203.0.113.77"], 1, "203.0.113.77"),
        (["198.51.100.1, 203.0.113.5", "10.0.0.7"], 2, "203.0.113.5"),
        (["203.0.113.5"], 2, "127.0.0.1"),
        (["unknown"], 1, "127.0.0.1"),
        ([], 1, "127.0.0.1"),
    ],
)
async def test_hops_count_from_the_right_over_all_lines(asked, lines, proxies, counted):
    assert await asked(lines, {"trust_proxy": True, "trusted_proxies": proxies}) == counted


async def test_nobody_is_believed_without_a_proxy(asked):
    assert await asked(["203.0.113.9"], {"trust_proxy": False}) == "127.0.0.1"


async def test_a_proxy_that_is_not_trusted_is_named_once(asked, monkeypatch):
    """All its callers are one: the limits of one would soon be used up by everybody."""
    monkeypatch.setattr(log, "_LAST", {})
    log.set_up("WARNING")
    with capture_logs() as lines:
        for _ in range(3):
            await asked(["203.0.113.9"], {"trust_proxy": False})
            await asked(["203.0.113.9"], {"trust_proxy": True})
            await asked([], {"trust_proxy": False})
    log.set_up("ERROR")

    named = [line for line in lines if line["event"] == "proxy_not_trusted"]
    assert [line["proxy"] for line in named] == ["127.0.0.1"]


@pytest.fixture
def asked(standing_resources):
    """Ask an application with these settings and header lines whom it counts."""

    async def ask(lines, web_settings):
        return await counted_by(standing_resources, lines, web_settings)

    return ask


async def counted_by(resources, lines, web_settings):
    changed = dataclasses.replace(resources, settings=replace(resources.settings, web=web_settings))

    async def show(request):
        return web.Response(text=limits.caller_address(request))

    app = create_app(changed, [Route("GET", "/api/who", show, PUBLIC)])
    headers = [("X-Forwarded-For", line) for line in lines]
    async with (
        TestClient(TestServer(app)) as client,
        client.get("/api/who", headers=headers) as answer,
    ):
        return await answer.text()
