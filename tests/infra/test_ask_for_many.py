"""One outside service is asked for each of many entries: silence for one keeps no other waiting,
and silence for all ends the round.
"""

import asyncio

import pytest

from maritime_app.errors import Unavailable
from maritime_app.infra.upstreams.round import Round

AWAY = Unavailable("It does not answer.")


async def test_it_works():
    asking = Round("Stripe", 60)
    looked_at = []

    async def look(entry):
        if entry == 2:
            raise AWAY
        looked_at.append(entry)

    assert await asking.over([1, 2, 3], look) == 2

    assert sorted(looked_at) == [1, 3]
    assert asking.left == 1
    with pytest.raises(Unavailable) as left:
        asking.outcome("2 ended")
    assert str(left.value) == "2 ended; Stripe did not answer for 1, was not asked for 0"


async def test_where_each_was_answered_for_it_is_done():
    asking = Round("Stripe", 60)

    async def look(_entry):
        return "settled"

    assert await asking.over("ab", look) == 2
    assert asking.outcome("2 ended") == "2 ended"


@pytest.mark.parametrize("error", [AWAY, TimeoutError()])
async def test_a_service_that_is_silent_for_all_is_asked_three_times(error):
    """Also over several lists: it is the same one."""
    asking = Round("Stripe", 60)
    asked = []

    async def silent(entry):
        asked.append(entry)
        raise error

    assert await asking.over(range(2), silent) == 0
    assert await asking.over(range(200), silent) == 0

    assert len(asked) == 3
    with pytest.raises(Unavailable, match="did not answer for 3, was not asked for 199"):
        asking.outcome("0 ended")


async def test_three_that_are_never_answered_for_hide_no_other_for_good():
    looked_at = set()

    async def look(entry):
        if entry < 3:
            raise AWAY
        looked_at.add(entry)

    async with asyncio.timeout(60):
        while looked_at != {3, 4}:
            await Round("Stripe", 60).over(range(5), look)


async def test_silences_between_answers_end_nothing():
    asking, asked = Round("Stripe", 60), 0

    async def every_other(_entry):
        nonlocal asked
        asked += 1
        if asked % 2:
            raise AWAY

    assert await asking.over(range(10), every_other) == 5


async def test_nothing_is_asked_when_the_time_is_over():
    asking = Round("Stripe", 0)

    async def never(_entry):
        raise AssertionError("it is too late")

    assert await asking.over(range(4), never) == 0
    with pytest.raises(Unavailable, match="did not answer for 0, was not asked for 4"):
        asking.outcome("0 ended")


async def test_a_fault_of_ours_is_no_silence():
    async def broken(_entry):
        raise ValueError("a hole")

    with pytest.raises(ValueError, match="a hole"):
        await Round("Stripe", 60).over([1], broken)


async def test_what_is_listed_and_cannot_be_read_is_counted():
    asking = Round("Stripe", 60)
    asking.leave(0)
    assert asking.outcome("2 ended") == "2 ended"

    asking.leave(2)

    with pytest.raises(Unavailable, match="asked for 0, lists 2 that cannot be read"):
        asking.outcome("2 ended")
