"""The pool: fair to whoever waits, healed after a loss, clean after a rollback, honest when it
cannot.
"""

import asyncio

import asyncpg
import pytest

from maritime_app.errors import Unavailable
from maritime_app.infra.db import Database, DatabaseClosed, connection, pool as pool_module
from maritime_app.infra.embedded.free_port import free_port

pytestmark = pytest.mark.fresh


@pytest.fixture
async def one(database_url):
    """A pool with a single connection: everybody meets in its line."""
    made = Database(database_url, 1)
    yield made
    await made.close()


async def test_it_works(one):
    async with one.transaction() as conn:
        await conn.execute("create table log (line jsonb)")
        await conn.execute("insert into log values ($1)", {"ship": "Nereid"})

    async with one.acquire() as conn:
        assert await conn.fetchval("select line from log") == {"ship": "Nereid"}


async def test_who_waits_is_served_before_a_newcomer(one):
    order = []

    async def ask(name):
        async with one.acquire() as conn:
            await conn.fetchval("select 1")
            order.append(name)

    async with one.acquire():
        waiting = [asyncio.create_task(ask("first")), asyncio.create_task(ask("second"))]
        await in_line(one, 2)
    await ask("newcomer")
    await asyncio.gather(*waiting)

    assert order == ["first", "second", "newcomer"]


async def test_who_gives_up_waiting_leaves_the_line(one):
    async with one.acquire():
        waiting = asyncio.create_task(take_and_return(one))
        await in_line(one, 1)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert one.waiting == 0

    await take_and_return(one)


async def test_giving_up_in_the_moment_of_the_hand_over_loses_no_connection(one):
    async with one.acquire():
        waiting = asyncio.create_task(take_and_return(one))
        await in_line(one, 1)
    waiting.cancel()  # its place holds the connection by now, the task has not run yet
    await asyncio.gather(waiting, return_exceptions=True)

    await take_and_return(one)


async def test_a_line_that_is_too_long_says_so(one, monkeypatch):
    monkeypatch.setattr(pool_module, "_WAIT_SECONDS", 0.05)

    async with one.acquire():
        with pytest.raises(Unavailable, match="busy") as refused:
            await take_and_return(one)

    assert refused.value.retry_after_seconds
    await take_and_return(one)


async def test_a_server_that_is_away_says_so():
    away = Database(f"postgresql://nobody@127.0.0.1:{free_port()}/none", 2)

    for _ in range(5):  # more often than there are connections: a failure must not use one up
        with pytest.raises(Unavailable, match="database does not answer") as refused:
            await take_and_return(away)
        assert refused.value.retry_after_seconds


async def test_a_connection_that_dies_while_it_is_prepared_is_not_counted_for_ever(
    one, monkeypatch
):
    taught = connection._teach_types

    async def cut(conn):
        conn.terminate()
        await taught(conn)

    monkeypatch.setattr(connection, "_teach_types", cut)
    for _ in range(3):
        with pytest.raises(Unavailable):
            await take_and_return(one)
    monkeypatch.setattr(connection, "_teach_types", taught)

    await take_and_return(one)


async def test_an_idle_connection_that_was_cut_is_replaced(one, database_url):
    async with one.acquire() as conn:
        backend = conn.get_server_pid()
    other = Database(database_url, 1)
    async with other.acquire() as conn:
        assert await conn.fetchval("select pg_terminate_backend($1, 2000)", backend)
    await other.close()
    async with asyncio.timeout(60):
        while not all(conn.is_closed() for conn in one._pool._free):
            await asyncio.sleep(0.01)

    async with one.acquire() as conn:
        assert await conn.fetchval("select pg_backend_pid()") != backend


async def test_a_rollback_leaves_nothing(one):
    done = []
    async with one.acquire() as conn:
        await conn.execute("create table log (line text)")

    async def fail_half_way():
        async with one.transaction() as conn:
            await conn.execute("insert into log values ('half')")
            conn.after_commit.append(lambda: done.append("hook"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_half_way()

    async with one.acquire() as conn:
        assert await conn.fetchval("select count(*) from log") == 0
        assert conn.after_commit == []
    assert done == []


async def test_hooks_run_after_the_commit(one):
    """What a hook sees is committed: the connection is free again and no transaction is open."""
    seen = []
    async with one.transaction() as conn:
        conn.after_commit.append(lambda: seen.append(conn.is_in_transaction()))
        assert seen == []

    assert seen == [False]


async def test_hooks_do_not_run_when_the_commit_itself_fails(one):
    """A deferred constraint speaks up at the commit, after everything went well."""
    done = []
    async with one.acquire() as conn:
        await conn.execute("create table log (line int unique deferrable initially deferred)")

    async def fail_at_the_end():
        async with one.transaction() as conn:
            await conn.execute("insert into log values (1), (1)")
            conn.after_commit.append(lambda: done.append("hook"))

    with pytest.raises(asyncpg.UniqueViolationError):
        await fail_at_the_end()

    await take_and_return(one)
    assert done == []


async def test_hooks_of_a_plain_connection_are_forgotten(one):
    """Only a transaction has a commit to wait for; the next borrower finds no hooks of others."""
    async with one.acquire() as conn:
        conn.after_commit.append(lambda: None)

    async with one.acquire() as conn:
        assert conn.after_commit == []


async def test_closing_closes_what_is_in_use_when_it_comes_back(one):
    async with one.acquire() as conn:
        await one.close()
        assert await conn.fetchval("select 1") == 1

    assert conn.is_closed()


async def test_a_closed_pool_gives_nothing_out(one, database_url):
    await take_and_return(one)
    await one.close()

    for ask in (one.acquire, one.transaction):
        with pytest.raises(DatabaseClosed, match="stopping"):
            async with ask() as conn:
                await conn.fetchval("select 1")

    assert await backends(database_url) == 0


async def test_closing_tells_those_who_wait(one):
    async with one.acquire():
        waiting = asyncio.create_task(take_and_return(one))
        await in_line(one, 1)
        await one.close()
        with pytest.raises(DatabaseClosed):
            async with asyncio.timeout(60):
                await waiting


async def test_closing_while_somebody_connects_leaves_no_connection(one, database_url, monkeypatch):
    taught, asked, go_on = connection._teach_types, asyncio.Event(), asyncio.Event()

    async def slow(conn):
        asked.set()
        await go_on.wait()
        await taught(conn)

    monkeypatch.setattr(connection, "_teach_types", slow)
    connecting = asyncio.create_task(take_and_return(one))
    await asked.wait()
    await one.close()
    go_on.set()

    with pytest.raises(DatabaseClosed):
        await connecting
    assert await backends(database_url) == 0


async def backends(url):
    """How many connections of this application the server has, but for ours; they may take a moment
    to go.
    """
    watch = await asyncpg.connect(url)
    try:
        count = -1
        for _ in range(100):
            count = await watch.fetchval(
                "select count(*) from pg_stat_activity where application_name = 'maritime'"
                " and datname = current_database()"
            )
            if not count:
                break
            await asyncio.sleep(0.02)
        return count
    finally:
        await watch.close()


async def take_and_return(pool):
    async with pool.acquire() as conn:
        await conn.fetchval("select 1")


async def in_line(pool, count):
    async with asyncio.timeout(60):
        while pool.waiting < count:
            await asyncio.sleep(0)
