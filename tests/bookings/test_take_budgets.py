"""Budgets for unpaid places, taken for many bookings in one step."""

import asyncio

import pytest

from maritime_app.bookings.unpaid import live_store
from maritime_app.bookings.unpaid.batch import BUDGETS
from maritime_app.bookings.unpaid.model import Budget, BudgetRequest
from maritime_app.infra.redis import RedisError

SECONDS = 600


@pytest.fixture
def steps(monkeypatch):
    """How many bookings each step in Redis took for."""
    taken, take = [], live_store.take

    async def counted(redis, requests):
        taken.append(len(requests))
        return await take(redis, requests)

    monkeypatch.setattr(live_store, "take", counted)
    return taken


async def test_it_works(resources, steps):
    """Each booking is judged after the one before it, in one step; a refused one takes nothing."""
    asked = [
        request("A1", ("caller:ada", 10, 20), ("sailing:one", 10, 30)),
        request("A2", ("caller:ada", 10, 20), ("sailing:one", 10, 30)),
        request("A3", ("caller:ada", 10, 20), ("sailing:one", 10, 30)),
        request("B1", ("caller:bo", 11, 20), ("sailing:one", 11, 30)),
        request("B2", ("caller:bo", 10, 20), ("sailing:one", 10, 30)),
    ]
    first, second, third, fourth, fifth = await together(resources, asked)

    assert steps == [5]
    assert (first, second, fifth) == (None, None, None)
    assert (third.budget, fourth.budget) == (asked[2].budgets[0], asked[3].budgets[1])
    assert 0 < third.wait_seconds <= SECONDS
    assert await held(resources, "sailing:one") == {b"10:A1", b"10:A2", b"10:B2"}
    assert await held(resources, "caller:bo") == {b"10:B2"}


async def test_each_is_given_back_alone(resources):
    await together(resources, [request(name, ("caller:ada", 5, 20)) for name in ("A1", "A2")])

    assert await live_store.give_back(resources.redis_cache, "A1") == "A1's"
    assert await live_store.give_back(resources.redis_cache, "A1") is None
    assert await held(resources, "caller:ada") == {b"5:A2"}


async def test_one_that_cannot_be_counted_does_not_stop_the_others(resources, steps):
    await resources.redis_cache.command("SET", key("caller:odd"), "no set at all")
    asked = [request(who, (f"caller:{who}", 1, 1)) for who in ("ada", "odd", "bo")]
    ada, odd, bo = await together(resources, asked)

    assert steps == [3]
    assert (ada, bo) == (None, None)
    assert isinstance(odd, RedisError)
    assert await held(resources, "caller:bo") == {b"1:bo"}


async def test_what_is_wrong_with_redis_is_said_to_all(resources):
    """As a primary that has become a replica says it: nobody is counted, and its line is left."""
    redis = resources.redis_cache
    await redis.command("REPLICAOF", "127.0.0.1", "1")
    try:
        answers = await together(resources, [request(who, ("caller:x", 1, 9)) for who in "ab"])
    finally:
        await redis.command("REPLICAOF", "NO", "ONE")

    assert [isinstance(answer, RedisError) for answer in answers] == [True, True]
    assert all(answer.reply.startswith("READONLY") for answer in answers)


def request(reference, *budgets):
    """A booking that takes from budgets, each as (key, places, most)."""
    taken = [Budget("name", key(name), places, most) for name, places, most in budgets]
    return BudgetRequest(reference, f"{reference}'s", taken, SECONDS)


def key(name):
    """The key of a budget as `kind:whose`."""
    return live_store.budget_key(*name.split(":"))


async def together(resources, asked):
    """What comes of bookings of the same turn."""
    return await asyncio.gather(*map(resources[BUDGETS].take, asked), return_exceptions=True)


async def held(resources, name):
    """Who holds how many of a budget."""
    return set(await resources.redis_cache.command("ZRANGE", key(name), 0, -1))
