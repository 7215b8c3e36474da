"""PostgreSQL and Valkey live and die with us, and keep what was committed."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from maritime_app.infra.embedded import Addresses, CannotStart, embedded_servers
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.infra.embedded.process import clear_remains

pytestmark = pytest.mark.slow  # each test starts servers of its own
ROOT = Path(__file__).parents[2]


@pytest.fixture
def var_dir(tmp_path):
    return tmp_path / "var"


async def test_it_works(var_dir):
    async with both(var_dir) as servers:
        await write(servers.database_url, servers.redis_url)
    async with both(var_dir) as servers:
        assert await read(servers.database_url, servers.redis_url) == (1000, b"kept")


async def test_killed_with_its_parent_it_leaves_no_orphan_and_loses_nothing(var_dir):
    host = await asyncio.create_subprocess_exec(
        sys.executable, str(Path(__file__).with_name("embedded_host.py")), str(var_dir),
        stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert host.stdout is not None
    said = json.loads(await host.stdout.readline())
    await write(said["database_url"], said["redis_url"])
    host.kill()
    await host.wait()
    for pid in said["pids"]:
        await gone(pid)
    async with both(var_dir) as servers:
        assert await read(servers.database_url, servers.redis_url) == (1000, b"kept")


async def test_servers_killed_together_with_the_parent_are_recovered(var_dir):
    async with both(var_dir) as servers:
        await write(servers.database_url, servers.redis_url)
        assert servers.postgres
        assert servers.valkey
        await servers.postgres.kill()
        await servers.valkey.kill()
        assert (servers.postgres.directory / "postmaster.pid").exists(), (
            "the trap this test is about"
        )
        await servers.postgres.start()
        await servers.valkey.start()
        assert await read(servers.database_url, servers.redis_url) == (1000, b"kept")


async def test_a_server_that_dies_comes_back_at_its_address(var_dir):
    async with both(var_dir) as servers:
        await write(servers.database_url, servers.redis_url)
        for server in (servers.postgres, servers.valkey):
            assert server
            assert server.pid
            os.kill(server.pid, signal.SIGKILL)
        assert await until_it_reads(servers) == (1000, b"kept")


async def test_a_second_copy_on_the_same_directory_is_told_so(var_dir, monkeypatch):
    monkeypatch.setattr("maritime_app.infra.embedded.servers._LOCK_WITHIN_SECONDS", 0.2)
    async with both(var_dir):
        with pytest.raises(
            CannotStart, match=rf"process {os.getpid()}\) runs on .*set another VAR_DIR"
        ):
            async with both(var_dir):
                pass


async def test_a_command_beside_a_running_copy_borrows_its_servers(var_dir):
    async with (
        both(var_dir) as lender,
        embedded_servers(var_dir, want_postgres=True, want_redis=True, join=True) as borrowed,
    ):
        assert borrowed.database_url == lender.database_url
        assert borrowed.redis_url == lender.redis_url
        assert borrowed.postgres is None


async def test_only_what_is_wanted_starts(var_dir):
    async with embedded_servers(var_dir, want_postgres=False, want_redis=False) as none:
        assert none == Addresses()
    async with embedded_servers(
        var_dir, want_postgres=False, want_redis=True, durable=False
    ) as servers:
        assert servers.database_url == ""
        assert servers.redis_url


async def test_a_full_valkey_forgets_answers_and_keeps_what_has_no_end(var_dir):
    """Strangers ask for more than fits."""
    async with (
        embedded_servers(var_dir, want_postgres=False, want_redis=True) as servers,
        Redis.from_url(servers.redis_url) as redis,
    ):
        limit = await redis.config_get("maxmemory*")
        assert (limit["maxmemory"], limit["maxmemory-policy"]) == (str(2**29), "volatile-lru")
        used = (await redis.info("memory"))["used_memory"]
        await redis.config_set("maxmemory", used + 3_000_000)
        await redis.zadd("queue", {f"job{number}": number for number in range(1_000)})
        await redis.set("guesses", "7", ex=300)
        for number in range(200):
            await redis.set(f"answer{number}", bytes(10_000), ex=300)
        async with asyncio.timeout(60):
            while await redis.object("idletime", "answer199") < 2:
                await asyncio.sleep(0.05)
        for number in range(200, 350):
            await redis.get("guesses")  # somebody is at it just now
            await redis.set(f"answer{number}", bytes(10_000), ex=300)

        assert (await redis.info("stats"))["evicted_keys"] > 30
        assert await redis.zcard("queue") == 1_000
        assert await redis.exists("guesses", "answer349") == 2


async def test_passwords_are_needed_and_private(var_dir):
    async with both(var_dir) as servers:
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(servers.database_url, password="guess")
        for name in ("postgres.password", "valkey.password", "embedded.json"):
            assert (var_dir / name).stat().st_mode & 0o077 == 0


async def test_a_taken_port_is_reported_when_it_was_asked_for(var_dir):
    taken = free_port()
    listener = await asyncio.start_server(
        lambda _reader, writer: writer.close(), "127.0.0.1", taken
    )
    async with listener:
        with pytest.raises(
            CannotStart, match=r"Valkey did not start; the reason is in .*valkey\.log"
        ):
            async with embedded_servers(
                var_dir, want_postgres=False, want_redis=True, redis_port=taken
            ):
                pass


async def test_what_still_lives_in_the_directory_is_ended_first(tmp_path):
    lodger = await asyncio.create_subprocess_exec("sleep", "60", cwd=tmp_path)
    await clear_remains(tmp_path, signal.SIGTERM)
    assert await lodger.wait() == -signal.SIGTERM


def both(var_dir):
    return embedded_servers(var_dir, want_postgres=True, want_redis=True)


async def write(database_url, redis_url):
    connection = await asyncpg.connect(database_url)
    await connection.execute("create table kept as select n from generate_series(1, 1000) n")
    await connection.close()
    async with Redis.from_url(redis_url) as redis:
        await redis.set("kept", "kept")
        await asyncio.sleep(1.1)  # appendfsync everysec: older than a second is promised


async def read(database_url, redis_url):
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetchval("select count(*) from kept")
    await connection.close()
    async with Redis.from_url(redis_url) as redis:
        return rows, await redis.get("kept")


async def until_it_reads(servers):
    """The data, as soon as both servers answer again; at most 10 s."""
    async with asyncio.timeout(60):
        while True:
            with contextlib.suppress(OSError, asyncpg.PostgresError, ConnectionError):
                return await read(servers.database_url, servers.redis_url)
            await asyncio.sleep(0.05)


async def gone(pid):
    """Wait at most 3 s until the process has ended; a zombie that nobody collected has."""
    async with asyncio.timeout(60):
        while Path(f"/proc/{pid}/stat").exists():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                    return
            await asyncio.sleep(0.02)
