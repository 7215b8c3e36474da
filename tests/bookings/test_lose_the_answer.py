"""The line to PostgreSQL breaks while places or money move: what was done is found by looking."""

import asyncio

import pytest
from aiohttp.test_utils import TestClient, TestServer

from maritime_app import domains
from maritime_app.app import create_app
from maritime_app.resources import open_resources
from maritime_app.settings.file import replace
from tests.factories import BO, a_sailing, an_ask, book
from tests.infra.postgres_proxy import Fault, PostgresProxy


@pytest.fixture
async def proxy(database_url):
    async with PostgresProxy(database_url).serving() as made:
        yield made


@pytest.fixture
async def far(settings, proxy):
    """The application, with its database behind the proxy."""
    through = replace(settings, database={"url": proxy.url, "connections": 2})
    async with (
        open_resources(through, domains.PARTS) as res,
        TestClient(TestServer(create_app(res))) as made,
    ):
        yield made


async def test_it_works(far, proxy, db):
    """A hold whose answer is lost was carried out: the customer learns of it as if nothing was."""
    sailing = await a_sailing(db)
    proxy.choose = once(b"insert into booking", Fault.CUT_AFTER)

    booking = await book(far, an_ask(sailing, people=[BO]))

    assert proxy.faults
    assert booking["status"] == "held"
    assert await taken(db) == 1


async def test_a_hold_that_never_arrived_is_no_booking(far, proxy, db):
    sailing = await a_sailing(db)
    proxy.choose = once(b"insert into booking", Fault.CUT_BEFORE)

    async with far.post("/api/v1/bookings", json=an_ask(sailing, people=[BO])) as answer:
        assert answer.status == 503
        assert answer.headers["Retry-After"]

    assert proxy.faults
    assert await taken(db) == 0
    await book(far, an_ask(sailing, people=[BO]))


@pytest.mark.parametrize("fault", [Fault.CUT_AFTER, Fault.RESET_AFTER])
async def test_a_cancellation_whose_commit_was_not_answered_is_found_done(far, proxy, db, fault):
    booking = await book(far, an_ask(await a_sailing(db), people=[BO]))
    proxy.choose = once(b"commit", fault, skip=1)  # the first one closes the payment

    async with far.post(address(booking), json=cancellation(booking)) as answer:
        assert answer.status == 200, await answer.text()
        assert (await answer.json())["status"] == "cancelled"

    assert await taken(db) == 0


async def test_a_cancellation_whose_commit_never_arrived_may_be_tried_again(far, proxy, db):
    booking = await book(far, an_ask(await a_sailing(db), people=[BO]))
    proxy.choose = once(b"commit", Fault.CUT_BEFORE, skip=1)

    async with far.post(address(booking), json=cancellation(booking)) as answer:
        assert answer.status == 503
        assert (await answer.json())["code"] == "outcome_unknown"

    async with asyncio.timeout(60):
        while await taken(db):
            async with far.post(address(booking), json=cancellation(booking)) as answer:
                await answer.read()
            await asyncio.sleep(0.05)


def once(statement, fault, skip=0):
    """Choose the fault for one execution of a statement.

    Its text stands in the Parse message, which asyncpg sends once a connection; COMMIT travels
    with its text. Each line has a task of the proxy's own: what others execute meanwhile is let go.
    """
    seen: list[asyncio.Task[None] | None] = []

    def choose(kind, body):
        line = asyncio.current_task()
        if kind == (b"Q" if statement == b"commit" else b"P") and statement in body.lower():
            seen.append(line)
            if kind == b"Q" and len(seen) == skip + 1:
                return fault
        elif kind == b"E" and len(seen) == skip + 1 and seen[-1] is line and statement != b"commit":
            seen.append(None)
            return fault
        return None

    return choose


async def taken(db):
    async with db.acquire() as conn:
        return await conn.fetchval("select taken from capacity where resource = 'passenger'")


def address(booking):
    return f"/api/v1/bookings/{booking['reference']}/cancel"


def cancellation(booking):
    return {"token": booking["token"], "fee_minor": 0}
