"""Rate limits: guessing is slow, honest people are not kept out, and a Redis that is away changes
neither.
"""

import asyncio
from contextlib import asynccontextmanager

import pytest
from aiohttp.test_utils import TestClient, TestServer

from maritime_app import domains
from maritime_app.app import create_app
from maritime_app.infra.free_port import free_port
from maritime_app.infra.redis import MultiplexedRedis
from maritime_app.resources import open_resources
from maritime_app.settings import replace
from maritime_app.web import limits
from tests import signed_in
from tests.factories import a_sailing, an_ask, book

SLOW = 0.001  # tokens per minute: none comes back while a test runs


@pytest.fixture
async def strict(settings):
    """An application with few tokens."""
    few = dict.fromkeys(("sign_in", "look_up", "book", "search"), (3, SLOW))
    async with an_app(replace(settings, limits=few, web={"trust_proxy": True})) as made:
        yield made


async def test_it_works(strict):
    client, _res = strict
    question = "/api/v1/ferries/search?from=NOOSL&to=NOOSL&date=2027-01-01"

    assert [await status(client, question) for _ in range(3)] == [422, 422, 422]
    async with client.get(question) as answer:
        assert answer.status == 429
        assert (await answer.json())["code"] == "too_many"
        assert int(answer.headers["Retry-After"]) > 0


async def test_only_wrong_passwords_count(strict):
    client, res = strict
    await signed_in.hire(res)
    for _ in range(5):
        assert (await signed_in.sign_in(client, "admin@maritime.example")).status == 303

    tried = [
        (await signed_in.sign_in(client, "admin@maritime.example", "guess")).status
        for _ in range(4)
    ]

    assert tried == [403, 403, 403, 429]
    assert (
        await signed_in.sign_in(client, "admin@maritime.example")
    ).status == 429  # nor the right one, for now


async def test_only_wrong_references_count(strict):
    client, res = strict
    booking = await book(client, an_ask(await a_sailing(res.db)))
    own = f"/api/v1/bookings/{booking['reference']}?token={booking['token']}"
    for _ in range(6):
        assert await status(client, own) == 200

    guessed = [await status(client, f"/api/v1/bookings/AAAA222{n}?surname=lund") for n in range(4)]

    assert guessed == [404, 404, 404, 429]


async def test_guessing_at_one_door_counts_at_the_others(strict):
    client, _res = strict
    doors = [
        "/api/v1/bookings/A?surname=x",
        "/bookings/A?token=x",
        "/bookings/A/cancel?token=x",
        "/bookings/A/pay?token=x",
    ]

    assert [await status(client, door) for door in doors] == [404, 404, 404, 429]


async def test_each_caller_has_tokens_of_his_own(strict):
    client, _res = strict
    for _ in range(4):
        await status(client, "/api/v1/bookings/A?surname=x", {"X-Forwarded-For": "192.0.2.1"})

    assert (
        await status(client, "/api/v1/bookings/A?surname=x", {"X-Forwarded-For": "192.0.2.1"})
        == 429
    )
    assert (
        await status(client, "/api/v1/bookings/A?surname=x", {"X-Forwarded-For": "192.0.2.2"})
        == 404
    )


async def test_an_address_in_front_of_the_proxys_own_does_not_count(strict):
    """X-Forwarded-For grows at its end; what stands before that, the caller has written himself."""
    client, _res = strict
    tried = [
        await status(
            client, "/api/v1/bookings/A?surname=x", {"X-Forwarded-For": f"10.0.0.{n}, 192.0.2.1"}
        )
        for n in range(4)
    ]

    assert tried[-1] == 429


async def test_without_a_proxy_the_header_is_not_believed(settings):
    few = replace(settings, limits={"look_up": (3, SLOW)})
    async with an_app(few) as (client, _res):
        tried = [
            await status(
                client, "/api/v1/bookings/A?surname=x", {"X-Forwarded-For": f"192.0.2.{n}"}
            )
            for n in range(4)
        ]

    assert tried == [404, 404, 404, 429]


async def test_two_processes_share_the_tokens_where_guessing_must_be_slow(settings):
    few = replace(settings, limits={"look_up": (3, SLOW)})
    async with an_app(few) as (one, _), an_app(few) as (two, _):
        tried = [
            await status(client, "/api/v1/bookings/A?surname=x") for client in (one, two, one, two)
        ]

    assert tried == [404, 404, 404, 429]


async def test_without_redis_guessing_stays_slow(settings):
    few = replace(settings, limits={"look_up": (3, SLOW), "search": (3, SLOW)})
    async with open_resources(few, domains.PARTS) as res:
        away = MultiplexedRedis(f"redis://127.0.0.1:{free_port()}")
        object.__setattr__(res[limits.BUCKETS], "_redis", away)
        waits = [await limits.take(res, "look_up", "192.0.2.7") for _ in range(4)]
        await away.close()

    assert waits[:3] == [0.0, 0.0, 0.0]
    assert waits[3] > 0


async def test_tokens_come_back(settings):
    plenty = replace(settings, limits={"look_up": (2, 60_000.0)})
    async with open_resources(plenty, domains.PARTS) as res:
        waits = [await limits.take(res, "look_up", "192.0.2.8") for _ in range(2)]
        async with asyncio.timeout(5):
            while await limits.take(res, "look_up", "192.0.2.8"):
                pass

    assert waits == [0.0, 0.0]


async def status(client, path, headers=None):
    async with client.get(path, headers=headers, allow_redirects=False) as answer:
        return answer.status


@asynccontextmanager
async def an_app(settings):
    async with (
        open_resources(settings, domains.PARTS) as res,
        TestClient(TestServer(create_app(res))) as client,
    ):
        yield client, res
