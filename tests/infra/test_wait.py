"""Waiting that ends early."""

import asyncio
import contextlib

from maritime_app.infra.processes import waiting
from maritime_app.infra.processes.waiting import end, until, until_any


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


async def test_a_task_that_swallows_a_cancellation_is_cancelled_again(monkeypatch) -> None:
    monkeypatch.setattr(waiting, "_AGAIN_SECONDS", 0.01)
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                swallowed += 1
                if swallowed == 3:
                    raise

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await end(task)

    assert (task.done(), swallowed) == (True, 3)


async def test_one_that_never_ends_is_left_and_said(monkeypatch) -> None:
    monkeypatch.setattr(waiting, "_AGAIN_SECONDS", 0.01)
    monkeypatch.setattr(waiting, "_GIVE_UP_SECONDS", 0.03)
    release = asyncio.Event()

    async def deaf() -> None:
        while not release.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await release.wait()

    task = asyncio.create_task(deaf(), name="deaf")
    await asyncio.sleep(0)
    await end(task)

    assert not task.done()
    release.set()
    await task


async def test_one_that_failed_is_no_error() -> None:
    async def fails() -> None:
        raise ValueError("not today")

    task = asyncio.create_task(fails())
    await asyncio.sleep(0)

    await end(task)
    await end()

    assert task.done()
