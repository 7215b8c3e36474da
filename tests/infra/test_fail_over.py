"""A primary and a hot standby: reads that may be old, and a fail-over under way."""

import asyncio
import socket
from urllib.parse import urlsplit

import asyncpg
import pytest

from maritime_app.errors import Unavailable
from maritime_app.infra.cache.recent_tags import RecentTags
from maritime_app.infra.db import Database, Reads
from maritime_app.infra.migrate import ServerAway, migrate, missing
from tests.infra.standby import primary_and_standby

pytestmark = pytest.mark.slow


@pytest.fixture
async def pair(tmp_path):
    """A primary with a table, and its standby."""
    async with primary_and_standby(tmp_path) as both:
        conn = await asyncpg.connect(both.primary)
        await conn.execute("create table ship (name text); insert into ship values ('Nereid')")
        await conn.close()
        yield both


@pytest.fixture
async def reading(pair):
    """Reads over both, and the tags that were bumped."""
    primary, standby, recent = Database(pair.primary, 2), Database(pair.standby, 2), RecentTags()
    reads, stop = Reads(primary, standby, 5.0, recent), asyncio.Event()
    following = asyncio.create_task(reads.follow(stop))
    async with asyncio.timeout(60):
        while not await on_standby(reads):
            await asyncio.sleep(0.05)
    yield reads, recent
    stop.set()
    await following
    await primary.close()
    await standby.close()


async def test_it_works(reading):
    reads, _recent = reading

    async with reads.acquire() as conn:
        assert await conn.fetchval("select name from ship") == "Nereid"
        assert await conn.fetchval("select pg_is_in_recovery()")


async def test_what_was_bumped_a_moment_ago_is_read_from_the_primary(reading):
    reads, recent = reading
    recent.add(["day:1"])

    assert not await on_standby(reads, ["day:1"])
    assert await on_standby(reads, ["day:2"]) is False  # this process may have missed a bump
    assert await on_standby(reads)


async def test_a_standby_that_falls_behind_is_not_read(pair, reading):
    reads, _recent = reading
    standby, primary = await asyncpg.connect(pair.standby), await asyncpg.connect(pair.primary)
    await standby.execute("select pg_wal_replay_pause()")
    await primary.execute("insert into ship values ('Triton')")

    async with asyncio.timeout(60):
        while await on_standby(reads):
            await asyncio.sleep(0.05)

    await standby.execute("select pg_wal_replay_resume()")
    await standby.close()
    await primary.close()


async def test_without_the_standby_the_primary_is_read(pair):
    away = Database("postgresql://nobody@127.0.0.1:1/nothing", 1)
    primary = Database(pair.primary, 1)
    reads = Reads(primary, away, 5.0, RecentTags())
    reads._fresh_at = float("inf")  # it was there a moment ago

    assert not await on_standby(reads)
    await primary.close()
    await away.close()


async def test_without_the_primary_the_standby_is_read_on(pair, reading):
    reads, _recent = reading
    await pair.kill_primary()
    await asyncio.sleep(6)

    assert await on_standby(reads)


async def until_copied(pair):
    """Until the standby has replayed what the primary has written so far."""
    primary, standby = await asyncpg.connect(pair.primary), await asyncpg.connect(pair.standby)
    written = await primary.fetchval("select pg_current_wal_lsn()::text")
    lags = "select coalesce(pg_last_wal_replay_lsn() < $1::text::pg_lsn, true)"
    async with asyncio.timeout(60):
        while await standby.fetchval(lags, written):
            await asyncio.sleep(0.05)
    await primary.close()
    await standby.close()


async def test_after_a_promotion_the_same_pool_writes(pair):
    """No restart, no other address: the host that takes writes is found."""
    db = Database(pair.both, 2)
    await write(db, "Argo")
    await until_copied(pair)  # a standby that lags loses what came last

    await pair.promote()

    failures = []
    async with asyncio.timeout(60):
        while True:
            try:
                await write(db, "Thetis")
                break
            except Unavailable as error:  # 503, never 500
                failures.append(error)
                await asyncio.sleep(0.1)
    async with db.acquire() as conn:
        assert await conn.fetchval("select count(*) from ship") == 3
    await db.close()


async def test_an_old_primary_that_comes_back_is_not_written_to(pair):
    """It is named first and takes writes: what is written there, nobody will ever see."""
    known = Database(pair.both, 1)
    await write(known, "Argo")
    await until_copied(pair)
    await pair.promote()
    await pair.come_back()

    for db in (known, Database(pair.both, 1)):  # one that was there, and one that starts now
        async with asyncio.timeout(60):
            while not await writes(db, "Thetis"):
                await asyncio.sleep(0.1)
        async with db.acquire() as conn:
            assert await conn.fetchval("select inet_server_port()") == urlsplit(pair.standby).port
    assert await ships(pair.primary) == 2

    await pair.kill_promoted()
    async with asyncio.timeout(60):
        while await writes(known, "Lost"):  # until it has noticed
            await asyncio.sleep(0.1)
    assert not await writes(known, "Lost")
    assert await ships(pair.primary) == 2
    await known.close()
    await db.close()


async def test_without_looking_at_timelines_it_would_be(pair):
    """The control: asyncpg alone takes the first host that takes writes."""
    await pair.promote()
    await pair.come_back()

    conn = await asyncpg.connect(f"{pair.both}?target_session_attrs=read-write")
    assert await conn.fetchval("select inet_server_port()") == urlsplit(pair.primary).port
    await conn.close()


async def test_a_host_that_says_nothing_keeps_nobody_waiting(pair):
    """A machine that has vanished answers no knock; the others are asked at the same time."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = urlsplit(pair.primary).port
        url = f"postgresql://fairway@127.0.0.1:{silent.getsockname()[1]},127.0.0.1:{port}/postgres"
        db = Database(url, 1)
        await write(db, "Argo")  # asyncpg alone gives up after five seconds, and asks nobody else
        await db.close()


async def test_a_server_that_only_reads_is_no_500(pair):
    db = Database(pair.standby, 1)
    async with asyncio.timeout(60):  # the standby hears of the table a moment later
        while not await has_table(db):
            await asyncio.sleep(0.1)

    with pytest.raises(Unavailable):
        await write(db, "Argo")
    await db.close()


async def test_while_nobody_takes_writes_it_is_no_500(pair):
    """Both hosts are standbys for a moment; whoever starts then knows that waiting helps."""
    port = urlsplit(pair.standby).port
    nobody = pair.both.replace(f":{urlsplit(pair.primary).port},", f":{port},")
    db = Database(nobody, 1)

    with pytest.raises(Unavailable):
        await write(db, "Argo")
    with pytest.raises(ServerAway):
        await missing(nobody)
    await db.close()


async def test_of_two_hosts_the_one_that_writes_is_migrated(pair):
    await until_copied(pair)
    standby_first = ",".join(reversed(pair.both.partition("@")[2].partition("/")[0].split(",")))

    ran = await migrate(f"postgresql://fairway@{standby_first}/postgres")

    assert ran[0].startswith("0001")


async def has_table(db):
    async with db.acquire() as conn:
        return await conn.fetchval("select to_regclass('ship') is not null")


async def write(db, name):
    async with db.transaction() as conn:
        await conn.execute("insert into ship values ($1)", name)


async def writes(db, name):
    try:
        await write(db, name)
    except Unavailable:
        return False
    return True


async def ships(url):
    conn = await asyncpg.connect(url)
    count = await conn.fetchval("select count(*) from ship")
    await conn.close()
    return count


async def on_standby(reads, tags=()):
    async with reads.acquire(tags) as conn:
        return await conn.fetchval("select pg_is_in_recovery()")
