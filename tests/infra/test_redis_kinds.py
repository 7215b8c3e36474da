"""Servers that one rents: users with rights, prefixes, Sentinels, and a Cluster, refused."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import pytest
import redis.exceptions as redis_errors
from arq import ArqRedis
from redis.asyncio.sentinel import SentinelConnectionPool

from maritime_app import domains
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.infra.embedded.valkey import find_binary
from maritime_app.infra.redis import MultiplexedRedis, RedisError, WrongServer, subscribed
from maritime_app.jobs.arq_pool import arq_pool
from maritime_app.jobs.model import Queue
from maritime_app.jobs.outbox import enqueue, queue_key
from maritime_app.jobs.workers import working
from maritime_app.resources import open_resources
from maritime_app.settings.file import replace
from tests.ledger import until_state

# What docs/operations.md gives such a user.
RIGHTS = "resetkeys ~fw:* resetchannels &fw:* +@all -@admin -@dangerous +info"


@asynccontextmanager
async def server(folder: Path, *lines: str, sentinel: bool = False) -> AsyncIterator[int]:
    """A Valkey of one test's own, on a free port."""
    port = free_port()
    file = folder / f"{port}.conf"
    file.write_text("\n".join([f"port {port}", f"dir {folder}", 'save ""', *lines, ""]))
    command = [find_binary(), str(file), *(["--sentinel"] if sentinel else [])]
    process = await asyncio.create_subprocess_exec(*command)
    try:
        redis = MultiplexedRedis(f"redis://127.0.0.1:{port}")
        async with asyncio.timeout(60):
            while not await answers(redis):
                assert process.returncode is None, "the server has ended: see what it printed"
                await asyncio.sleep(0.02)
        await redis.close()
        yield port
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def answers(redis: MultiplexedRedis) -> bool:
    try:
        return bool(await redis.command("PING"))
    except WrongServer:
        return True  # it is there, and that is what it is
    except RedisError as error:
        return error.reply.startswith("NOAUTH")  # so is one that wants a password


async def lacks(pool: ArqRedis, key: str) -> bool:
    """Return that the key is not there; False while the Sentinel takes the new primary for dead,
    too, which it does on a busy machine.
    """
    try:
        return await pool.get(key) is None
    except redis_errors.ConnectionError:
        return False


async def test_it_works(settings, redis):
    """A user with rights on one prefix runs the product, cache and queues in one database."""
    await redis.command("ACL", "SETUSER", "anna", "on", ">pass", *RIGHTS.split())
    host = settings.redis.url.rpartition("@")[2]
    limited = replace(settings, redis={"url": f"redis://anna:pass@{host}", "prefix": "fw:"})
    async with (
        open_resources(limited, domains.PARTS) as res,
        working(res, domains.TASKS, []),
    ):
        async with res.db.transaction() as conn:
            job_id = await enqueue(conn, "bookings.expire_holds", {})
        await until_state(res.db, job_id, "done")
        await res.redis_cache.command("SET", "kept", "kept")

    keys = await redis.command("KEYS", "*")
    assert b"fw:kept" in keys
    assert {key.partition(b":")[0] for key in keys} == {b"fw"}
    assert b"db1:" not in await redis.command("INFO", "keyspace")


async def test_what_a_user_may_not_do_is_refused(redis, redis_server):
    await redis.command("ACL", "SETUSER", "anna", "on", ">pass", *RIGHTS.split())
    host = redis_server.rpartition("@")[2]
    anna = MultiplexedRedis(f"redis://anna:pass@{host}")

    with pytest.raises(RedisError) as refused:
        await anna.command("GET", "somebody:else")
    await anna.close()

    assert refused.value.reply.startswith("NOPERM")


async def test_two_prefixes_do_not_meet(redis_server, redis):
    one = MultiplexedRedis(redis_server, prefix="one:")
    two = MultiplexedRedis(redis_server, prefix="two:")
    async with subscribed(one, ["news"]) as heard:
        await one.command("SET", "ship", "Nereid")
        await two.command("SET", "ship", "Triton")
        await two.command("PUBLISH", "news", "for two")
        await one.command("PUBLISH", "news", "for one")

        assert await one.command("GET", "ship") == b"Nereid"
        assert await redis.command("GET", "two:ship") == b"Triton"
        assert await anext(heard) == ("one:news", b"for one")
    await one.close()
    await two.close()


async def test_a_cluster_is_refused_in_words(tmp_path):
    # Its members' port would be the other one plus 10,000, which somebody may have.
    bus = f"cluster-port {free_port()}"
    async with server(tmp_path, "cluster-enabled yes", bus) as port:
        redis = MultiplexedRedis(f"redis://127.0.0.1:{port}")

        with pytest.raises(WrongServer, match="this is a Redis Cluster, which cannot be used"):
            await redis.command("PING")
        await redis.close()


async def test_a_sentinel_is_no_redis(tmp_path):
    async with server(tmp_path, sentinel=True) as port:
        redis = MultiplexedRedis(f"redis://127.0.0.1:{port}")

        with pytest.raises(WrongServer, match=r"write redis\+sentinel://"):
            await redis.command("PING")
        await redis.close()


@pytest.mark.slow
async def test_a_primary_that_fails_over(tmp_path, settings):
    """Three servers hold it: a primary, its replica, a Sentinel that promotes the replica."""
    async with (
        server(tmp_path, "requirepass pw", "masterauth pw") as primary,
        server(
            tmp_path, "requirepass pw", "masterauth pw", f"replicaof 127.0.0.1 {primary}"
        ) as replica,
        sentinel_of(tmp_path, primary) as sentinel,
    ):
        url = f"redis+sentinel://:pw@127.0.0.1:1,127.0.0.1:{sentinel}/ferries/0"
        redis = MultiplexedRedis(url)
        assert port_of(await redis.command("INFO", "server")) == primary
        async with subscribed(redis, ["news"]) as messages:
            await until_known(sentinel, replica)
            await redis.command("SET", "ship", "Nereid")
            await redis.command("WAIT", 1, 2_000)
            await say(primary, "AUTH pw", "SHUTDOWN NOSAVE NOW")
            with pytest.raises(RedisError):
                await anext(messages)

        async with asyncio.timeout(60):
            while not await answers(redis):
                await asyncio.sleep(0.1)
        assert port_of(await redis.command("INFO", "server")) == replica
        assert await redis.command("GET", "ship") == b"Nereid"
        pool = arq_pool(replace(settings, redis={"url": url}), queue_key(Queue.EMAILS))
        # The queues' database, on the same primary.
        async with asyncio.timeout(60):
            while not await lacks(pool, "ship"):
                await asyncio.sleep(0.1)
        await pool.aclose(close_connection_pool=True)
        sentinels = cast(SentinelConnectionPool, pool.connection_pool).sentinel_manager.sentinels
        for asked in sentinels:
            await asked.aclose()
        await redis.close()


@asynccontextmanager
async def sentinel_of(folder: Path, primary: int) -> AsyncIterator[int]:
    lines = [
        f"sentinel monitor ferries 127.0.0.1 {primary} 1",
        "sentinel auth-pass ferries pw",
        "sentinel down-after-milliseconds ferries 500",
        "sentinel failover-timeout ferries 3000",
    ]
    async with server(folder, *lines, sentinel=True) as port:
        yield port


async def until_known(sentinel: int, replica: int) -> None:
    """It learns of replicas from the primary, every ten seconds, and then looks at each."""
    async with asyncio.timeout(60):
        while True:
            said = await say(sentinel, "SENTINEL REPLICAS ferries")
            if str(replica).encode() in said and b"master-link-status\r\n$2\r\nok" in said:
                return
            await asyncio.sleep(0.1)


async def say(port: int, *commands: str) -> bytes:
    """Say something to a server without a client, and return all that it says within a moment."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write("".join(f"{command}\r\n" for command in commands).encode())
    said = b""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.3):
            while data := await reader.read(65_536):
                said += data
    writer.close()
    return said


def port_of(info: bytes) -> int:
    return int(info.partition(b"tcp_port:")[2].split(b"\r\n")[0])
