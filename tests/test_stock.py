"""Databases are made ahead, lent to one test each, and dropped when it gives them back."""

import asyncio

import asyncpg

from tests.servers import BARE, DEMO, beside


async def names(server):
    return {row["datname"] for row in await server.conn.fetch("select datname from pg_database")}


def name_of(url):
    return url.partition("?")[0].rpartition("/")[2]


async def until_gone(server, name):
    async with asyncio.timeout(60):
        while name in await names(server):
            await asyncio.sleep(0.02)


async def test_it_works(database_server):
    """Two that are lent at once are two, and what is written into one stays there."""
    async with database_server.clone(BARE) as one, database_server.clone(BARE) as other:
        conn = await asyncpg.connect(one)
        await conn.execute("create table mine ()")
        await conn.close()
        conn = await asyncpg.connect(other)
        assert await conn.fetchval("select to_regclass('mine')") is None
        assert await conn.fetchval("select to_regclass('booking')") is not None
        await conn.close()
        assert {name_of(one), name_of(other)} <= await names(database_server)

    for url in (one, other):
        await until_gone(database_server, name_of(url))


async def test_each_template_has_its_own(database_server):
    async with database_server.clone(BARE) as bare, database_server.clone(DEMO) as demo:
        found = []
        for url in (bare, demo):
            conn = await asyncpg.connect(url)
            found.append(await conn.fetchval("select exists (select from sailing)"))
            await conn.close()

    assert found == [False, True]


async def test_one_with_an_open_session_goes_too(database_server):
    """As a test leaves it whose process was killed, or which forgot a connection."""
    async with database_server.clone(BARE) as url:
        left = await asyncpg.connect(url)

    await until_gone(database_server, name_of(url))
    left.terminate()


async def test_any_other_template_is_copied_on_the_spot(database_server):
    async with database_server.clone("template0") as url:
        assert url == beside(database_server.url, name_of(url))
        assert name_of(url) in await names(database_server)

    assert name_of(url) not in await names(database_server)
