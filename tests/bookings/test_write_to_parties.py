"""Many parties in few statements, several writers at once, and a dead one keeps nothing."""

import asyncio
from contextvars import ContextVar

import pytest
from aiohttp.test_utils import TestClient, TestServer

from maritime_app import domains
from maritime_app.app import create_app
from maritime_app.bookings.disruptions import service as disruptions, store, writers
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import ActingStaff, CancelRequest, ChangeReason
from maritime_app.infra.db.connection import Conn
from maritime_app.jobs.workers import working
from tests.booked import drained, nothing_is_broken, until
from tests.factories import BO, a_sailing, an_ask, book, pay


@pytest.fixture
def cost_of(monkeypatch):
    """Return how many statements an act runs, without those of whatever runs beside it."""
    count, is_ours = [0], ContextVar("is_ours", default=False)
    for name in ("fetch", "fetchrow", "fetchval", "execute"):
        real = getattr(Conn, name)

        def counted(conn, *args, _real=real, **more):
            count[0] += is_ours.get()
            return _real(conn, *args, **more)

        monkeypatch.setattr(Conn, name, counted)

    async def cost(act):
        count[0] = 0
        token = is_ours.set(True)
        await act
        is_ours.reset(token)
        return count[0]

    return cost


async def test_it_works(played, monkeypatch, cost_of):
    """Three parties cost as many statements as one, and everybody has an offer."""
    monkeypatch.setattr(writers, "_AT_ONCE", 1)
    costs = []
    for parties in (1, 3):
        disruption_id = await a_cancelled_sailing(played, parties)
        costs.append(await cost_of(writers.write_to_parties(played, disruption_id)))
        assert await states(played, disruption_id) == ["offered"] * parties

    assert costs[0] == costs[1]
    async with workers_of(played):
        await nothing_is_broken(played)


async def test_what_a_dead_writer_had_is_free_with_its_connection(played, monkeypatch):
    """While it lives others write to everybody else; no lease has to run out."""
    monkeypatch.setattr(writers, "_AT_ONCE", 1)
    disruption_id = await a_cancelled_sailing(played, 3)
    async with played.db.acquire() as dying:
        await dying.execute("begin")
        (taken,) = await store.next_waiting(dying, disruption_id, 1)
        assert await writers.write_to_parties(played, disruption_id) == "2 written to"
        assert sorted(await states(played, disruption_id)) == ["offered", "offered", "waiting"]
        dying.terminate()

    async with asyncio.timeout(60):
        while await writers.write_to_parties(played, disruption_id) != "nobody waits":
            await asyncio.sleep(0.05)

    assert await states(played, disruption_id) == ["offered"] * 3
    async with played.db.acquire() as conn:
        offers = await conn.fetchval(
            "select count(*) from mail where template = 'disruption_offer' and unique_key like $1",
            f"%:{taken.booking_id}:%",
        )
    assert offers == 1


async def test_a_successor_is_queued_while_somebody_waits(played, monkeypatch):
    """However many writers begin, one successor is due at a time; a process writes once."""
    disruption_id = await a_cancelled_sailing(played, 1)
    played[writers.WRITING].under_way.add(disruption_id)
    monkeypatch.setattr(store, "second_of_waiting", lambda _conn, _id: same_second())

    for _writer in range(3):
        assert "already" in await writers.write_to_parties(played, disruption_id)

    async with played.db.acquire() as conn:
        due = await conn.fetch(
            "select run_at > created_at as later from job where unique_key like $1",
            f"write_to_parties:{disruption_id}:7%",
        )
    assert [row["later"] for row in due] == [True]
    played[writers.WRITING].under_way.discard(disruption_id)


async def same_second():
    return 7


def workers_of(res):
    return working(res, domains.TASKS, [])


async def a_cancelled_sailing(res, parties):
    """A sailing with so many parties that was cancelled and followed; nobody is written to yet."""
    sailing = await a_sailing(res.db, days_ahead=5)
    await a_sailing(res.db, days_ahead=6)
    app = create_app(res)
    async with (
        TestClient(TestServer(app, port=res.settings.web.port)) as shop,
        workers_of(res),
    ):
        for _party in range(parties):
            booking = await book(shop, an_ask(sailing, people=[BO]))
            await pay(shop, booking)
            await until(shop, booking, "confirmed")
        await drained(res)
    asked = CancelRequest(1, ChangeReason.TECHNICAL, "")
    await operations.cancel(res, ActingStaff(), sailing, asked)
    await disruptions.follow(res, sailing, 2)
    async with res.db.acquire() as conn:
        return await conn.fetchval("select id from disruption where sailing_id = $1", sailing)


async def states(res, disruption_id):
    async with res.db.acquire() as conn:
        rows = await conn.fetch(
            "select status from disrupted_party where disruption_id = $1", disruption_id
        )
    return [row["status"] for row in rows]
