"""The job ledger as tests read it, and age it: states, attempts, alerts."""

import asyncio


async def until_state(db, job_id, state):
    async with asyncio.timeout(60):
        while await state_of(db, job_id) != state:
            await asyncio.sleep(0.01)


async def until_not(db, job_id, state):
    async with asyncio.timeout(60):
        while await state_of(db, job_id) == state:
            await asyncio.sleep(0.01)


async def state_of(db, job_id):
    async with db.acquire() as conn:
        return await conn.fetchval("select state from job where id = $1", job_id)


async def the_job(db):
    async with db.acquire() as conn:
        return await conn.fetchrow(
            "select *, lease_until is not null as worker_holds,"
            " extract(epoch from run_at - now())::float8 as due_in_seconds from job"
        )


async def attempts(db):
    async with db.acquire() as conn:
        rows = await conn.fetch("select number, outcome, error from job_attempt order by number")
    return [tuple(row) for row in rows]


async def alerts(db):
    async with db.acquire() as conn:
        rows = await conn.fetch("select kind, subject_kind || ':' || subject_id from alert")
    return [tuple(row) for row in rows]


async def now(db):
    async with db.acquire() as conn:
        await conn.execute("update job set run_at = now()")


async def lease_over(db):
    async with db.acquire() as conn:
        await conn.execute("update job set lease_until = now() - interval '1 second'")
