"""Asking for a task: the job exists if and only if the transaction commits, and its id always
reaches a queue.
"""

import asyncio

import msgspec
import pytest

from maritime_app.errors import Unavailable
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.infra.redis import MultiplexedRedis
from maritime_app.jobs.model import Queue
from maritime_app.jobs.outbox import OUTBOX, Outbox, enqueue, queue_key, sweep_once


async def test_it_works(db, resources):
    async with db.transaction() as conn:
        job_id = await enqueue(
            conn, "emails.send_cancellation", {"mail_id": "7"}, subject=("bookings", "b1")
        )
        assert await queued(resources, "emails") == {}  # nothing travels before the commit

    handed = await until_queued(resources, "emails", 1)
    assert list(handed) == [str(job_id)]
    async with db.acquire() as conn:
        row = await conn.fetchrow("select * from job")
    assert (row["task"], row["queue"], row["state"]) == (
        "emails.send_cancellation",
        "emails",
        "queued",
    )
    assert (row["payload"], row["subject_kind"], row["subject_id"]) == (
        {"mail_id": "7"},
        "bookings",
        "b1",
    )


async def test_a_rollback_takes_the_job_with_it(db, resources):
    async def fail():
        async with db.transaction() as conn:
            await enqueue(conn, "bookings.expire_holds")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with db.transaction() as conn:
        kept = await enqueue(conn, "bookings.expire_holds")

    assert list(await until_queued(resources, "bookings", 1)) == [str(kept)]
    async with db.acquire() as conn:
        assert await conn.fetchval("select count(*) from job") == 1


async def test_a_unique_key_is_one_job(db, resources):
    async with db.transaction() as conn:
        first = await enqueue(conn, "bookings.expire_holds", unique_key="the one")
    async with db.transaction() as conn:
        assert await enqueue(conn, "bookings.expire_holds", unique_key="the one") == first

    async def ask():
        async with db.transaction() as conn:
            return await enqueue(conn, "bookings.expire_holds", unique_key="at once")

    assert len(set(await asyncio.gather(*(ask() for _ in range(8))))) == 1
    async with db.acquire() as conn:
        assert await conn.fetchval("select count(*) from job") == 2


async def test_a_deferred_job_waits_for_its_time(db, resources):
    async with db.transaction() as conn:
        job_id = await enqueue(conn, "bookings.expire_holds", delay_seconds=7_200)

    handed = await until_queued(resources, "bookings", 1)
    redis_seconds = int((await resources.redis_jobs.command("TIME"))[0])
    assert handed[str(job_id)] / 1000 == pytest.approx(redis_seconds + 7_200, abs=5)
    assert await sweep_once(db, resources.redis_jobs) == 0


async def test_each_domain_has_its_queue_and_the_rest_shares_one(db, resources):
    tasks = ("emails.x", "payments.x", "bookings.x", "ports.x", "ops.x")
    async with db.transaction() as conn:
        for task in tasks:
            await enqueue(conn, task)

    assert len(await until_queued(resources, "data", 2)) == 2
    for queue in ("emails", "payments", "bookings"):
        assert len(await until_queued(resources, queue, 1)) == 1


async def test_what_travels_is_what_arqs_own_worker_reads(db, resources):
    async with db.transaction() as conn:
        job_id = await enqueue(conn, "bookings.expire_holds")
    await until_queued(resources, "bookings", 1)

    body = msgspec.json.decode(await resources.redis_jobs.command("GET", f"arq:job:{job_id}"))

    assert (body["f"], body["a"], body["k"]) == ("carry", [str(job_id)], {})


async def test_a_flushed_redis_loses_nothing(db, resources):
    async with db.transaction() as conn:
        job_id = await enqueue(conn, "bookings.expire_holds")
    await until_queued(resources, "bookings", 1)
    await resources.redis_jobs.command("FLUSHALL")
    assert (
        await sweep_once(db, resources.redis_jobs) == 0
    )  # too young: the relay is given its chance first
    await age(db)

    assert await sweep_once(db, resources.redis_jobs) == 1

    assert list(await queued(resources, "bookings")) == [str(job_id)]
    assert await sweep_once(db, resources.redis_jobs) == 0  # handed over a moment ago


async def test_a_wrong_time_in_the_queue_is_mended_by_the_sweeper(db, resources):
    """As a process whose clock is an hour ahead would have written it."""
    async with db.transaction() as conn:
        job_id = await enqueue(conn, "bookings.expire_holds")
    await until_queued(resources, "bookings", 1)
    redis, key = resources.redis_jobs, queue_key(Queue.BOOKINGS)
    seconds = int((await redis.command("TIME"))[0])
    await redis.command("ZADD", key, (seconds + 3_600) * 1_000, str(job_id))
    await age(db)

    assert await sweep_once(db, redis) == 1

    handed = await queued(resources, "bookings")
    assert handed[str(job_id)] <= seconds * 1_000


async def test_a_lost_relay_loses_nothing(db, resources):
    """The process dies between the commit and the hand-over."""
    await resources[OUTBOX].close()
    async with db.transaction() as conn:
        job_id = await enqueue(conn, "emails.send_cancellation")
    await age(db)

    assert await sweep_once(db, resources.redis_jobs) == 1
    assert list(await queued(resources, "emails")) == [str(job_id)]


async def test_two_sweepers_share_the_work(db, resources):
    await resources[OUTBOX].close()
    async with db.transaction() as conn:
        for _ in range(20):
            await enqueue(conn, "ops.tidy_up")
    await age(db)

    swept = await asyncio.gather(*(sweep_once(db, resources.redis_jobs) for _ in range(4)))

    assert sum(swept) == 20
    assert len(await queued(resources, "data")) == 20


async def test_redis_away_is_no_reason_to_fail_the_transaction(db, resources):
    away = MultiplexedRedis(f"redis://127.0.0.1:{free_port()}")
    await resources[OUTBOX].close()
    outbox = Outbox(db.committed, away)

    async with db.transaction() as conn:
        await enqueue(conn, "ops.tidy_up")
    await outbox.close()
    await away.close()

    async with db.acquire() as conn:
        assert await conn.fetchval("select state from job") == "queued"
    with pytest.raises(Unavailable):
        await away.command("PING")


async def queued(resources, queue):
    """Ids and due times (epoch milliseconds) as they stand in Redis."""
    flat = await resources.redis_jobs.command(
        "ZRANGE", queue_key(Queue(queue)), 0, -1, "WITHSCORES"
    )
    return {flat[n].decode(): int(float(flat[n + 1])) for n in range(0, len(flat), 2)}


async def until_queued(resources, queue, count):
    async with asyncio.timeout(60):
        while len(found := await queued(resources, queue)) < count:
            await asyncio.sleep(0.005)
    return found


async def age(db):
    """As if the jobs had been written, and handed over, a while ago."""
    async with db.acquire() as conn:
        await conn.execute(
            "update job set created_at = created_at - interval '1 minute',"
            " run_at = run_at - interval '1 minute'"
        )
