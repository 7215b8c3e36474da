"""The circuit breaker: opens after failures in a row, lets one probe through, believes it."""

import asyncio

import pytest

from maritime_app.infra.upstreams.breaker import Breaker, BreakerOpen, BreakerState


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return Breaker("tested", failures_to_open=3, open_seconds=10, clock=clock)


def fail(breaker, error=OSError):
    with pytest.raises(error), breaker.guard(OSError):
        raise error


def succeed(breaker):
    with breaker.guard(OSError):
        pass


def test_it_works(breaker, clock):
    for _ in range(3):
        fail(breaker)
    with pytest.raises(BreakerOpen) as refused:
        succeed(breaker)
    assert refused.value.retry_after_seconds == 10
    clock.now += 10
    succeed(breaker)
    assert breaker.state is BreakerState.CLOSED


def test_a_success_between_starts_the_count_again(breaker):
    for _ in range(5):
        fail(breaker)
        fail(breaker)
        succeed(breaker)
    assert breaker.state is BreakerState.CLOSED


def test_other_exceptions_show_that_the_service_answers(breaker):
    fail(breaker)
    fail(breaker)
    fail(breaker, KeyError)
    fail(breaker)
    assert breaker.state is BreakerState.CLOSED


async def test_only_one_probe_at_a_time(breaker, clock):
    for _ in range(3):
        fail(breaker)
    clock.now += 10
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def probe():
        with breaker.guard(OSError):
            inside.set()
            await go_on.wait()

    first = asyncio.create_task(probe())
    await inside.wait()
    assert breaker.state is BreakerState.HALF_OPEN
    with pytest.raises(BreakerOpen):
        succeed(breaker)
    go_on.set()
    await first
    succeed(breaker)


def test_a_failed_probe_opens_it_again(breaker, clock):
    for _ in range(3):
        fail(breaker)
    clock.now += 10
    fail(breaker)
    assert breaker.state is BreakerState.OPEN
    with pytest.raises(BreakerOpen):
        succeed(breaker)


async def test_a_cancelled_probe_leaves_room_for_the_next(breaker, clock):
    for _ in range(3):
        fail(breaker)
    clock.now += 10
    inside = asyncio.Event()

    async def probe():
        with breaker.guard(OSError):
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(probe())
    await inside.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    succeed(breaker)
    assert breaker.state is BreakerState.CLOSED
