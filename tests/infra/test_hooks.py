"""What is done after a transaction: to its end, also where nobody knows whether it committed."""

import asyncio

import pytest

from maritime_app.infra.db import CommitUnknown, Database, hooks as hooks_module
from tests.infra.postgres_proxy import Fault, PostgresProxy


@pytest.fixture
async def one(database_url):
    made = Database(database_url, 1)
    yield made
    await made.close()


async def test_it_works(one):
    done = []
    async with one.transaction() as conn:
        conn.after_commit.append(lambda: done.append("after the commit"))
        conn.unless_rolled_back.append(lambda: done.append("caches"))

    assert done == ["caches", "after the commit"]


async def test_a_caller_who_is_cancelled_leaves_them_running(one):
    """The places are taken: whoever keeps the old count has to hear of it."""
    begun, go_on, done = asyncio.Event(), asyncio.Event(), []

    async def publish():
        begun.set()
        await go_on.wait()
        done.append("published")

    async def hold():
        async with one.transaction() as conn:
            conn.unless_rolled_back.append(publish)
            conn.after_commit.append(lambda: done.append("after it"))

    caller = asyncio.create_task(hold())
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert done == []

    go_on.set()
    await one.hooks.finished()
    assert done == ["published", "after it"]


async def test_a_rollback_leaves_nothing_to_do(one):
    done = []

    async def fail():
        async with one.transaction() as conn:
            conn.unless_rolled_back.append(lambda: done.append("caches"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    assert done == []


async def test_a_commit_without_an_answer_drops_what_is_cached(database_url, monkeypatch):
    """It may have been carried out; what only a commit allows is not done."""
    monkeypatch.setattr(hooks_module, "_AGAIN_SECONDS", 0.0)
    done = []
    async with PostgresProxy(database_url).serving() as proxy:
        database = Database(proxy.url, 1)
        proxy.choose = lambda _kind, body: Fault.CUT_AFTER if b"commit" in body else None

        async def hold():
            async with database.transaction() as conn:
                conn.unless_rolled_back.append(lambda: done.append("caches"))
                conn.after_commit.append(lambda: done.append("mail"))

        with pytest.raises(CommitUnknown):
            await hold()
        await database.hooks.finished()
        await database.close()

    assert done == ["caches", "caches"]
