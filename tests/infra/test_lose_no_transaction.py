"""What is reported as committed is there, and nothing else is: under stalls, cuts and cancellation.

Each run writes numbers through a line that misbehaves, keeps what was reported of each, and then
asks the server over a line of its own. A report is committed, failed or unknown: a committed number
is there and its hook has run once, a failed one is not and its hook has not run.
"""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from maritime_app.errors import Unavailable
from maritime_app.infra.db import CommitUnknown, Database
from tests.infra.postgres_proxy import Fault, PostgresProxy


class History:
    """What was reported of each number, and which hooks ran."""

    def __init__(self) -> None:
        self.reports: dict[int, str] = {}
        self.hooks: Counter[int] = Counter()

    async def write(self, db: Database, number: int) -> None:
        """Write one number in a transaction of three statements and keep what is said of it."""
        self.reports[number] = "failed"
        try:
            async with db.transaction() as conn:
                conn.after_commit.append(lambda: self.hooks.update([number]))
                await conn.execute("insert into history values ($1)", number)
                await conn.fetchval("select count(*) from history")
            self.reports[number] = "committed"
        except CommitUnknown:
            self.reports[number] = "unknown"
        except asyncio.CancelledError:
            self.reports[number] = "unknown"  # COMMIT may have been on its way
            raise
        except (Unavailable, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
            pass

    async def broken(self, url: str) -> list[str]:
        """Where report, hook and table disagree, by a line that nobody disturbs."""
        conn = await asyncpg.connect(url)
        try:
            there = {row["i"] for row in await conn.fetch("select i from history")}
        finally:
            await conn.close()
        wrong = []
        for number, report in self.reports.items():
            if report == "committed" and (number not in there or self.hooks[number] != 1):
                wrong.append(f"{number} is lost, hooks: {self.hooks[number]}")
            if report == "failed" and (number in there or self.hooks[number]):
                wrong.append(f"{number} was said to have failed, hooks: {self.hooks[number]}")
            if report == "unknown" and self.hooks[number] and number not in there:
                wrong.append(f"{number} ran its hook and is lost")
        return wrong


@pytest.fixture
async def proxy(database_url) -> AsyncIterator[PostgresProxy]:
    conn = await asyncpg.connect(database_url)
    await conn.execute("create table history (i int)")
    await conn.close()
    async with PostgresProxy(database_url).serving() as made:
        yield made


@asynccontextmanager
async def database(url: str, connections: int = 1, **more: Any) -> AsyncIterator[Database]:
    made = Database(url, connections, **more)
    try:
        yield made
    finally:
        await made.close()


async def test_it_works(proxy, database_url):
    history = History()
    async with database(proxy.url) as db:
        for number in range(20):
            await history.write(db, number)

    assert set(history.reports.values()) == {"committed"}
    assert await history.broken(database_url) == []


STATEMENTS = [b"begin", b"insert", b"select count", b"commit"]


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda text: text.decode().split()[0])
async def test_every_message_of_a_transaction_may_go_wrong(proxy, database_url, fault, statement):
    """A stalled one is given up after a moment, as a task's time limit does it."""
    history = History()
    async with database(proxy.url) as db:
        await history.write(db, 0)  # the statements are known to the server from now on
        for number in range(1, 7, 2):
            proxy.choose = once(fault, statement)
            try:
                async with asyncio.timeout(0.3):
                    await history.write(db, number)
            except TimeoutError:
                pass
            following = asyncio.create_task(history.write(db, number + 1))
            await asyncio.sleep(0.02)
            proxy.go_on()
            await following

    assert await history.broken(database_url) == []
    assert [history.reports[number] for number in (2, 4, 6)] == ["committed"] * 3


async def test_a_statement_that_takes_too_long_is_given_up(proxy, database_url):
    """The connection's own limit, not the caller's: it used to be the same loss."""
    history = History()
    async with database(proxy.url, statement_seconds=-0.6) as db:  # a second is added to it
        await history.write(db, 0)
        for number in range(1, 9, 2):
            proxy.choose = once(Fault.STALL_BEFORE, b"begin")
            await history.write(db, number)
            following = asyncio.create_task(history.write(db, number + 1))
            await asyncio.sleep(0.02)
            proxy.go_on()
            await following

    assert await history.broken(database_url) == []


async def test_cancelled_at_any_instant(proxy, database_url):
    history = await cancelled_at_random(Database(database_url, 1))

    assert await history.broken(database_url) == []
    assert Counter(history.reports.values())["committed"] >= 150


async def test_under_load_while_lines_break(proxy, database_url):
    """Forty callers over four connections, one message in twelve meets a fault."""
    dice, history = random.Random(3), History()
    proxy.choose = lambda _kind, _body: (
        dice.choice([Fault.CUT_BEFORE, Fault.CUT_AFTER, Fault.RESET_AFTER])
        if dice.random() < 0.08
        else None
    )
    async with database(proxy.url, 4) as db:
        for start in range(0, 240, 40):
            await asyncio.gather(*(history.write(db, start + n) for n in range(40)))

    assert await history.broken(database_url) == []
    assert len(proxy.faults) > 20
    assert Counter(history.reports.values())["committed"] > 20


async def test_the_old_way_loses_transactions(proxy, database_url):
    """The control: a connection is judged by what it says of itself, as it was before."""
    history = await cancelled_at_random(Guessing(database_url, 1))

    assert await history.broken(database_url) != []


class Guessing(Database):
    """The earlier kernel: asyncpg's own transaction, and `is_in_transaction()` to judge by."""

    @asynccontextmanager
    async def transaction(self):
        conn = await self._pool.take()
        try:
            async with conn.transaction():
                yield conn
            hooks = conn.after_commit
        finally:
            conn.forget()
            conn.unanswered = False
            self._pool.give_back(conn)
        for hook in hooks:
            hook()


async def cancelled_at_random(db: Database) -> History:
    """Give up a transaction at some instant, and do another one on the same connection."""
    dice, history = random.Random(5), History()

    async def victim() -> None:
        async with db.transaction() as conn:
            await conn.fetchval("select 1")

    await history.write(db, 0)
    for number in range(1, 200):
        task = asyncio.create_task(victim())
        await asyncio.sleep(dice.choice((0, 0, 0, 0.0001, 0.0002)))
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await history.write(db, number)
    await db.close()
    return history


def once(fault: Fault, statement: bytes):
    """Choose the fault for the next message of that statement, and for no other."""
    used: list[bool] = []

    def choose(_kind: bytes, body: bytes) -> Fault | None:
        if used or statement not in body.lower():
            return None
        used.append(True)
        return fault

    return choose
