"""PgBouncer in transaction mode: no two transactions of a connection run in one session."""

import asyncio
from contextlib import asynccontextmanager

import asyncpg
import pytest

from maritime_app import domains
from maritime_app.cli.processes.servers import refuse_unsaid_pooler
from maritime_app.infra.db import Database, Pooler
from maritime_app.infra.embedded import CannotStart
from maritime_app.infra.migrate import migrate
from maritime_app.jobs.outbox import enqueue
from maritime_app.jobs.workers import working
from maritime_app.resources import open_resources
from maritime_app.settings.file import replace
from tests.infra.transaction_pooler import TransactionPooler
from tests.ledger import until_state


@pytest.fixture(params=[Pooler.PLAIN, Pooler.PREPARED])
def kind(request):
    """As old poolers are, and as newer ones may be."""
    return request.param


@asynccontextmanager
async def pooled(url, kind, connections=4):
    async with TransactionPooler(
        url, carries_statements=kind is Pooler.PREPARED
    ).serving() as front:
        other = await asyncpg.connect(front.url, statement_cache_size=0)  # one session more
        db = Database(front.url, connections, pooler=kind)
        try:
            yield db, front
        finally:
            await db.close()
            await other.close()


async def test_it_works(database_url, kind):
    async with pooled(database_url, kind) as (db, front):
        async with db.transaction() as conn:
            await conn.execute("create table ship (id int, cargo jsonb, at timestamptz)")

        async def load(number):
            async with db.transaction() as conn:
                await conn.execute(
                    "insert into ship values ($1, $2, now())", number, {"crates": [number]}
                )
                assert await conn.fetchval("select count(*) from ship where id = $1", number) == 1
            async with db.acquire() as conn:
                return await conn.fetchval("select cargo from ship where id = $1", number)

        found = await asyncio.gather(*(load(number) for number in range(40)))

        assert found == [{"crates": [number]} for number in range(40)]
        assert front.transactions > 80


async def test_a_role_behind_one_without_the_setting_does_not_start(database_url, resources):
    """It was not ready for ever, and the log named a parameter."""
    async with TransactionPooler(database_url, carries_statements=False).serving() as front:
        unsaid = Database(front.url)
        object.__setattr__(resources, "db", unsaid)
        with pytest.raises(CannotStart, match="MARITIME_DATABASE_POOLER") as refused:
            await refuse_unsaid_pooler(resources)
        await unsaid.close()

    assert "\n" not in str(refused.value)


async def test_without_the_setting_it_fails(database_url):
    """The control: what it is good for."""
    async with TransactionPooler(database_url, carries_statements=False).serving() as front:
        other = await asyncpg.connect(front.url, statement_cache_size=0)
        ours = await asyncpg.connect(front.url)
        with pytest.raises(asyncpg.PostgresError):
            for _ in range(3):
                await ours.fetchval("select $1::int", 1)
        await ours.close()
        await other.close()


async def test_rows_are_copied_and_many_statements_run(database_url, kind):
    async with pooled(database_url, kind) as (db, _front):
        async with db.transaction() as conn:
            await conn.execute("create table berth (number int, ship text)")
            await conn.copy_records_to_table("berth", records=[(1, "Nereid"), (2, "Triton")])
            await conn.executemany("insert into berth values ($1, $2)", [(3, "Argo"), (4, "Io")])
        async with db.acquire() as conn:
            assert await conn.fetchval("select count(*) from berth") == 4


async def test_a_column_more_is_learnt(database_url, kind):
    """A migration runs while connections stand."""
    async with pooled(database_url, kind, connections=1) as (db, _front):
        async with db.acquire() as conn:
            await conn.execute("create table crew (name text); insert into crew values ('Ada')")
            assert len(await conn.fetchrow("select * from crew")) == 1
            await conn.execute("alter table crew add column age int")
        with_age = []
        for _ in range(5):  # at most a failure or two until the description is dropped
            try:
                async with db.acquire() as conn:
                    with_age.append(len(await conn.fetchrow("select * from crew")))
            except Exception:  # noqa: BLE001
                continue
        assert with_age[-2:] == [2, 2]


async def test_migrations_run_through_it(database_server, kind):
    async with (
        database_server.clone("template0") as url,
        pooled(url, kind, connections=2) as (_db, front),
    ):
        assert await migrate(front.url) != []
        assert await migrate(front.url) == []


async def test_jobs_run_through_it(settings, kind):
    url = settings.database.url
    async with pooled(url, kind) as (_db, front):
        behind = replace(settings, database={"url": front.url, "pooler": kind.value})
        async with (
            open_resources(behind, domains.PARTS) as res,
            working(res, domains.TASKS, []),
        ):
            ids = []
            for _ in range(20):
                async with res.db.transaction() as conn:
                    ids.append(await enqueue(conn, "bookings.expire_holds", {}))
            for job_id in ids:
                await until_state(res.db, job_id, "done")
