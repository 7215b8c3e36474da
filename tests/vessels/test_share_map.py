"""How many maps an address has open, counted over all processes; without Redis by each alone."""

import pytest

from maritime_app.infra.embedded.free_port import free_port
from maritime_app.infra.redis import MultiplexedRedis
from maritime_app.vessels.map.shares import Shares

ADDRESS = "192.0.2.7"


@pytest.fixture
def processes(resources):
    """Two processes: what each has open, and how it counts."""
    opened: list[dict[str, int]] = [{}, {}]
    return [(here, Shares(resources.redis_cache, here)) for here in opened]


async def test_it_works(processes):
    (here, one), (there, other) = processes

    assert await one.take(ADDRESS, 2)
    here[ADDRESS] = 1
    assert await other.take(ADDRESS, 2)
    there[ADDRESS] = 1

    assert not await one.take(ADDRESS, 2)
    assert not await other.take(ADDRESS, 2)
    assert await one.take("192.0.2.8", 2)


async def test_one_that_was_closed_makes_room(processes):
    """At once in its own process, with the next report in the others."""
    (here, one), (_there, other) = processes
    assert await one.take(ADDRESS, 1)
    here[ADDRESS] = 1
    assert not await other.take(ADDRESS, 1)

    del here[ADDRESS]
    assert await one.take(ADDRESS, 1)
    await one.report(here)
    assert await other.take(ADDRESS, 1)


async def test_a_dead_process_holds_nothing_for_long(resources):
    """Its lease ends: here it has none, and was never renewed."""
    dead = Shares(resources.redis_cache, {}, lease_seconds=0)
    alive = Shares(resources.redis_cache, {})
    assert await dead.take(ADDRESS, 1)

    assert await alive.take(ADDRESS, 1)


async def test_those_that_are_just_opening_count(processes):
    (_here, one), _other = processes
    one._opening[ADDRESS] = 2  # their handshakes are under way

    assert not await one.take(ADDRESS, 2)


async def test_without_redis_each_process_counts_for_itself():
    away = MultiplexedRedis(f"redis://127.0.0.1:{free_port()}/0")
    here = {ADDRESS: 1}
    shares = Shares(away, here)

    assert await shares.take(ADDRESS, 2)
    here[ADDRESS] = 2
    assert not await shares.take(ADDRESS, 2)
    await shares.report(here)
    await away.close()
