"""The AIS consumer: one leader among all processes follows the feed for as long as it holds the
lease.
"""

import asyncio
import struct
from collections.abc import Callable

import hiredis
import msgspec

from maritime_app.errors import Unavailable
from maritime_app.infra import log
from maritime_app.infra.supervise import supervise
from maritime_app.infra.waiting import until
from maritime_app.resources import Resources
from maritime_app.vessels import live_store, packed_report
from maritime_app.vessels.feed import aisstream
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.feed.intake import Intake
from maritime_app.vessels.feed.lease import Lease
from maritime_app.vessels.feed.publisher import Publisher
from maritime_app.vessels.model import FeedState
from maritime_app.vessels.tracks.recorder import Recorder

logger = log.get(__name__)
_FIRST_PAUSE_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 300.0


async def follow_aisstream(res: Resources, stop: asyncio.Event) -> None:
    """Follow AISStream until `stop`: wait for the lease, lead, and start again when the lease was
    lost.

    1. one process holds the lease and consumes; the others ask each second and take over within
       seconds
    2. the fleet starts warm from Redis, so a restart forgets nothing
    3. on `stop` the socket is closed with code 1000, what is left is written, the lease is given up
    """
    await supervise(
        "vessels.lead", lambda healthy: _lead(res, stop, healthy), stop, max_delay_seconds=10.0
    )


async def _lead(res: Resources, stop: asyncio.Event, healthy: Callable[[], None]) -> None:
    lease = Lease(res.fast)
    if not await lease.wait_for(stop):
        return
    healthy()
    settings = res.settings.vessels
    fleet = Fleet(settings.thin_metres, settings.keep_days * 86_400_000)
    intake = Intake(
        fleet,
        "aisstream",
        settings.silent_after_seconds,
        sandbox="aisstream" in res.settings.sandboxed,
    )
    publisher = Publisher(
        res.fast, intake, lease.epoch, batch_size=settings.batch_size, batch_ms=settings.batch_ms
    )
    recorder = Recorder(res.db, fleet, publisher.unsaved, settings.keep_days)
    over = asyncio.Event()  # of this leadership: the end of the process, or the loss of the lease
    logger.info("feed_leader", epoch=lease.epoch)
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_pass_on(stop, over))
            tasks.create_task(lease.keep(over, fleet.mark_all))
            await warm_up(res, fleet)
            tasks.create_task(publisher.run(over))
            tasks.create_task(publisher.tell_health(over))
            tasks.create_task(recorder.run(over))
            await supervise(
                "vessels.aisstream",
                lambda connected: _connection(res, intake, over, connected),
                over,
                first_delay_seconds=_FIRST_PAUSE_SECONDS,
                max_delay_seconds=_LONGEST_PAUSE_SECONDS,
            )
    finally:
        over.set()
        await lease.give_up()


async def warm_up(res: Resources, fleet: Fleet) -> None:
    """Remember what Redis remembers.

    Without Redis, or with values of another version, start cold.
    """
    try:
        async for portion in live_store.remembered(res.fast, live_store.LAST):
            for _, value in portion:
                record = packed_report.unpack(value)
                fleet.restore(
                    record.of.mmsi, record.at_ms, record.motion, record.of.kind, record.of.flags
                )
        async for portion in live_store.remembered(res.fast, live_store.STATIC):
            for mmsi, value in portion:
                fleet.restore_particulars(mmsi, live_store.particulars(value))
    except (
        Unavailable,
        hiredis.HiredisError,
        struct.error,
        ValueError,
        msgspec.MsgspecError,
    ) as error:
        logger.warning("cold_start", ships=len(fleet.ships), error=type(error).__name__)
    else:
        logger.info("warm_start", ships=len(fleet.ships))


async def _connection(
    res: Resources, intake: Intake, over: asyncio.Event, connected: Callable[[], None]
) -> None:
    """One connection from opening to its end.

    The pause that the server asks for is kept before returning.
    """
    intake.on_live = connected
    try:
        await aisstream.follow(
            res.settings.aisstream, intake.take, intake.opened, intake.quiet, over
        )
    except aisstream.Ended as ended:
        logger.warning("feed_ended", state=ended.state.name.lower(), reason=ended.reason)
        if not (intake.state is FeedState.SILENT and ended.state is FeedState.CONNECTING):
            intake.turn(ended.state, ended.reason)
        if ended.pause_seconds:
            await until(over, ended.pause_seconds)


async def _pass_on(stop: asyncio.Event, over: asyncio.Event) -> None:
    """`stop` ends this leadership too; its loss ends the waiting for `stop`."""
    waits = [asyncio.create_task(stop.wait()), asyncio.create_task(over.wait())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        over.set()
    finally:
        for wait in waits:
            wait.cancel()


STREAMS = [follow_aisstream]
