"""From settings to a running process: sandbox, demo data, roles; closed in reverse."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from maritime_app.cli.processes.loading import importing, load, load_workers
from maritime_app.cli.processes.servers import refuse_unsaid_pooler, refuse_wrong_redis
from maritime_app.infra.db import server_clock
from maritime_app.infra.processes.file_limit import raise_file_limit
from maritime_app.infra.processes.lifecycle import Phase
from maritime_app.infra.processes.supervise import Healthy, supervise
from maritime_app.infra.processes.waiting import end
from maritime_app.infra.telemetry import log
from maritime_app.ops.probes import probed
from maritime_app.resources import Part, Resources, open_resources
from maritime_app.settings.model import Settings

logger = log.get(__name__)
_STREAM_STOP_SECONDS = 2.0
_STREAM_MAX_PAUSE_SECONDS = 10.0
# A booking makes hundreds of objects that live until its answer: by Python's usual 700 the
# collector comes twice meanwhile, and finds nothing.
_OBJECTS_BETWEEN_COLLECTIONS = 10_000

Stream = Callable[[Resources, asyncio.Event, Healthy], Awaitable[None]]


@asynccontextmanager
async def running(settings: Settings, roles: Sequence[str]) -> AsyncIterator[tuple[Resources, str]]:
    """Open the resources and enter each role; yield them and where the web role serves, or where
    another one that runs alone answers probes.

    Pages are served first, and ended first.
    """
    raise_file_limit()
    with importing():
        load(roles)
    async with AsyncExitStack() as stack, AsyncExitStack() as served:
        res = await stack.enter_async_context(open_resources(settings, _parts(roles)))
        res.lifecycle.phase = Phase.STARTING
        res.lifecycle.lives_without_redis = "web" in roles
        await refuse_wrong_redis(res)
        await refuse_unsaid_pooler(res)
        await server_clock.begin(res.db)
        probes = await stack.enter_async_context(probed(res)) if len(roles) == 1 else ""
        address = probes
        if "web" in roles:
            from maritime_app.app import serving

            address = await served.enter_async_context(serving(res))
        if "worker" in roles:
            await load_workers()
            from maritime_app import domains
            from maritime_app.jobs.workers import working

            await stack.enter_async_context(working(res, domains.TASKS, domains.CRONS))
        if "stream" in roles:
            await stack.enter_async_context(streaming(res))
        # What lives as long as the process need not be walked by every full collection (50 ms with
        # many sockets).
        gc.collect()
        gc.freeze()
        gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
        if probes:
            logger.info("answers_probes", role=roles[0], where=probes)
        yield res, address


def _parts(roles: Sequence[str]) -> Sequence[Part[Any]]:
    """Return what is kept open: of all domains, unless nothing but streams is followed."""
    if list(roles) == ["stream"]:
        from maritime_app import streams

        return streams.PARTS
    from maritime_app import domains

    return domains.PARTS


@asynccontextmanager
async def streaming(res: Resources) -> AsyncIterator[None]:
    """Follow every stream until left; each has two seconds to end its connection properly."""
    from maritime_app import streams

    stop = asyncio.Event()
    follow = [
        asyncio.create_task(supervise_stream(stream, res, stop)) for stream in streams.STREAMS
    ]
    try:
        yield
    finally:
        stop.set()
        _, late = (
            await asyncio.wait(follow, timeout=_STREAM_STOP_SECONDS) if follow else (set(), set())
        )
        await end(*late)
        await asyncio.gather(*(set(follow) - late), return_exceptions=True)


async def supervise_stream(stream: Stream, res: Resources, stop: asyncio.Event) -> None:
    """Follow a stream until `stop` is set; one that ends is begun again after a growing pause."""

    async def run(healthy: Healthy) -> None:
        await stream(res, stop, healthy)

    await supervise(stream.__name__, run, stop, max_delay_seconds=_STREAM_MAX_PAUSE_SECONDS)


async def first_data(res: Resources) -> str | None:
    """Seed the demo world and the ports that are known here, and make the first administrator;
    return the password if one was made.
    """
    from maritime_app.accounts import service as accounts
    from maritime_app.ferries.demo import seed as demo_seed
    from maritime_app.ports import service as ports

    if res.settings.demo.enabled:
        await demo_seed.seed_demo(res)
    await ports.seed_gazetteer(res)
    return await accounts.first_admin(res)


async def forever() -> None:
    """Wait until the process is told to stop."""
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.Event().wait()


async def serve(res: Resources, *, drain_seconds: float = 0.0) -> None:
    """Be ready until the process is told to stop; then be not ready for so long, and serve on.

    Being told a second time ends the drain.
    """
    res.lifecycle.phase = Phase.SERVING
    await forever()
    if task := asyncio.current_task():
        task.uncancel()
    res.lifecycle.drain(drain_seconds)
    if drain_seconds:
        logger.info("draining", seconds=drain_seconds)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(drain_seconds)
