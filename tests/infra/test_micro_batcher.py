"""Group commit: a lone caller waits for nobody, who comes meanwhile travels together."""

import asyncio

import pytest

from maritime_app.errors import Conflict
from maritime_app.infra.micro_batcher import MicroBatcher


class Ferry:
    """Carries batches; each crossing waits for the signal."""

    def __init__(self):
        self.crossings: list[list[int]] = []
        self.signal = asyncio.Event()

    async def cross(self, items):
        self.crossings.append(list(items))
        await self.signal.wait()
        return [Conflict(f"{item} is refused") if item < 0 else item * 10 for item in items]


async def turns(count):
    """Let the loop turn so often."""
    for _ in range(count):
        await asyncio.sleep(0)


async def away(ferry, crossings):
    """Wait until so many have left."""
    async with asyncio.timeout(10):
        while len(ferry.crossings) < crossings:
            await asyncio.sleep(0)


async def test_it_works():
    ferry = Ferry()
    ferry.signal.set()
    batcher: MicroBatcher[int, int] = MicroBatcher(ferry.cross)

    assert await batcher(4) == 40
    assert ferry.crossings == [[4]]


async def test_who_comes_while_one_is_under_way_travels_together():
    ferry = Ferry()
    batcher: MicroBatcher[int, int] = MicroBatcher(ferry.cross)

    first = asyncio.create_task(batcher(0))
    await away(ferry, 1)
    asking = [asyncio.create_task(batcher(number)) for number in range(1, 6)]
    await asyncio.sleep(0)
    ferry.signal.set()

    assert await asyncio.gather(first, *asking) == [0, 10, 20, 30, 40, 50]
    assert ferry.crossings == [[0], [1, 2, 3, 4, 5]]


async def test_who_comes_in_the_same_turn_travels_together():
    ferry = Ferry()
    ferry.signal.set()
    batcher: MicroBatcher[int, int] = MicroBatcher(ferry.cross)

    assert await asyncio.gather(*(batcher(number) for number in range(5))) == [0, 10, 20, 30, 40]
    assert ferry.crossings == [[0, 1, 2, 3, 4]]


async def test_a_batch_has_a_bound():
    ferry = Ferry()
    batcher: MicroBatcher[int, int] = MicroBatcher(ferry.cross, max_batch=2)
    asking = [asyncio.create_task(batcher(number)) for number in range(5)]
    await asyncio.sleep(0)
    ferry.signal.set()

    await asyncio.gather(*asking)

    assert ferry.crossings == [[0, 1], [2, 3], [4]]


async def test_a_second_may_be_under_way_when_it_is_worth_it():
    ferry = Ferry()
    batcher: MicroBatcher[int, int] = MicroBatcher(ferry.cross, max_in_flight=2, worth_another=8)
    asking = [asyncio.create_task(batcher(0))]
    await away(ferry, 1)
    asking += [asyncio.create_task(batcher(number)) for number in range(1, 8)]
    await turns(3)
    assert ferry.crossings == [[0]]  # seven wait

    asking += [asyncio.create_task(batcher(number)) for number in range(8, 20)]
    await away(ferry, 2)
    asking += [asyncio.create_task(batcher(number)) for number in range(20, 40)]
    await turns(3)
    assert ferry.crossings == [[0], list(range(1, 20))]  # both are away: twenty wait for one

    ferry.signal.set()
    await asyncio.gather(*asking)
    assert ferry.crossings == [[0], list(range(1, 20)), list(range(20, 40))]


async def test_a_refusal_goes_to_the_one_it_is_for():
    ferry = Ferry()
    ferry.signal.set()
    batcher: MicroBatcher[int, int] = MicroBatcher(ferry.cross)

    answers = await asyncio.gather(batcher(1), batcher(-2), batcher(3), return_exceptions=True)

    assert (answers[0], answers[2]) == (10, 30)
    assert isinstance(answers[1], Conflict)
    assert str(answers[1]) == "-2 is refused"


async def test_when_the_crossing_fails_everybody_aboard_learns_it_and_the_next_one_goes():
    fails = [True]

    async def cross(items):
        if fails:
            fails.pop()
            raise OSError("engine")
        return list(items)

    batcher: MicroBatcher[int, int] = MicroBatcher(cross, max_batch=1)
    answers = await asyncio.gather(batcher(1), batcher(2), return_exceptions=True)

    assert isinstance(answers[0], OSError)
    assert answers[1] == 2
    assert await batcher(3) == 3


async def test_who_gives_up_does_not_hold_up_the_others():
    ferry = Ferry()
    batcher: MicroBatcher[int, int] = MicroBatcher(ferry.cross)
    gone, stays = asyncio.create_task(batcher(1)), asyncio.create_task(batcher(2))
    await asyncio.sleep(0)
    gone.cancel()
    ferry.signal.set()

    assert await stays == 20
    with pytest.raises(asyncio.CancelledError):
        await gone


async def test_callers_wait_for_what_follows_and_the_next_batch_does_not():
    ferry, unloaded = Ferry(), asyncio.Event()
    ferry.signal.set()

    async def unload(_items, _results):
        await unloaded.wait()

    batcher: MicroBatcher[int, int] = MicroBatcher(ferry.cross, before_answers=unload)
    first = asyncio.create_task(batcher(1))
    await asyncio.sleep(0)
    second = asyncio.create_task(batcher(2))
    while len(ferry.crossings) < 2:
        await asyncio.sleep(0)
    assert not first.done()

    unloaded.set()
    assert [await first, await second] == [10, 20]


async def test_what_follows_may_fail_for_everybody():
    ferry = Ferry()
    ferry.signal.set()

    async def sink(_items, _results):
        raise Conflict("it has sunk")

    batcher: MicroBatcher[int, int] = MicroBatcher(ferry.cross, before_answers=sink)
    with pytest.raises(Conflict, match="it has sunk"):
        await batcher(1)


async def test_halves_take_turns():
    """Who is answered asks again at once: after a large batch and a small one come two halves."""
    ferry = Ferry()
    unloading = [asyncio.Event(), asyncio.Event()]

    async def unload(items, _results):
        if items[0] < 2:
            await unloading[items[0]].wait()

    batcher: MicroBatcher[int, int] = MicroBatcher(
        ferry.cross, max_in_flight=1, before_answers=unload, least_half=2
    )
    ferry.signal.set()
    asking = [asyncio.create_task(batcher(0))]
    await away(ferry, 1)  # across, and still being unloaded
    asking += [asyncio.create_task(batcher(number)) for number in range(1, 8)]
    await away(ferry, 3)
    assert ferry.crossings[:2] == [[0], [1, 2, 3, 4]]  # of eight that are not answered, four

    for unloaded in unloading:
        unloaded.set()
    assert await asyncio.gather(*asking) == [number * 10 for number in range(8)]
    assert ferry.crossings == [[0], [1, 2, 3, 4], [5, 6, 7]]


async def test_a_half_is_not_too_small_and_the_rest_of_it_may_leave_beside_it():
    ferry = Ferry()
    batcher: MicroBatcher[int, int] = MicroBatcher(
        ferry.cross, max_in_flight=3, worth_another=4, least_half=6
    )
    asking = [asyncio.create_task(batcher(0))]
    await away(ferry, 1)
    asking += [asyncio.create_task(batcher(number)) for number in range(1, 11)]
    await away(ferry, 3)
    assert ferry.crossings == [[0], [1, 2, 3, 4, 5, 6], [7, 8, 9, 10]]

    ferry.signal.set()
    await asyncio.gather(*asking)
