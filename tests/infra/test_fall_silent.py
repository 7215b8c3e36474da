"""A server that freezes: its lines stay open and nothing is answered, nor a new line taken.

Callers are told within `silent_seconds`; a statement that only takes long is let go on.
"""

import asyncio

import pytest

from maritime_app.errors import Unavailable
from maritime_app.infra.db import CommitUnknown, Database, DatabaseAway
from tests.infra.postgres_proxy import Fault, PostgresProxy

SILENT = 1.0


@pytest.fixture
async def proxy(database_url):
    async with PostgresProxy(database_url).serving() as serving:
        yield serving


@pytest.fixture
async def frozen_db(proxy):
    """Through the proxy; without the watch a statement would wait for ten minutes."""
    database = Database(proxy.url, 2, statement_seconds=600, silent_seconds=SILENT)
    yield database
    go_on(proxy)
    await database.close()


async def test_it_works(frozen_db, proxy):
    await ask(frozen_db)
    freeze(proxy)
    with pytest.raises(DatabaseAway):
        await ask(frozen_db)

    go_on(proxy)
    async with asyncio.timeout(60):
        while True:
            try:
                assert await ask(frozen_db) == 1
                break
            except Unavailable:
                await asyncio.sleep(0.05)


async def test_while_it_is_silent_nobody_waits(frozen_db, proxy):
    """Nothing more is sent to it, but for the tries of the watch itself."""
    await ask(frozen_db)
    freeze(proxy)
    with pytest.raises(DatabaseAway):
        await ask(frozen_db)

    for _ in range(100):
        with pytest.raises(DatabaseAway):
            await ask(frozen_db)
    assert len(proxy.faults) < 50


async def test_who_stands_in_line_is_told_too(frozen_db, proxy):
    await ask(frozen_db)
    freeze(proxy)
    asked = [ask(frozen_db) for _ in range(20)]
    async with asyncio.timeout(60):
        told = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(error) for error in told} == {DatabaseAway}


async def test_a_commit_is_unknown(frozen_db, proxy):
    async with frozen_db.acquire() as conn:
        await conn.execute("create table told (id int)")
    with pytest.raises(CommitUnknown):
        async with frozen_db.transaction() as conn:
            await conn.execute("insert into told values (1)")
            freeze(proxy, after=True)


async def test_a_statement_that_takes_long_is_let_go_on(proxy):
    """Three times as long as a silent server gets: the server takes new lines meanwhile."""
    database = Database(proxy.url, 1, silent_seconds=SILENT)
    async with database.acquire() as conn:
        assert await conn.fetchval("select 7 from pg_sleep($1)", 3 * SILENT) == 7
    await database.close()


async def test_a_line_that_is_half_open_while_new_ones_work(proxy):
    """No end of it is told of anything: the server has never heard of the statement."""
    database = Database(proxy.url, 2, statement_seconds=600, silent_seconds=SILENT)
    await ask(database)
    freeze_only(proxy, b"'lost'")
    async with asyncio.timeout(60):
        with pytest.raises(DatabaseAway):
            await ask(database, "select 'lost'")

        assert await ask(database) == 1
    go_on(proxy)
    await database.close()


async def test_an_answer_that_is_lost_is_given_up_too(proxy):
    """The server has done it and says so; a commit may stand."""
    database = Database(proxy.url, 2, statement_seconds=600, silent_seconds=SILENT)
    async with database.acquire() as conn:
        await conn.execute("create table told (id int)")
    async with asyncio.timeout(60):
        with pytest.raises(CommitUnknown):
            async with database.transaction() as conn:
                await conn.execute("insert into told values (1)")
                freeze_only(proxy, b"commit", after=True)

        assert await ask(database, "select count(*) from told") == 1
    go_on(proxy)
    await database.close()


async def test_what_was_open_with_it_is_not_used_any_more(proxy):
    """Whatever swallowed one line has swallowed those beside it."""
    database = Database(proxy.url, 3, statement_seconds=600, silent_seconds=SILENT)
    async with database.acquire() as one, database.acquire() as two:
        pids = [one.get_server_pid(), two.get_server_pid()]
    freeze_only(proxy, b"'lost'")
    with pytest.raises(DatabaseAway):
        await ask(database, "select 'lost'")
    async with database.acquire() as conn:
        assert conn.get_server_pid() not in pids
    go_on(proxy)
    await database.close()


async def test_who_waits_for_a_lock_is_at_work(proxy):
    """The server knows of it: three times as long as a silent one gets."""
    database = Database(proxy.url, 2, silent_seconds=SILENT)
    async with database.acquire() as conn:
        await conn.execute("create table told (id int)")
    async with database.transaction() as holder:
        await holder.execute("lock table told in access exclusive mode")
        waiting = asyncio.create_task(ask(database, "select count(*) from told"))
        await asyncio.sleep(3 * SILENT)
        assert not waiting.done()
    assert await waiting == 0
    await database.close()


async def ask(db, statement="select 1"):
    async with db.acquire() as conn:
        return await conn.fetchval(statement)


def freeze_only(proxy, words, *, after=False):
    """One statement is held back for good; others, on other lines, pass."""
    fault = Fault.STALL_AFTER if after else Fault.STALL_BEFORE
    proxy.choose = lambda _kind, body: fault if words in body else None


def freeze(proxy, *, after=False):
    fault = Fault.STALL_AFTER if after else Fault.STALL_BEFORE
    proxy.choose = lambda _kind, _body: fault


def go_on(proxy):
    proxy.choose = lambda _kind, _body: None
    proxy.go_on()
