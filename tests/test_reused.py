"""A database is used by one test after another, each of which finds it as the template is."""

import asyncpg
import pytest

from maritime_app.infra.db import Database
from tests.reused import Shelf
from tests.servers import BARE, DEMO

READ_ONLY = """do $$ begin
    execute format('alter database %I set default_transaction_read_only = on', current_database());
end $$"""
END_ALL = """select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()"""


@pytest.fixture
async def own(database_server):
    """A shelf that no other test takes from."""
    made = Shelf(database_server)
    yield made
    await made.give_up()


async def tell(url, *statements):
    """What the last statement returns first."""
    conn = await asyncpg.connect(url)
    try:
        return [await conn.fetchval(statement) for statement in statements][-1]
    finally:
        await conn.close()


async def test_it_works(own):
    """Rows, and the numbers that sequences give, are as they were."""
    numbered = "select nextval(oid) from pg_class where relkind = 'S' order by relname limit 1"
    wrote = (
        "insert into operator (id, code, name, kind, source)"
        " values (gen_random_uuid(), 'NDL', 'Nordlicht', 'remote', 'settings')"
    )
    async with own.lent(BARE) as url:
        assert await tell(url, wrote, numbered, numbered) == 2

    async with own.lent(BARE) as again:
        assert again == url
        assert await tell(again, "select count(*) from operator") == 0
        assert await tell(again, numbered) == 1


@pytest.mark.parametrize(
    "done",
    [
        "update sailing set arrives_at = arrives_at + interval '1 day', status = 'cancelled'",
        "delete from fare_price",
        "insert into port_name select port_id, 'nowhere', 'Nowhere' from port_name limit 1",
        "truncate capacity cascade",
        "update extra_kind set created_at = now()",
    ],
)
async def test_the_demo_world_is_whole_again(own, done):
    everything = "select md5(string_agg(t::text, '|' order by t::text)) from {} t"
    tables = ("sailing", "fare_price", "port_name", "capacity", "extra_kind")
    asked = [everything.format(table) for table in tables]
    async with own.lent(DEMO) as url:
        before = [await tell(url, one) for one in asked]
        await tell(url, "set session_replication_role = replica", done)
        assert [await tell(url, one) for one in asked] != before

    for _time in range(2):  # what was put back is put back again
        async with own.lent(DEMO) as again:
            assert again == url
            assert [await tell(again, one) for one in asked] == before
            await tell(again, "set session_replication_role = replica", done)


async def test_a_line_serves_the_next_test_with_nothing_left_of_the_one_before(own):
    pids = []
    with own.lines_kept():
        for _test in range(2):
            async with own.lent(BARE) as url:
                db = Database(url, 1)
                async with db.acquire() as conn:
                    pids.append(conn.get_server_pid())
                    assert await conn.fetchval("show enable_seqscan") == "on"
                    await conn.execute("set enable_seqscan = off")
                await db.close()

    assert pids[0] == pids[1]


@pytest.mark.parametrize(
    "done",
    [
        "alter table sailing add column colour text",
        "create table mine ()",
        READ_ONLY,
        END_ALL,
    ],
)
async def test_what_cannot_be_taken_back_ends_the_database(own, done):
    with own.lines_kept():
        async with own.lent(BARE) as url:
            db = Database(url, 1)
            async with db.acquire() as conn:
                await conn.fetchval("select 1")
            await db.close()
            await tell(url, done)

    async with own.lent(BARE) as other:
        assert other != url


async def test_a_session_that_a_test_left_is_ended(own):
    async with own.lent(BARE) as url:
        left = await asyncpg.connect(url)
        await left.execute("begin; lock table booking")

    async with own.lent(BARE) as again:
        assert again == url
        assert await tell(again, "select count(*) from booking") == 0
    left.terminate()
