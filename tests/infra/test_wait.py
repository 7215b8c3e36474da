"""Waiting that ends early."""

import asyncio

from maritime_app.infra.waiting import until, until_any


async def test_it_works() -> None:
    event = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, event.set)
    assert await until(event, 5.0)


async def test_it_ends_after_its_time() -> None:
    assert not await until(asyncio.Event(), 0.02)
    assert not await until_any(asyncio.Event(), asyncio.Event(), seconds=0.02)


async def test_the_first_of_several_is_enough() -> None:
    first, second = asyncio.Event(), asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, second.set)
    assert await until_any(first, second)
    assert not first.is_set()
