"""arq's own command serves a queue: `arq maritime_app.worker.DataWorker`."""

import asyncio
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from maritime_app import domains
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.jobs.model import Queue
from maritime_app.jobs.outbox import enqueue, queue_key
from maritime_app.resources import open_resources
from maritime_app.settings import replace
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


async def test_it_says_what_it_needs():
    status, said = await arq(None, "DataWorker")

    assert status != 0
    assert "the arq command needs DATABASE_URL and REDIS_URL" in said


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
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    if settings:
        env |= {
            "DATABASE_URL": settings.database.url,
            "REDIS_URL": settings.redis.url,
            "REDIS_PREFIX": settings.redis.prefix,
            "VAR_DIR": settings.paths.var_dir,
            "MARITIME_START_PATIENCE_SECONDS": str(patience_seconds),
        }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "arq",
        f"maritime_app.worker.{worker}",
        "--burst",
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(60):
        said, _ = await process.communicate()
    return process.returncode, said.decode()
