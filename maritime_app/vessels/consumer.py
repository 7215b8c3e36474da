"""Follows the position feed: one leader among all processes, for as long as it holds the lease.

Here the feed is put together with those who subscribe to its events.
"""

import asyncio
import struct
from collections.abc import Callable, Sequence

import msgspec

from maritime_app.errors import Unavailable
from maritime_app.infra import log
from maritime_app.infra.supervise import supervise
from maritime_app.infra.waiting import until, until_any
from maritime_app.resources import Resources
from maritime_app.vessels import live_store, packed_report
from maritime_app.vessels.feed import aisstream
from maritime_app.vessels.feed.events import Subscriber
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.feed.intake import Intake
from maritime_app.vessels.feed.lease import Lease
from maritime_app.vessels.feed.publisher import Publisher
from maritime_app.vessels.model import FeedState, Report
from maritime_app.vessels.tracks.recorder import TrackRecorder

logger = log.get(__name__)
_FIRST_PAUSE_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 300.0


async def follow_aisstream(
    res: Resources, stop: asyncio.Event, healthy: Callable[[], None]
) -> None:
    """Follow AISStream until `stop`, or until the lease is lost: wait for the lease, then lead.

    1. one process holds the lease and consumes; the others claim it each second and take over
       within seconds
    2. the fleet starts warm from Redis, so a restart forgets nothing
    3. on `stop` the socket is closed with code 1000, what is left is written, the lease released
    """
    lease = Lease(res.redis_cache)
    if not await lease.wait_for(stop):
        return
    settings = res.settings.vessels
    sandbox = "aisstream" in res.settings.sandboxed
    intake = Intake(Fleet(), "aisstream", settings.silent_after_seconds, sandbox=sandbox)
    publisher = Publisher(
        res.redis_cache,
        intake,
        lease.epoch,
        batch_size=settings.batch_size,
        batch_ms=settings.batch_ms,
    )
    over = asyncio.Event()  # of this leadership: the end of the process, or the loss of the lease
    logger.info("feed_leader", epoch=lease.epoch)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_end_with(stop, over))
            tasks.create_task(lease.renew(over, publisher.rewrite_all))
            await warm_up(res, intake.fleet)
            for subscriber in subscribers(res, publisher):
                intake.subscribe(subscriber)
                tasks.create_task(subscriber.run(over))
            healthy()
            await _follow(res, intake, over)
    finally:
        over.set()
        await lease.release()


def subscribers(res: Resources, publisher: Publisher) -> Sequence[Subscriber]:
    """Return everybody who is told of the feed's events; a new detector is one line here."""
    settings = res.settings.vessels
    return [publisher, TrackRecorder(res.db, settings.thin_metres, settings.keep_days)]


async def warm_up(res: Resources, fleet: Fleet) -> None:
    """Put back into the fleet what Redis has.

    Without Redis, or with values of another version, start cold.
    """
    try:
        async for portion in live_store.scan(res.redis_cache, live_store.LAST):
            for _, packed in portion:
                fleet.restore(_report(packed_report.unpack(packed)))
        async for portion in live_store.scan(res.redis_cache, live_store.STATIC):
            for mmsi, packed in portion:
                fleet.restore_particulars(mmsi, live_store.unpack_particulars(packed))
    except (Unavailable, struct.error, ValueError, msgspec.MsgspecError) as error:
        logger.warning("cold_start", ships=len(fleet.ships), error=type(error).__name__)
    else:
        logger.info("warm_start", ships=len(fleet.ships))


async def _follow(res: Resources, intake: Intake, over: asyncio.Event) -> None:
    """Connect again and again until `over`; the pause grows while no frame arrives."""
    await supervise(
        "vessels.aisstream",
        lambda healthy: _connection(res, intake, over, healthy),
        over,
        first_delay_seconds=_FIRST_PAUSE_SECONDS,
        max_delay_seconds=_LONGEST_PAUSE_SECONDS,
    )


async def _connection(
    res: Resources, intake: Intake, over: asyncio.Event, healthy: Callable[[], None]
) -> None:
    """Follow one connection to its end, and then wait for as long as the server asks for."""
    pause_seconds = 0.0
    try:
        await aisstream.follow(res.settings.aisstream, intake, over)
    except aisstream.Ended as ended:
        logger.warning("feed_ended", state=ended.state.code, reason=ended.reason)
        # A silent feed stays silent until it speaks; that the socket closed, too, is no news.
        if not (intake.state is FeedState.SILENT and ended.state is FeedState.CONNECTING):
            intake.turn(ended.state, ended.reason)
        pause_seconds = ended.pause_seconds
    if intake.was_live():
        healthy()
    if pause_seconds:
        await until(over, pause_seconds)


async def _end_with(stop: asyncio.Event, over: asyncio.Event) -> None:
    """End this leadership on `stop`; return when it is over for another reason."""
    await until_any(stop, over)
    over.set()


def _report(unpacked: packed_report.UnpackedReport) -> Report:
    station = unpacked.station
    return Report(
        mmsi=station.mmsi,
        kind=station.kind,
        at_ms=unpacked.at_ms,
        motion=unpacked.motion,
        flags=station.flags,
    )


STREAMS = [follow_aisstream]
