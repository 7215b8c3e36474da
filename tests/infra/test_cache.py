"""The two-level cache: one fill for all who wait, dropped everywhere at once, never older than a
bump.
"""

import asyncio
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from maritime_app import domains
from maritime_app.errors import Unavailable
from maritime_app.infra.cache.two_level import Cache, Filled
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.infra.redis import MultiplexedRedis
from maritime_app.resources import open_resources
from maritime_app.settings.file import replace
from tests.infra.away import loading_redis, wire_to

KEY, TAGS = "ferries:search:NOOSL:DEKEL", ["day:NOOSL:DEKEL:2027-01-01"]


class Kitchen:
    """A fill that counts how often it was asked, and can be made to wait."""

    def __init__(self, tags=TAGS, seconds=300):
        self.fills = 0
        self.tags, self.seconds = tags, seconds
        self.began, self.go_on = asyncio.Event(), asyncio.Event()
        self.go_on.set()

    async def fill(self) -> Filled:
        self.fills += 1
        answer = f"answer {self.fills}".encode()
        self.began.set()
        await self.go_on.wait()
        return Filled(answer, self.tags, self.seconds)


@pytest.fixture
async def other(settings, resources):
    """The same cache in another process."""
    async with open_resources(settings, domains.PARTS) as res:
        await listening(res.cache)
        yield res.cache


async def test_it_works(resources, other):
    cache, kitchen = resources.cache, Kitchen()

    missed = await cache.get(KEY, TAGS, kitchen.fill)
    again = await cache.get(KEY, TAGS, kitchen.fill)
    elsewhere = await other.get(KEY, TAGS, kitchen.fill)

    assert [found.source for found in (missed, again, elsewhere)] == ["miss", "local", "redis"]
    assert {found.body for found in (missed, again, elsewhere)} == {b"answer 1"}
    assert (await other.get(KEY, TAGS, kitchen.fill)).source == "local"
    assert 290 < elsewhere.seconds_left <= 300


async def test_fifty_who_wait_are_one_fill(resources):
    kitchen = Kitchen()
    kitchen.go_on.clear()

    asking = [asyncio.create_task(resources.cache.get(KEY, TAGS, kitchen.fill)) for _ in range(50)]
    await kitchen.began.wait()
    kitchen.go_on.set()
    found = await asyncio.gather(*asking)

    assert kitchen.fills == 1
    assert sorted(answer.source for answer in found) == ["coalesced"] * 49 + ["miss"]


async def test_one_who_gives_up_does_not_take_the_others_with_him(resources):
    kitchen = Kitchen()
    kitchen.go_on.clear()
    first = asyncio.create_task(resources.cache.get(KEY, TAGS, kitchen.fill))
    await kitchen.began.wait()
    second = asyncio.create_task(resources.cache.get(KEY, TAGS, kitchen.fill))
    await asyncio.sleep(0)
    first.cancel()
    kitchen.go_on.set()

    assert (await second).body == b"answer 1"


async def test_a_tag_of_any_letters_breaks_no_record(resources, other):
    """Ids come from timetables of others: a line end in one ended the record's header, and the
    rest of the header was served as the answer.
    """
    tags = ["day:A\nB:C D:2027-01-01", "day:Ελλάδα:%0A:2027-01-01"]
    cache, kitchen = resources.cache, Kitchen(tags)
    await cache.get(KEY, tags, kitchen.fill)

    elsewhere = await other.get(KEY, tags, kitchen.fill)

    assert (elsewhere.source, elsewhere.body) == ("redis", b"answer 1")
    await cache.bump([tags[0]])
    async with asyncio.timeout(60):
        while other.local(KEY) is not None:
            await asyncio.sleep(0.01)


async def test_a_fill_that_fails_is_not_kept(resources):
    async def fail():
        raise Unavailable("The operator does not answer.")

    with pytest.raises(Unavailable):
        await resources.cache.get(KEY, TAGS, fail)

    assert (await resources.cache.get(KEY, TAGS, Kitchen().fill)).source == "miss"


async def test_a_bump_drops_it_here_at_once(resources):
    cache, kitchen = resources.cache, Kitchen()
    await cache.get(KEY, TAGS, kitchen.fill)

    await cache.bump(TAGS)

    assert cache.local(KEY) is None
    assert (await cache.get(KEY, TAGS, kitchen.fill)).body == b"answer 2"


async def test_a_bump_in_another_process_drops_it_here(resources, other):
    cache, kitchen = resources.cache, Kitchen()
    await cache.get(KEY, TAGS, kitchen.fill)

    await other.bump(TAGS)
    await gone(cache, KEY)

    assert (await cache.get(KEY, TAGS, kitchen.fill)).body == b"answer 2"


async def test_only_what_carries_the_tag_is_dropped(resources):
    cache, kept = resources.cache, Kitchen(["day:other"])
    await cache.get(KEY, TAGS, Kitchen().fill)
    await cache.get("another", ["day:other"], kept.fill)

    await cache.bump(TAGS)

    assert (await cache.get("another", ["day:other"], kept.fill)).source == "local"


async def test_a_tag_that_only_the_fill_knew_drops_it_too(resources, other):
    kitchen = Kitchen([*TAGS, "sailing:7"])
    await resources.cache.get(KEY, TAGS, kitchen.fill)

    await other.bump(["sailing:7"])
    await gone(resources.cache, KEY)

    assert (await resources.cache.get(KEY, TAGS, kitchen.fill)).source == "miss"


async def test_a_tag_that_only_the_fill_knew_and_that_was_bumped_meanwhile(resources, other):
    """An answer that comes while a search without it is being filled in drops that search."""
    cache, kitchen = resources.cache, Kitchen(tags=[*TAGS, "remote:NDL:DEKEL:SEGOT:2027-01-01"])
    kitchen.go_on.clear()
    filling = asyncio.create_task(cache.get(KEY, TAGS, kitchen.fill))
    await kitchen.began.wait()
    await cache.bump(["remote:NDL:DEKEL:SEGOT:2027-01-01"])
    kitchen.go_on.set()

    assert (await filling).body == b"answer 1"
    assert (await other.get(KEY, TAGS, kitchen.fill)).body == b"answer 2"
    assert (await cache.get(KEY, TAGS, kitchen.fill)).body == b"answer 2"


@pytest.mark.parametrize("by", ["itself", "another process"])
async def test_a_fill_that_began_before_a_bump_is_not_stored_after_it(resources, other, by):
    """The fill has read the places; they are sold; only then it is stored: that would be sold
    places for 300 s.
    """
    cache, kitchen = resources.cache, Kitchen()
    kitchen.go_on.clear()
    asking = asyncio.create_task(cache.get(KEY, TAGS, kitchen.fill))
    await kitchen.began.wait()

    await (cache if by == "itself" else other).bump(TAGS)
    kitchen.go_on.set()

    assert (await asking).body == b"answer 1"  # who asked before gets what was true when he asked
    assert (await cache.get(KEY, TAGS, kitchen.fill)).body == b"answer 2"
    assert (await other.get(KEY, TAGS, kitchen.fill)).body == b"answer 2"


async def test_a_generation_is_a_number_that_no_tag_had_and_can_be_counted_up(resources):
    """The version before counts generations up, while both run side by side."""
    redis, key = resources.redis_cache, f"cache:gen:{TAGS[0]}"
    seen = set()
    for _ in range(3):
        await resources.cache.bump(TAGS)
        seen |= {int(await redis.command("GET", key)), await redis.command("INCR", key)}

    assert len(seen) == 6
    assert 3_500 < await redis.command("TTL", key) <= 3_600


async def test_without_the_generations_it_would_be_stored(resources, monkeypatch):
    """The control: the same race with the comparisons switched off ends with the old answer in the
    cache.
    """
    cache, kitchen = resources.cache, Kitchen()
    monkeypatch.setattr(cache.recent, "any_of", lambda _tags, _within_seconds: False)
    kitchen.go_on.clear()
    asking = asyncio.create_task(cache.get(KEY, [], kitchen.fill))
    await kitchen.began.wait()
    await cache.bump(TAGS)
    kitchen.go_on.set()
    await asking

    assert (await cache.get(KEY, [], kitchen.fill)).body == b"answer 1"


async def test_a_lost_subscription_drops_all_local_copies(resources):
    cache, kitchen = resources.cache, Kitchen()
    await cache.get(KEY, TAGS, kitchen.fill)
    assert cache.local(KEY)

    await resources.redis_cache.command("CLIENT", "KILL", "TYPE", "pubsub")
    await gone(cache, KEY)
    found = await cache.get(KEY, TAGS, kitchen.fill)

    assert (found.source, kitchen.fills) == ("redis", 1)  # slower, not wrong
    await listening(cache)
    await cache.get(KEY, TAGS, kitchen.fill)
    assert cache.local(KEY)


@pytest.mark.slow
async def test_a_line_that_vanished_drops_all_local_copies_within_five_seconds(settings, resources):
    """Nothing ends and nothing comes: only the missing heartbeat tells."""
    port = urlsplit(settings.redis.url).port
    async with wire_to(port) as (wire, proxy):
        url = settings.redis.url.replace(f":{port}", f":{proxy}")
        async with open_resources(replace(settings, redis={"url": url}), domains.PARTS) as res:
            await listening(res.cache)
            await res.cache.get(KEY, TAGS, Kitchen().fill)
            wire.go_silent()
            await resources.cache.bump(TAGS)

            async with asyncio.timeout(60):
                await gone(res.cache, KEY)

            await listening(res.cache)
            assert (await res.cache.get(KEY, TAGS, Kitchen().fill)).source == "miss"


async def test_what_was_bumped_while_redis_was_away_is_dropped_when_it_is_back(resources):
    cache, kitchen = resources.cache, Kitchen()
    await cache.get(KEY, TAGS, kitchen.fill)
    redis = resources.redis_cache
    async with memory_full(redis):
        await cache.bump(TAGS)
        assert await redis.command("EXISTS", KEY) == 1

    await redis.command("CLIENT", "KILL", "TYPE", "pubsub")

    async with asyncio.timeout(60):
        while await redis.command("EXISTS", KEY):
            await asyncio.sleep(0.01)


async def test_while_bumps_cannot_be_heard_nothing_is_kept_here(resources):
    deaf = Cache(resources.redis_cache, 100)

    await deaf.get(KEY, TAGS, Kitchen().fill)

    assert deaf.local(KEY) is None
    assert (await deaf.get(KEY, TAGS, Kitchen().fill)).source == "redis"


async def test_redis_away_still_answers(settings):
    url = f"redis://127.0.0.1:{free_port()}"
    fast = MultiplexedRedis(url)
    cache, kitchen = Cache(fast, 100), Kitchen()

    found = [await cache.get(KEY, TAGS, kitchen.fill) for _ in range(2)]
    await cache.bump(TAGS)
    await fast.close()

    assert [answer.source for answer in found] == ["miss", "miss"]


async def test_a_redis_that_is_still_loading_still_answers():
    """After a restart it takes connections and refuses every command for a while."""
    async with loading_redis() as fake:
        fast = MultiplexedRedis(fake.url)
        cache, kitchen = Cache(fast, 100), Kitchen()

        found = await cache.get(KEY, TAGS, kitchen.fill)
        await cache.bump(TAGS)
        await fast.close()

    assert (found.source, found.body) == ("miss", b"answer 1")


async def test_the_oldest_unused_copies_make_room(resources):
    async with a_cache(resources, entries=3) as cache:
        for name in ("a", "b", "c"):
            await cache.get(name, [], Kitchen([]).fill)
        await cache.get("a", [], Kitchen([]).fill)  # used again: "b" is the oldest now

        await cache.get("d", [], Kitchen([]).fill)

        assert [name for name in "abcd" if cache.local(name)] == ["a", "c", "d"]


async def test_a_copy_whose_time_is_over_is_not_served(resources):
    kitchen = Kitchen(seconds=1)
    await resources.cache.get(KEY, TAGS, kitchen.fill)

    async with asyncio.timeout(60):
        while (await resources.cache.get(KEY, TAGS, kitchen.fill)).body == b"answer 1":
            await asyncio.sleep(0.05)

    assert kitchen.fills == 2


async def listening(cache):
    async with asyncio.timeout(60):
        while not cache.listening:
            await asyncio.sleep(0.005)


async def gone(cache, key):
    async with asyncio.timeout(60):
        while cache.local(key) is not None:
            await asyncio.sleep(0.005)


@asynccontextmanager
async def memory_full(redis):
    """Redis refuses whatever would need memory."""
    was = (await redis.command("CONFIG", "GET", "maxmemory-policy"))[1]
    await redis.command("CONFIG", "SET", "maxmemory-policy", "noeviction", "maxmemory", "1")
    try:
        yield
    finally:
        await redis.command("CONFIG", "SET", "maxmemory", "0", "maxmemory-policy", was)


@asynccontextmanager
async def a_cache(res, entries):
    """A cache with its own bound, over the same Redis."""
    made = Cache(res.redis_cache, entries)
    hearing = asyncio.create_task(made.listen(lambda: None))
    await listening(made)
    yield made
    hearing.cancel()
    await asyncio.gather(hearing, return_exceptions=True)
