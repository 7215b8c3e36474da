"""Loops that live as long as the process: started again after every end, ever more slowly unless
they get somewhere.
"""

import asyncio

import pytest
from structlog.testing import capture_logs

from maritime_app.cli.processes.start import supervise_stream
from maritime_app.infra.processes.supervise import supervise
from maritime_app.infra.redis import RedisError
from maritime_app.infra.telemetry import log


@pytest.fixture(autouse=True)
def talkative():
    """The suite logs errors only; here the warnings are what is looked at."""
    log.set_up("WARNING")
    yield
    log.set_up("ERROR")


async def test_it_works():
    stop, runs = asyncio.Event(), []

    async def follow(_healthy):
        runs.append("run")
        if len(runs) == 3:
            stop.set()
            return
        raise OSError("the line broke")

    with capture_logs() as lines:
        await supervise("follow", follow, stop, first_delay_seconds=0.001)

    assert len(runs) == 3
    assert [(line["event"], line["loop"], line["error"]) for line in of_loops(lines)] == [
        ("loop_failed", "follow", "OSError")
    ] * 2


@pytest.mark.parametrize(
    ("error", "has_traceback"), [(RedisError("LOADING soon"), False), (KeyError("x"), True)]
)
async def test_what_is_away_needs_no_traceback(error, has_traceback):
    stop = asyncio.Event()

    async def follow(_healthy):
        stop.set()
        raise error

    with capture_logs() as lines:
        await supervise("follow", follow, stop, first_delay_seconds=0.001)

    (line,) = of_loops(lines)
    assert bool(line["exc_info"]) is has_traceback


async def test_a_loop_that_simply_ends_is_started_again():
    stop, runs = asyncio.Event(), []

    async def follow(_healthy):
        runs.append("run")
        if len(runs) == 2:
            stop.set()

    await supervise("follow", follow, stop, first_delay_seconds=0.001)

    assert len(runs) == 2


async def test_pauses_double_up_to_the_longest():
    assert await pauses(7, healthy_at=()) == [0.1, 0.2, 0.4, 0.8, 1.0, 1.0, 1.0]


async def test_progress_makes_the_next_pause_short_again():
    assert await pauses(6, healthy_at=(4,)) == [0.1, 0.2, 0.4, 0.1, 0.2, 0.4]


async def test_stopping_ends_a_pause():
    stop = asyncio.Event()
    failed = asyncio.Event()

    async def follow(_healthy):
        failed.set()
        raise OSError

    with capture_logs():
        watching = asyncio.create_task(supervise("follow", follow, stop, first_delay_seconds=3600))
        await failed.wait()
        stop.set()
        await asyncio.wait_for(watching, 5)


async def test_a_stopped_loop_is_not_started():
    stop = asyncio.Event()
    stop.set()

    async def follow(_healthy):
        pytest.fail("it was started")

    await supervise("follow", follow, stop)


async def test_being_cancelled_is_not_a_failure_to_repeat():
    runs = []

    async def follow(_healthy):
        runs.append("run")
        await asyncio.Event().wait()

    watching = asyncio.create_task(supervise("follow", follow, asyncio.Event()))
    await asyncio.sleep(0)
    watching.cancel()

    with pytest.raises(asyncio.CancelledError):
        await watching
    assert runs == ["run"]


async def test_a_stream_that_fails_at_once_is_tried_ever_more_slowly(monkeypatch):
    """It was started, and that is all: only the stream itself can say that it works."""
    stop, runs = asyncio.Event(), []

    async def stream(_res, stop, _healthy):
        runs.append("run")
        if len(runs) > 6:
            stop.set()
            return
        raise OSError("the network is down")

    monkeypatch.setattr("random.uniform", lambda _low, _high: 0.0)
    with capture_logs() as lines:
        await supervise_stream(stream, None, stop)  # type: ignore[arg-type]  # it asks for nothing

    assert [line["retry_seconds"] for line in of_loops(lines)] == [1.0, 2.0, 4.0, 8.0, 10.0, 10.0]


async def pauses(count, healthy_at):
    """The pauses that were announced after each of so many failures; nobody waits for them."""
    stop, runs = asyncio.Event(), []

    async def follow(healthy):
        runs.append("run")
        if len(runs) in healthy_at:
            healthy()
        if len(runs) > count:
            stop.set()
            return
        raise OSError

    with pytest.MonkeyPatch.context() as patch, capture_logs() as lines:
        patch.setattr("random.uniform", lambda _low, _high: 0.0)
        await supervise("follow", follow, stop, first_delay_seconds=0.1, max_delay_seconds=1.0)
    return [line["retry_seconds"] for line in of_loops(lines)]


def of_loops(lines):
    """The lines about loops: others of the process may have something to say meanwhile."""
    return [line for line in lines if "loop" in line]
