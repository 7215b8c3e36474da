"""Refusals share the loop: however many become known at once, others are served in between."""

import asyncio

import pytest

from maritime_app.web.dispatch.turns import Turns

pytestmark = pytest.mark.pure

PAGE_SECONDS = 0.004


@pytest.fixture
def now(monkeypatch):
    """A clock that stands until a page is made."""
    clock = [0.0]
    monkeypatch.setattr("maritime_app.web.dispatch.turns.time.perf_counter", lambda: clock[0])
    return clock


async def pages_by_turn(now, pages, shared):
    """Return in which turn of the loop each page was made, by the number of the page."""
    made: dict[int, int] = {}
    turn, loop = [0], asyncio.get_running_loop()

    def next_turn():
        turn[0] += 1
        if len(made) < pages:
            loop.call_soon(next_turn)

    async def page(number):
        await shared.take()
        made[number] = turn[0]
        now[0] += PAGE_SECONDS

    loop.call_soon(next_turn)
    await asyncio.gather(*(page(number) for number in range(pages)))
    return made


async def test_it_works(now):
    """Three pages of 4 ms begin within the 10 ms of a turn; nobody is overtaken."""
    made = await pages_by_turn(now, 10, Turns(0.010))

    first = made[0]
    assert [made[number] - first for number in range(10)] == [0, 0, 0, 1, 1, 1, 2, 2, 2, 3]


async def test_one_that_takes_longer_than_a_turn_is_made_all_the_same(now):
    made = await pages_by_turn(now, 3, Turns(0.001))

    assert [made[number] - made[0] for number in range(3)] == [0, 1, 2]


async def test_who_leaves_while_waiting_keeps_nobody(now):
    shared = Turns(0.0)
    await shared.take()
    waiting = [asyncio.create_task(shared.take()) for _ in range(3)]
    await asyncio.sleep(0)
    waiting[1].cancel()

    ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(end) for end in ended] == [type(None), asyncio.CancelledError, type(None)]
