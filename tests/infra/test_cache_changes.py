"""A committed change of which nobody has heard is made known by any other process."""

import asyncio
from uuid import UUID

import pytest

from maritime_app import domains
from maritime_app.infra.cache.bump_message import decode, encode
from maritime_app.infra.cache.heard_changes import HeardChanges
from maritime_app.infra.cache.two_level import Cache, Filled
from maritime_app.infra.cache_changes import CacheChanges, drop_cached
from maritime_app.infra.redis import RedisError
from maritime_app.resources import open_resources

MARK = "cache:carried_out"
KEY, TAGS = "ferries:search:NOOSL:DEKEL", ["day:NOOSL:DEKEL:2027-01-01"]


@pytest.fixture(autouse=True)
def no_clock(request, monkeypatch):
    """No process looks by itself, but where a test is about that."""

    async def stand_still(_self, _stop):
        pass

    if "by_itself" not in request.node.name:
        monkeypatch.setattr(CacheChanges, "follow", stand_still)


@pytest.fixture
def changes(resources):
    """What looks for changes in this process: here it looks when it is told to."""
    return CacheChanges(resources.db, resources.cache, resources.redis_cache)


@pytest.fixture
async def other(settings):
    """Another process over the same servers."""
    async with open_resources(settings, domains.PARTS) as res:
        await listening(res.cache)
        yield res


async def test_it_works(resources, changes, other):
    """A process is killed between its COMMIT and its word: the answer is dropped all the same."""
    await kept_everywhere(resources, other)

    await commit_and_die(other)
    await looked(changes)

    assert not await resources.redis_cache.command("EXISTS", KEY)
    await gone(other.cache)
    assert (await resources.cache.get(KEY, TAGS, fill)).source == "miss"


async def test_without_it_the_answer_stays(resources, other):
    """The control: nobody looks."""
    await kept_everywhere(resources, other)

    await commit_and_die(other)

    assert (await other.cache.get(KEY, TAGS, fill)).source == "local"
    assert (await resources.cache.get(KEY, TAGS, fill)).source == "local"


async def test_every_process_looks_by_itself(resources, other):
    await kept_everywhere(resources, other)

    await commit_and_die(other)

    await gone(resources.cache)
    await gone(other.cache)


async def test_the_first_look_drops_what_this_process_has(resources, changes, other):
    """Whether it was published meanwhile is seen at the next look; what is here need not wait."""
    await kept_everywhere(resources, other)

    await commit_and_die(other)
    await changes.catch_up()

    assert resources.cache.local(KEY) is None


async def test_what_was_made_known_is_left_alone(resources, changes, other):
    await changes.catch_up()
    async with other.db.transaction() as conn:
        await drop_cached(conn, other.cache, TAGS)
    async with asyncio.timeout(60):
        while not len(resources.cache.heard):
            await asyncio.sleep(0.005)

    await resources.cache.get(KEY, TAGS, fill)
    await looked(changes)

    assert (await resources.cache.get(KEY, TAGS, fill)).source == "local"


async def test_what_is_rolled_back_drops_nothing(resources, changes):
    await resources.cache.get(KEY, TAGS, fill)

    with pytest.raises(ZeroDivisionError):
        async with resources.db.transaction() as conn:
            await drop_cached(conn, resources.cache, TAGS)
            raise ZeroDivisionError
    await looked(changes)

    assert (await resources.cache.get(KEY, TAGS, fill)).source == "local"


async def test_who_commits_last_is_not_missed(resources, changes, other):
    """It wrote its row before another one that was committed, and seen, long before it."""
    await kept_everywhere(resources, other)
    async with other.db.transaction() as slow:
        await drop_cached(slow, Silent(), TAGS)
        await commit_and_die(other, ["day:elsewhere"])
        await changes.catch_up()
        await changes.catch_up()
        assert resources.cache.local(KEY)

    await looked(changes)

    assert not await resources.redis_cache.command("EXISTS", KEY)


async def test_a_redis_that_comes_back_is_told_again(resources, changes, other):
    """It may have lost the last second of what it had carried out, and has the answer again."""
    async with other.db.transaction() as conn:
        await drop_cached(conn, other.cache, TAGS)
    await changes.catch_up()
    await kept_everywhere(resources, other)

    await resources.redis_cache.command("CLIENT", "KILL", "TYPE", "pubsub")
    async with asyncio.timeout(60):
        while len(resources.cache.heard):
            await asyncio.sleep(0.005)
    await listening(resources.cache)
    await looked(changes)

    assert not await resources.redis_cache.command("EXISTS", KEY)


async def test_a_process_that_begins_leaves_alone_what_was_made_known(resources, changes, other):
    """A deploy does not empty the cache of all that was sold in the last ten minutes."""
    async with other.db.transaction() as conn:
        await drop_cached(conn, other.cache, TAGS)
    await looked(changes)
    await kept_everywhere(resources, other)

    await looked(begun(other))

    assert (await other.cache.get(KEY, TAGS, fill)).source == "local"
    assert await resources.redis_cache.command("EXISTS", KEY)


async def test_a_process_that_begins_makes_known_what_nobody_did(resources, changes, other):
    await looked(changes)
    await kept_everywhere(resources, other)
    await commit_and_die(resources)

    await looked(begun(other))

    assert not await resources.redis_cache.command("EXISTS", KEY)


@pytest.mark.parametrize("mark", [b"anotherrun %s", b""], ids=["of another run", "lost"])
async def test_a_mark_of_another_redis_counts_for_nothing(resources, changes, other, mark):
    """It may be written by one who has not noticed yet that Redis began anew, from an old copy."""
    async with other.db.transaction() as conn:
        await drop_cached(conn, other.cache, TAGS)
    await looked(changes)
    run_id, _, snapshot = (await marked(resources)).partition(b" ")
    assert run_id
    await resources.redis_cache.command("SET", MARK, mark.replace(b"%s", snapshot))
    await kept_everywhere(resources, other)

    await looked(begun(other))

    assert not await resources.redis_cache.command("EXISTS", KEY)


async def test_a_snapshot_from_the_future_has_seen_nothing(resources, changes, other):
    """The database was put back to an earlier time, and Redis was not."""
    await looked(changes)
    run_id, _, _ = (await marked(resources)).partition(b" ")
    await resources.redis_cache.command("SET", MARK, run_id + b" 9000000000:9000000000:")
    await kept_everywhere(resources, other)
    await commit_and_die(resources)

    await looked(begun(other))

    assert not await resources.redis_cache.command("EXISTS", KEY)


async def test_nothing_is_marked_before_it_is_published(resources, changes, other, monkeypatch):
    """Redis does not take the word: what nobody has heard is not said to be carried out."""
    await looked(changes)
    before = await marked(resources)
    await commit_and_die(other)
    await changes.catch_up()

    async def away(*_said):
        raise RedisError("gone")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(resources.cache, "_publish", away)
        await changes.catch_up()

    assert await marked(resources) == before


async def test_rows_go_when_nobody_needs_them(resources, changes, monkeypatch):
    await commit_and_die(resources)
    async with resources.db.acquire() as conn:
        await conn.execute("update cache_change set at = now() - interval '11 minutes'")
    await commit_and_die(resources)

    monkeypatch.setattr("maritime_app.infra.cache_changes._TIDY_SECONDS", 0.0)
    await changes.tidy()

    async with resources.db.acquire() as conn:
        assert await conn.fetchval("select count(*) from cache_change") == 1


def test_a_message_says_tags_and_changes():
    change = UUID(int=7)
    tags = ["day:GRPIR:GRHER:2027-01-01", "#odd tag\n"]

    assert decode(encode(tags, [change]).encode()) == (tags, [change])


def test_only_so_many_are_remembered(monkeypatch):
    monkeypatch.setattr("maritime_app.infra.cache.heard_changes._MOST", 2)
    heard = HeardChanges()

    heard.add(UUID(int=number) for number in range(3))

    assert [UUID(int=number) in heard for number in range(3)] == [False, True, True]


async def fill() -> Filled:
    return Filled(b"40 places", TAGS, 300)


async def kept_everywhere(*processes):
    for one in processes:
        await one.cache.get(KEY, TAGS, fill)
        assert one.cache.local(KEY)


def begun(process):
    """Look as a process does that has just begun: it has heard nothing so far."""
    process.cache.heard.clear()
    return CacheChanges(process.db, process.cache, process.redis_cache)


async def looked(changes):
    """Look twice: what is new is found, then published, and marked."""
    await changes.catch_up()
    await changes.catch_up()


async def marked(process):
    return await process.redis_cache.command("GET", MARK)


async def commit_and_die(process, tags=TAGS):
    """Change something; nobody is told."""
    async with process.db.transaction() as conn:
        await drop_cached(conn, Silent(), tags)


class Silent(Cache):
    """The cache of a process that is killed before it says a word."""

    def __init__(self) -> None:
        pass

    async def bump(self, *_said):
        pass


async def listening(cache):
    async with asyncio.timeout(60):
        while not cache.listening:
            await asyncio.sleep(0.005)


async def gone(cache):
    async with asyncio.timeout(60):
        while cache.local(KEY) is not None:
            await asyncio.sleep(0.005)
