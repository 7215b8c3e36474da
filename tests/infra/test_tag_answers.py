"""What Redis remembers of a tag is as much as there are answers, not as were ever asked for."""

import pytest

from maritime_app import domains
from maritime_app.infra.cache.two_level import Filled
from maritime_app.resources import open_resources
from maritime_app.settings.file import replace

TAGS = ["day:NOOSL:DEKEL:2027-01-01"]
EXTRA = "sailing:7"


async def filled() -> Filled:
    return Filled(b"answer", [*TAGS, EXTRA], 300)


async def remembered(redis, tag):
    return await redis.command("SCARD", f"cache:tag:{tag}")


async def test_it_works(resources):
    cache, redis = resources.cache, resources.redis_cache

    for number in range(20):
        await cache.get(f"page:{number}", TAGS, filled)

    assert [await remembered(redis, tag) for tag in (*TAGS, EXTRA)] == [20, 20]
    await cache.bump(TAGS)
    assert not await redis.command("EXISTS", *(f"page:{number}" for number in range(20)))
    assert await remembered(redis, TAGS[0]) == 0


async def test_answers_whose_time_is_over_are_forgotten(resources):
    """Visitors ask for ever new things of one day, and nobody books on it."""
    cache, redis = resources.cache, resources.redis_cache

    for number in range(300):
        await cache.get(f"page:{number}", TAGS, filled)
        await redis.command("DEL", f"page:{number}")

    assert await remembered(redis, TAGS[0]) < 30
    assert await remembered(redis, EXTRA) < 30


@pytest.mark.parametrize("tag", [*TAGS, EXTRA])
async def test_where_installations_share_a_server_a_tag_drops_its_answers(settings, redis, tag):
    host = settings.redis.url.rpartition("@")[2]
    rights = "resetkeys ~fw:* resetchannels &fw:* +@all -@admin -@dangerous +info"
    await redis.command("ACL", "SETUSER", "anna", "on", ">pass", *rights.split())
    ours = replace(settings, redis={"url": f"redis://anna:pass@{host}", "prefix": "fw:"})
    async with open_resources(ours, domains.PARTS) as res:
        await res.cache.get("page:1", TAGS, filled)
        assert await redis.command("EXISTS", "fw:page:1")

        await res.cache.bump([tag])

    assert not await redis.command("EXISTS", "fw:page:1")
