"""The pair of servers that the chaos run kills, promotes and puts together again."""

import asyncio

import asyncpg
import pytest

from bench.chaos.pair import Pair
from maritime_app.infra.database_hosts import Hosts

pytestmark = pytest.mark.slow


@pytest.fixture
async def pair(tmp_path):
    both = Pair(tmp_path)
    await both.start()
    await tell(both.url, "create table ship (name text)")
    yield both
    await both.stop()


async def test_it_works(pair):
    await tell(pair.url, "insert into ship values ('Argo')")
    await pair.kill()
    await pair.promote()

    assert await tell(pair.url, "select count(*) from ship") == 1  # what was answered is there
    await tell(pair.url, "insert into ship values ('Thetis')")


async def test_the_old_one_comes_back_and_is_avoided_then_follows(pair):
    await pair.kill()
    await pair.promote()
    await pair.come_back()

    await tell(pair.follower.url, "insert into ship values ('nobody sees it')")  # it would take it
    await tell(pair.url, "insert into ship values ('Argo')")
    assert await tell(pair.leader.url, "select string_agg(name, ',') from ship") == "Argo"

    await pair.follow()
    await tell(pair.url, "insert into ship values ('Thetis')")
    async with asyncio.timeout(60):  # it has it on disk, and shows it a moment later
        while await tell(pair.follower.url, "select count(*) from ship") != 2:
            await asyncio.sleep(0.05)
    await pair.kill()
    await pair.promote()  # and the other way round
    assert await tell(pair.url, "select count(*) from ship") == 2


async def tell(url, statement):
    conn = await Hosts(url).connect(asyncpg.connect)
    try:
        return await conn.fetchval(statement)
    finally:
        await conn.close()
