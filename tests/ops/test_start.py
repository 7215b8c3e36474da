"""Roles as processes: each says how it is on a port of its own, and why it cannot start."""

import asyncio
import json
import socket
from urllib.parse import urlsplit

import aiohttp
import pytest

from maritime_app.infra.embedded.free_port import free_port
from tests.infra.away import starting_postgres, wire_to
from tests.ops.running_role import begin, environment, running_role

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ["web", "worker", "stream"])
async def test_it_works(settings, name):
    port = free_port()
    env = environment(settings, PROBE_PORT=str(port), MARITIME_WEB_DRAIN_SECONDS="0")
    async with running_role(name, env), aiohttp.ClientSession() as session:
        for path in ("/healthz", "/readyz", "/metrics"):
            async with session.get(f"http://127.0.0.1:{port}{path}") as answer:
                assert answer.status == 200, await answer.text()
        async with session.get(f"http://127.0.0.1:{port}/readyz") as ready:
            assert (await ready.json())["status"] == "ready"


@pytest.mark.parametrize("name", ["web", "worker", "stream"])
async def test_a_postgresql_that_comes_later_is_waited_for(settings, name):
    port, there = free_port(), settings.database.url
    url = there.replace(f":{port_of(there)}/", f":{port}/")
    role = await begin(name, env=environment(settings, DATABASE_URL=url))
    await role.says("waiting_for_postgresql")
    async with starting_postgres(port):
        await asyncio.sleep(0.5)  # several looks
        assert role.process.returncode is None, role.log
    async with wire_to(port_of(there), port):
        await role.says("is running on")
        role.process.terminate()
        assert await role.ended() == 0
    assert role.log.count("waiting_for_postgresql") == 1


async def test_who_waits_can_be_ended(settings):
    url = f"postgresql://x@127.0.0.1:{free_port()}/x"
    role = await begin("web", env=environment(settings, DATABASE_URL=url))
    await role.says("waiting_for_postgresql")
    role.process.terminate()
    assert await role.ended() == 0


async def test_a_wrong_password_is_not_waited_for(settings):
    url = urlsplit(settings.database.url)
    wrong = url._replace(netloc=f"{url.username}:wrong@{url.hostname}:{url.port}").geturl()
    role = await begin("web", env=environment(settings, DATABASE_URL=wrong))
    assert await role.ended() == 1
    assert "password" in said(role.log)
    assert "waiting_for_postgresql" not in role.log


async def test_without_redis_a_worker_is_not_ready(settings):
    env = environment(settings, REDIS_URL=f"redis://127.0.0.1:{free_port()}")
    async with (
        running_role("worker", env) as role,
        aiohttp.ClientSession() as session,
        session.get(role.address + "/readyz") as ready,
    ):
        assert ready.status == 503
        found = await ready.json()
    assert (found["postgresql"], found["redis"]) == ("ok", "RedisError")


async def test_a_web_role_drains(settings):
    env = environment(settings, MARITIME_WEB_DRAIN_SECONDS="1")
    async with running_role("web", env) as role, aiohttp.ClientSession() as session:
        role.process.terminate()
        await role.says("draining")
        async with session.get(role.address + "/readyz") as ready:
            assert ready.status == 503
        async with session.get(role.address + "/healthz") as alive:
            assert alive.status == 200
        assert await role.ended() == 0


@pytest.mark.parametrize(
    ("role", "wrong", "words"),
    [
        ("worker", {"DATABASE_URL": "postgresql://x@127.0.0.1:1/x"}, "PostgreSQL does not answer"),
        ("stream", {"DATABASE_URL": "postgresql://x@127.0.0.1:port/x"}, "DATABASE_URL"),
        ("web", {"DATABASE_URL": "postgresql://x@no-such-host.invalid/x"}, "DATABASE_URL"),
        ("web", {"REDIS_URL": "rediss://cache?ssl=maybe"}, "rediss:// has no option 'ssl'"),
        ("web", {"VAR_DIR": "/dev/null/var", "SECRET_KEY": ""}, "/dev/null"),
    ],
)
async def test_what_is_wrong_is_one_line(settings, role, wrong, words):
    more = {"MARITIME_START_PATIENCE_SECONDS": "0.5"}
    started = await begin(role, env=environment(settings, **more, **wrong))

    assert await started.ended() == 1
    assert words in said(started.log)


async def test_a_port_that_is_taken_is_one_line(settings):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        started = await begin("web", env=environment(settings, PORT=str(port)))

        assert await started.ended() == 1
    assert f"127.0.0.1:{port}" in said(started.log)
    assert "set PORT" in said(started.log)


def port_of(url):
    return urlsplit(url).port


def said(log):
    """The one line for people, without the log's own."""
    lines = [line for line in log.splitlines() if not line.startswith("{")]
    assert len(lines) == 1, log
    assert all(json.loads(line) for line in log.splitlines() if line.startswith("{"))
    return lines[0]
