"""arq's own command serves a queue: `arq maritime_app.worker.DataWorker`."""

import asyncio
import os
import signal
import sys
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from maritime_app import domains
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.jobs.arq_pool import arq_pool
from maritime_app.jobs.model import Queue
from maritime_app.jobs.outbox import enqueue, queue_key
from maritime_app.resources import open_resources
from maritime_app.settings.file import replace
from tests import rows
from tests.infra.away import wire_to
from tests.ledger import attempts, the_job

ROOT = Path(__file__).resolve().parents[2]
WORKERS = {
    Queue.EMAILS: "EmailsWorker",
    Queue.PAYMENTS: "PaymentsWorker",
    Queue.BOOKINGS: "BookingsWorker",
    Queue.DATA: "DataWorker",
}
# One of each queue that may run at any time and asks nobody outside.
TASKS = {
    Queue.EMAILS: "emails.erase_old_mails",
    Queue.PAYMENTS: "payments.erase_old_events",
    Queue.BOOKINGS: "bookings.expire_holds",
    Queue.DATA: "ops.check_invariants",
}


@pytest.mark.parametrize("queue", Queue)
async def test_it_works(resources, settings, queue):
    async with resources.db.transaction() as conn:
        await enqueue(conn, TASKS[queue], {})
    async with asyncio.timeout(60):
        while not await resources.redis_jobs.command("ZCARD", queue_key(queue)):
            await asyncio.sleep(0.01)

    status, said = await arq(settings, WORKERS[queue])

    assert status == 0, said
    assert (await the_job(resources.db))["state"] == "done", said
    assert await attempts(resources.db) == [(1, "done", None)]


async def test_a_user_with_rights_on_one_prefix_is_enough(settings, redis):
    """Installations that share a Redis do not see each other's jobs, nor arq's keys."""
    rights = "resetkeys ~fw:* resetchannels &fw:* +@all -@admin -@dangerous +info"
    await redis.command("ACL", "SETUSER", "arq-user", "on", ">pass", *rights.split())
    host = settings.redis.url.rpartition("@")[2]
    url = f"redis://arq-user:pass@{host}"
    limited = replace(settings, redis={"url": url, "prefix": "fw:"})
    async with open_resources(limited, domains.PARTS) as res:
        async with res.db.transaction() as conn:
            await enqueue(conn, TASKS[Queue.EMAILS], {})
        async with asyncio.timeout(60):
            while not await res.redis_jobs.command("ZCARD", queue_key(Queue.EMAILS)):
                await asyncio.sleep(0.01)

        status, said = await arq(limited, "EmailsWorker")

        assert status == 0, said
        assert await attempts(res.db) == [(1, "done", None)], said
        assert not await res.redis_jobs.command("ZCARD", queue_key(Queue.EMAILS))


def test_every_queue_has_a_class():
    assert set(WORKERS) == set(Queue)


async def test_servers_that_come_later_are_waited_for(resources, settings):
    ports = {name: free_port() for name in ("database", "redis")}
    there = {"database": settings.database.url, "redis": settings.redis.url}
    urls = {
        name: {"url": url.replace(f":{urlsplit(url).port}", f":{ports[name]}")}
        for name, url in there.items()
    }
    async with resources.db.transaction() as conn:
        await enqueue(conn, TASKS[Queue.EMAILS], {})
    working = asyncio.create_task(arq(replace(settings, **urls), "EmailsWorker"))
    await asked_in_vain(ports["redis"])
    async with (
        wire_to(urlsplit(there["redis"]).port, ports["redis"]),
        wire_to(urlsplit(there["database"]).port, ports["database"]),
    ):
        status, said = await working

    assert status == 0, said
    assert await attempts(resources.db) == [(1, "done", None)], said


async def test_servers_that_stay_away_are_one_line(settings):
    away = {"url": f"redis://127.0.0.1:{free_port()}"}
    status, said = await arq(replace(settings, redis=away), "EmailsWorker", patience_seconds=0.5)
    assert status == 1
    assert "Redis does not answer at REDIS_URL" in said
    assert "Traceback" not in said

    away = {"url": f"postgresql://x@127.0.0.1:{free_port()}/x"}
    status, said = await arq(replace(settings, database=away), "EmailsWorker", patience_seconds=0.5)
    assert status == 1
    assert "PostgreSQL does not answer at DATABASE_URL" in said
    assert "Traceback" not in said


async def test_a_redis_that_goes_away_later_is_waited_for(resources, settings):
    """Killed, silent and back again: the worker that runs takes what is queued afterwards."""
    async with arq_behind_a_wire(resources, settings) as (process, wire, cut):
        await done_by(process, resources, 1)
        wire.go_silent()
        await done_by(process, resources, 2)
        await cut()
        await done_by(process, resources, 3)

        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(120):
            said = (await process.stderr.read()).decode()
            assert await process.wait() == 0, said
        assert "redis_lost" in said
        assert "Traceback" not in said


async def test_it_can_be_stopped_while_redis_is_away(resources, settings):
    async with arq_behind_a_wire(resources, settings) as (process, _wire, cut):
        await done_by(process, resources, 1)
        await cut(comes_back=False)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(120):
            said = (await process.stderr.read()).decode()
            assert await process.wait() == 0, said
        assert "Traceback" not in said


async def test_a_line_that_is_lost_between_watch_and_multi(settings, redis, redis_server):
    """arq ends with the WatchError that redis-py raises there."""
    async with wire_to(urlsplit(redis_server).port) as (wire, port):
        url = settings.redis.url.replace(f":{urlsplit(settings.redis.url).port}", f":{port}")
        client = arq_pool(replace(settings, redis={"url": url}), "q", patience_seconds=60.0)
        pool: Any = client.connection_pool
        pool.wait_with(asyncio.current_task())
        async with client.pipeline(transaction=True) as pipe:
            await pipe.watch("job")
            for line in wire.lines:
                line.close()
            assert await pipe.exists("job") == 0
            await redis.command("SET", "elsewhere", "1")
            pipe.multi()
            pipe.psetex("job", 60_000, b"1")
            assert await pipe.execute() == [True]
        await client.aclose(close_connection_pool=True)


async def test_it_says_what_it_needs():
    status, said = await arq(None, "DataWorker")

    assert status != 0
    assert "the arq command needs DATABASE_URL and REDIS_URL" in said


@asynccontextmanager
async def arq_behind_a_wire(resources, settings):
    """A worker of the mails that goes on, its wire to Redis, and what cuts it for a moment."""
    redis_port = urlsplit(settings.redis.url).port
    async with AsyncExitStack() as stack:
        wires = await stack.enter_async_context(AsyncExitStack())
        wire, port = await wires.enter_async_context(wire_to(redis_port))
        url = settings.redis.url.replace(f":{redis_port}", f":{port}")

        async def cut(*, comes_back=True):
            await wires.aclose()
            await asked_in_vain(port)
            if comes_back:
                await stack.enter_async_context(wire_to(redis_port, port))

        process = await started(replace(settings, redis={"url": url}), "EmailsWorker")
        try:
            yield process, wire, cut
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


async def done_by(process, resources, count):
    """Enqueue a mail's job, and wait until so many are done and arq has nothing in hand."""
    async with resources.db.transaction() as conn:
        await enqueue(conn, TASKS[Queue.EMAILS], {})
    query = "select count(*) from job where state = 'done'"
    async with asyncio.timeout(120):
        while await rows.value(resources, query) < count or await queued(resources):
            assert process.returncode is None, (await process.stderr.read()).decode()
            await asyncio.sleep(0.05)


async def queued(resources):
    """How many mails' jobs are in Redis: arq takes one out when it has ended."""
    return await resources.redis_jobs.command("ZCARD", queue_key(Queue.EMAILS))


async def asked_in_vain(port):
    """Wait until somebody has knocked at that port; nobody is let in."""
    knocked = asyncio.Event()

    async def turn_away(_reader, writer):
        writer.close()
        knocked.set()

    async with await asyncio.start_server(turn_away, "127.0.0.1", port):
        await asyncio.wait_for(knocked.wait(), 60)


async def arq(settings, worker, *, patience_seconds=60.0):
    """Let arq do what stands in one queue, then end; return its exit status and its output."""
    process = await started(settings, worker, "--burst", patience_seconds=patience_seconds)
    async with asyncio.timeout(60):
        _, said = await process.communicate()
    return process.returncode, said.decode()


async def started(settings, worker, *options, patience_seconds=60.0):
    """arq's command as a process."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    if settings:
        env |= {
            "DATABASE_URL": settings.database.url,
            "REDIS_URL": settings.redis.url,
            "REDIS_PREFIX": settings.redis.prefix,
            "VAR_DIR": settings.paths.var_dir,
            "MARITIME_START_PATIENCE_SECONDS": str(patience_seconds),
        }
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "arq",
        f"maritime_app.worker.{worker}",
        *options,
        env=env,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
