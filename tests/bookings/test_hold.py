"""Holding places: never more than there are, whoever asks at the same time, and in however many
processes.
"""

import asyncio
from contextlib import suppress
from unittest.mock import patch

from aiohttp.test_utils import TestClient, TestServer

from maritime_app import domains
from maritime_app.app import create_app
from maritime_app.bookings.holds import store
from maritime_app.ferries.capacity import service as capacity
from maritime_app.resources import open_resources
from tests.booked import taken
from tests.factories import BO, a_sailing, an_ask


async def test_it_works(client, db):
    """The last places go to one of those who ask for them."""
    sailing = await a_sailing(db, places=2)

    statuses = await asyncio.gather(*(status_of(client, sailing) for _ in range(3)))

    assert sorted(statuses) == [201, 201, 409]
    assert (await taken(db, sailing))["passenger"] == 2


async def test_all_legs_are_held_or_none(client, db):
    roomy, full = await a_sailing(db), await a_sailing(db, places=1, days_ahead=30)

    async with client.post("/api/v1/bookings", json=an_ask(roomy, full)) as answer:
        assert answer.status == 409

    assert (await taken(db, roomy))["passenger"] == 0
    assert (await taken(db, full))["passenger"] == 0


async def test_200_at_once_for_20_places(client, db):
    sailing = await a_sailing(db, places=20)

    statuses = await asyncio.gather(*(status_of(client, sailing) for _ in range(200)))

    assert (statuses.count(201), statuses.count(409)) == (20, 180)
    assert (await taken(db, sailing))["passenger"] == 20


async def test_200_at_once_in_two_processes(settings, client, db):
    """Two applications with connections of their own: neither sees the other's batches."""
    sailing = await a_sailing(db, places=20)
    async with (
        open_resources(settings, domains.PARTS) as other,
        TestClient(TestServer(create_app(other))) as second,
    ):
        asked = (status_of(one, sailing) for _ in range(100) for one in (client, second))
        statuses = await asyncio.gather(*asked)

    assert (statuses.count(201), statuses.count(409)) == (20, 180)
    assert (await taken(db, sailing))["passenger"] == 20


async def test_without_the_guard_it_oversells(settings, client, db, monkeypatch):
    """The control: read, decide, write, as two earlier systems did it; two have read before one of
    them writes.

    Without a race here, the test above is idle.
    """
    sailing, two_have_read = await a_sailing(db, places=1), asyncio.Barrier(2)
    async with db.acquire() as conn:
        await conn.execute("alter table capacity drop constraint capacity_not_oversold")
    guarded = store.hold_bookings

    async def unguarded(conn, requests, *more):
        left = await conn.fetchval(
            "select total - taken from capacity where sailing_id = $1 and resource = 'passenger'",
            sailing,
        )
        if left < len(requests):
            return store.HoldOutcome([(sailing, "passenger")])
        with suppress(TimeoutError):
            async with asyncio.timeout(2):
                await two_have_read.wait()
        await conn.execute(
            "update capacity set total = total + $2 where sailing_id = $1 and resource ="
            " 'passenger'",
            sailing,
            len(requests),
        )
        held = await guarded(conn, requests, *more)
        await conn.execute(
            "update capacity set total = total - $2 where sailing_id = $1 and resource ="
            " 'passenger'",
            sailing,
            len(requests),
        )
        return held

    monkeypatch.setattr(store, "hold_bookings", unguarded)
    async with (
        open_resources(settings, domains.PARTS) as other,
        TestClient(TestServer(create_app(other))) as second,
    ):
        asked = (status_of(one, sailing) for _ in range(100) for one in (client, second))
        statuses = await asyncio.gather(*asked)

    assert statuses.count(201) > 1


async def test_a_batch_that_does_not_fit_is_taken_apart(client, db):
    """Twelve ask at once: the sailing with one place gives one, the roomy one gives to all who
    asked for it.
    """
    tight, roomy = await a_sailing(db, places=1), await a_sailing(db)

    asked = [status_of(client, sailing) for sailing in [tight] * 6 + [roomy] * 6]
    statuses = await asyncio.gather(*asked)

    assert statuses[:6].count(201) == 1
    assert statuses[6:] == [201] * 6


async def test_one_whose_process_dies_before_it_is_made_known(settings, resources, client, db):
    """The places are taken, and nobody was told: another process finds out."""
    sailing = await a_sailing(db, places=20)
    async with open_resources(settings, domains.PARTS) as other:
        assert (await capacity.available_lately(other, sailing))["passenger"] == 20
        with patch.object(resources.cache, "bump", said_nothing):
            assert await status_of(client, sailing) == 201

        async with asyncio.timeout(60):
            while (await capacity.available_lately(other, sailing))["passenger"] != 19:
                await asyncio.sleep(0.05)


async def said_nothing(*_words):
    """What a process does that has been killed."""


async def status_of(client, sailing):
    async with client.post("/api/v1/bookings", json=an_ask(sailing, people=[BO])) as answer:
        await answer.read()
        return answer.status


async def test_one_that_cannot_be_stored_does_not_take_the_others_with_it(client, db, monkeypatch):
    """Two bookings with the same reference in one batch: the second is refused, everybody else is
    held.
    """
    sailing = await a_sailing(db)
    references = iter(["AAAAAAAA", "AAAAAAAA", "CCCCCCCC", "DDDDDDDD", "EEEEEEEE"])
    monkeypatch.setattr("maritime_app.ids.reference", lambda: next(references))

    statuses = await asyncio.gather(*(status_of(client, sailing) for _ in range(5)))

    assert sorted(statuses) == [201, 201, 201, 201, 500]
    assert (await taken(db, sailing))["passenger"] == 4
