"""One process leads: its lease, what happens when it comes too late for it, and when Redis was
flushed.
"""

import asyncio

from maritime_app.vessels.feed.lease import LEASE_MS, Lease
from maritime_app.vessels.live import leader_lease
from maritime_app.vessels.live.leader_lease import LeaseRenewal


async def claimed(resources):
    lease = Lease(resources.redis_cache)
    assert await lease.wait_for(asyncio.Event())
    return lease


async def renewed(resources, lease):
    """One renewal, with the lease's own token."""
    return await leader_lease.renew_lease(
        resources.redis_cache, lease._token, LEASE_MS, lease.epoch
    )


async def holder(resources):
    return await resources.redis_cache.command("GET", leader_lease.LEADER)


async def test_it_works(resources):
    ours = await claimed(resources)
    assert await renewed(resources, ours) is LeaseRenewal.RENEWED
    other = asyncio.create_task(Lease(resources.redis_cache).wait_for(stop := asyncio.Event()))
    await asyncio.sleep(0.1)
    stop.set()
    assert not await other
    await ours.release()
    assert (await claimed(resources)).epoch > ours.epoch


async def test_a_lease_that_another_took_ends_the_leadership(resources):
    ours = await claimed(resources)
    over = asyncio.Event()
    renewing = asyncio.create_task(ours.renew(over, lambda: None))
    await resources.redis_cache.command("SET", leader_lease.LEADER, "another:1:x", "PX", 60_000)
    async with asyncio.timeout(60):
        await over.wait()
    await renewing
    await ours.release()
    assert await holder(resources) == b"another:1:x"


async def test_who_was_late_takes_the_lease_again_and_writes_nothing_anew(resources):
    ours = await claimed(resources)
    over = asyncio.Event()
    flushes: list[int] = []
    await resources.redis_cache.command("DEL", leader_lease.LEADER)  # as when it ends
    renewing = asyncio.create_task(ours.renew(over, lambda: flushes.append(1)))
    async with asyncio.timeout(60):
        while await holder(resources) is None:
            await asyncio.sleep(0.02)
    over.set()
    await renewing
    assert flushes == []
    assert await renewed(resources, ours) is LeaseRenewal.RENEWED


async def test_a_flush_is_told_and_everything_written_anew_once(resources):
    ours = await claimed(resources)
    over, flushed = asyncio.Event(), asyncio.Event()
    await resources.redis_cache.command("FLUSHDB")
    renewing = asyncio.create_task(ours.renew(over, flushed.set))
    async with asyncio.timeout(60):
        await flushed.wait()
    over.set()
    await renewing
    assert await renewed(resources, ours) is LeaseRenewal.RENEWED


async def test_who_was_late_steps_down_after_another_has_led(resources):
    """What it would write has an older epoch, and no map would read it."""
    ours = await claimed(resources)
    await resources.redis_cache.command("DEL", leader_lease.LEADER)
    between = await claimed(resources)
    await between.release()
    assert await renewed(resources, ours) is LeaseRenewal.TAKEN_BY_ANOTHER
    assert await holder(resources) is None


async def test_an_epoch_is_later_than_the_one_before_whatever_the_clocks_say(resources):
    ahead_ms = 9_000_000_000_000
    claim = (resources.redis_cache, "a:1:x", LEASE_MS)
    assert await leader_lease.claim_lease(*claim, ahead_ms) == ahead_ms
    await leader_lease.release_lease(resources.redis_cache, "a:1:x")
    assert await leader_lease.claim_lease(*claim, ahead_ms - 60_000) == ahead_ms + 1
