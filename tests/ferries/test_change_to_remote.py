"""Journeys that a remote operator sails a part of: out of what it has said lately, never waited
for; sold whole or not at all.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from aiohttp.test_utils import TestClient, TestServer

from maritime_app.app import create_app
from maritime_app.ferries.search.journeys.remote_sailings import REMOTE_SAILINGS
from maritime_app.ids import uuid7
from maritime_app.ports import service as port_service
from maritime_app.resources import Resources
from tests.factories import a_port, a_sailing, an_ask, book

DAY = (datetime.now(UTC) + timedelta(days=20)).date()


@pytest.fixture
async def sailing(played: Resources) -> UUID:
    """Ours from Oslo, at Kiel at noon of the next day, where Nordlicht sails on at 18:45."""
    made = await a_sailing(played.db, places=5)
    async with played.db.transaction() as conn:
        gothenburg = a_port("SEGOT", "Gothenburg", 55, 11, "Europe/Stockholm")
        await port_service.seed_ports(conn, [gothenburg])
        await conn.execute(
            "update sailing set departs_at = ($1::date + time '16:00') at time zone 'Europe/Oslo',"
            " arrives_at = ($1::date + 1 + time '12:00') at time zone 'Europe/Berlin'",
            DAY,
        )
        await conn.execute(
            "insert into operator (id, code, name, kind, source)"
            " values ($1, 'NDL', 'Nordlicht Line', 'remote', 'settings')",
            uuid7(),
        )
        await conn.execute(
            "insert into route (id, operator_id, code, name, origin_id, destination_id, source)"
            " select $1, op.id, 'KG', 'Kiel - Gothenburg', o.id, d.id, 'test'"
            " from operator op, port o, port d"
            " where op.code = 'NDL' and o.code = 'DEKEL' and d.code = 'SEGOT'",
            uuid7(),
        )
    return made


@pytest.fixture
async def market(played: Resources, sailing: UUID) -> AsyncIterator[TestClient[Any, Any]]:
    """The application with the sandbox's operators outside; nobody works its queues."""
    async with TestClient(TestServer(create_app(played), port=played.settings.web.port)) as made:
        yield made


async def search(market: TestClient[Any, Any], day: date = DAY) -> Any:
    query = {"from": "NOOSL", "to": "SEGOT", "date": day.isoformat(), "adults": "2"}
    async with market.get("/api/v1/ferries/search", params=query) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def page(market: TestClient[Any, Any]) -> str:
    query = {"from": "NOOSL", "to": "SEGOT", "date": DAY.isoformat(), "adults": "2"}
    async with market.get("/ferries", params=query) as answer:
        assert answer.status == 200
        return await answer.text()


async def test_it_works(market: TestClient[Any, Any], played: Resources, sailing: UUID) -> None:
    """The first search says that the operator is being asked; as soon as it has answered, the
    journey is there, and it is one booking at its price.
    """
    first = await search(market)
    assert first["outbound_connections"] == []
    (asked,) = first["connecting_operators"]
    assert (asked["code"], asked["status"], asked["as_of"]) == ("NDL", "pending", None)
    assert not first["partial"]  # of direct sailings nobody is missing

    await played.parts[REMOTE_SAILINGS].idle()
    found = await search(market)

    (journey,) = found["outbound_connections"]
    legs = [leg["sailing"] for leg in journey["legs"]]
    assert [leg["operator"]["code"] for leg in legs] == ["NOR", "NDL"]
    assert (
        legs[1]["departs_local"]
        == f"{DAY + timedelta(days=1)}T18:45" + legs[1]["departs_local"][16:]
    )
    prices = [leg["price"] for leg in legs]
    assert journey["sold"] == "together"
    assert journey["price"]["amount_minor"] == sum(price["amount_minor"] for price in prices)
    (said,) = found["connecting_operators"]
    assert (said["status"], said["as_of"] is None) == ("ok", False)
    ids = [leg["sailing_id"] for leg in legs]
    assert f'value="{" ".join(ids)}"' in await page(market)

    booked = await book(market, an_ask(*ids, total=journey["price"]))

    assert booked["total"] == journey["price"]


async def test_a_journey_is_held_whole_or_not_at_all(
    market: TestClient[Any, Any], played: Resources, sailing: UUID
) -> None:
    await search(market)
    await played.parts[REMOTE_SAILINGS].idle()
    (journey,) = (await search(market))["outbound_connections"]
    ids = [leg["sailing"]["sailing_id"] for leg in journey["legs"]]
    full = "update capacity set taken = total where sailing_id = $1 and resource = 'passenger'"
    async with played.db.acquire() as conn:
        await conn.execute(full, sailing)

    async with market.post("/api/v1/bookings", json=an_ask(*ids)) as answer:
        assert answer.status == 409

    async with played.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from booking where status = 'held'") == 0


async def test_an_operator_that_is_away_is_named(
    market: TestClient[Any, Any], played: Resources, sandbox: Any
) -> None:
    await switch(market, sandbox, {"operators": {"NDL": {"down": True}}})
    assert "Nordlicht Line is being asked for sailings with a change" in await page(market)

    await played.parts[REMOTE_SAILINGS].idle()
    # The page does not wait for the search that it began, and whoever asks meanwhile joins it.
    async with asyncio.timeout(60):
        while (said := (await search(market))["connecting_operators"][0])["status"] == "pending":
            await asyncio.sleep(0.05)

    assert said["status"] == "failed"
    assert "Nordlicht Line cannot be reached right now: its sailings" in await page(market)


async def switch(client: TestClient[Any, Any], sandbox: Any, patch: dict[str, Any]) -> None:
    async with client.session.post(f"{sandbox.url}/control", json=patch) as answer:
        assert answer.status == 200, await answer.text()
