"""Follows the position feed: one leader among all processes, for as long as it holds the lease.

Here the sources are put together with those who subscribe to the feed's events.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from msgspec.structs import replace

from maritime_app import clock
from maritime_app.infra.processes.supervise import supervise
from maritime_app.infra.processes.waiting import until, until_any
from maritime_app.infra.telemetry import log
from maritime_app.resources import Resources
from maritime_app.settings.outside import AisStream
from maritime_app.vessels.encounters.recorder import EncounterRecorder
from maritime_app.vessels.feed import aisstream, inbox
from maritime_app.vessels.feed.events import Subscriber
from maritime_app.vessels.feed.fleet import Fleet
from maritime_app.vessels.feed.intake import Intake
from maritime_app.vessels.feed.lease import Lease
from maritime_app.vessels.feed.merged import MergedFeed
from maritime_app.vessels.feed.publisher import Publisher
from maritime_app.vessels.feed.warm_up import warm_up
from maritime_app.vessels.gaps.recorder import GapRecorder
from maritime_app.vessels.live import sources
from maritime_app.vessels.model import FeedState
from maritime_app.vessels.port_calls.recorder import PortCallRecorder
from maritime_app.vessels.ship_alerts.recorder import AlertRecorder
from maritime_app.vessels.tracks.recorder import TrackRecorder

logger = log.get(__name__)
_FIRST_PAUSE_SECONDS = 5.0
_LONGEST_PAUSE_SECONDS = 300.0
_STEADY_SECONDS = 20.0
_MUTE = (FeedState.SILENT, FeedState.UNUSABLE)

Follower = Callable[[asyncio.Event], Awaitable[None]]


async def follow_sources(res: Resources, stop: asyncio.Event, healthy: Callable[[], None]) -> None:
    """Follow every source until `stop`, or until the lease is lost: wait for the lease, then lead.

    1. one process holds the lease and consumes; the others claim it each second and take over
       within seconds
    2. the fleet starts warm from the stores of the sources that are switched on; what others have
       left behind is deleted
    3. on `stop` sockets are closed with code 1000, what is left is written, the lease released
    """
    lease = Lease(res.redis_cache)
    if not await lease.wait_for(stop):
        return
    settings = res.settings.vessels
    feed = MergedFeed(settings.silent_after_seconds)
    for name, source in sources.configured(res.settings):
        feed.intake(name, source)
    publisher = Publisher(
        res.redis_cache,
        feed,
        lease.epoch,
        batch_size=settings.batch_size,
        batch_ms=settings.batch_ms,
    )
    over = asyncio.Event()  # of this leadership: the end of the process, or the loss of the lease
    logger.info("feed_leader", epoch=lease.epoch, sources=list(feed.intakes))
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_end_with(stop, over))
            tasks.create_task(lease.renew(over, publisher.rewrite_all))
            await warm_up(res.redis_cache, feed.fleet, sources.active(res.settings))
            for subscriber in subscribers(res, publisher, feed.fleet):
                feed.announcer.subscribe(subscriber)
                tasks.create_task(subscriber.run(over))
            feed.played.subscribe(publisher)
            publisher.rewrite_all()  # maps may show what a source that is off now had put over it
            healthy()
            for follow in followers(res, feed):
                tasks.create_task(_run(follow, over))
    finally:
        over.set()
        await lease.release()


def subscribers(res: Resources, publisher: Publisher, fleet: Fleet) -> Sequence[Subscriber]:
    """Return everybody who is told of the feed's events; a new detector is one line here."""
    settings = res.settings.vessels
    alerts = AlertRecorder(res.db)
    return [
        publisher,
        TrackRecorder(res.db, settings.thin_metres, settings.keep_days),
        PortCallRecorder(res.db, alerts.happened),
        GapRecorder(res.db, clock.epoch_ms(), alerts.happened, fleet.ships),
        alerts,
        EncounterRecorder(res.db, alerts.happened),
    ]


def followers(res: Resources, feed: MergedFeed) -> Sequence[Follower]:
    """Return what is to be followed: a connection for each source that has one, and the inbox."""
    settings, vessels = res.settings, res.settings.vessels
    found: list[Follower] = [partial(inbox.follow, res.redis_cache, feed)]
    if "aisstream" in feed.intakes:
        found.append(partial(_follow_stream, settings.aisstream, feed.intakes["aisstream"]))
    if vessels.mirror_url:
        mirror = replace(settings.aisstream, url=vessels.mirror_url)
        found.append(partial(_follow_stream, mirror, feed.intakes["mirror"]))
    # What reads sentences imports pyais, a twentieth of a start: only who has some waits for it.
    if "nmea" in feed.intakes:
        from maritime_app.vessels.nmea import receivers

        intake = feed.intakes["nmea"]
        ways = ((receivers.follow_tcp, vessels.nmea_tcp), (receivers.listen_udp, vessels.nmea_udp))
        for follow, addresses in ways:
            found += [partial(_follow, intake, partial(follow, each, intake)) for each in addresses]
    if "recording" in feed.intakes:
        from maritime_app.vessels.recordings import playing

        found.append(
            partial(playing.follow, vessels.recording, feed.intakes["recording"], feed.fleet)
        )
    return found


async def _follow_stream(config: AisStream, intake: Intake, over: asyncio.Event) -> None:
    await _follow(intake, partial(aisstream.follow, config, intake), over)


async def _follow(intake: Intake, follow: Follower, over: asyncio.Event) -> None:
    """Connect again and again until `over`; the pause grows while no position arrives."""
    await supervise(
        f"vessels.{intake.name}",
        lambda healthy: _connection(follow, intake, over, healthy),
        over,
        first_delay_seconds=_FIRST_PAUSE_SECONDS,
        max_delay_seconds=_LONGEST_PAUSE_SECONDS,
    )


async def _connection(
    follow: Follower, intake: Intake, over: asyncio.Event, healthy: Callable[[], None]
) -> None:
    """Follow one connection to its end, and then wait for as long as the server asks for."""
    pause_seconds, began = 0.0, time.monotonic()
    try:
        await follow(over)
    except aisstream.Ended as ended:
        logger.warning("feed_ended", state=ended.state.code, reason=ended.reason)
        # A mute source stays mute until it speaks; that the socket closed, too, is no news.
        if not (
            intake.lives_by_another_line()
            or (intake.state in _MUTE and ended.state in (*_MUTE, FeedState.CONNECTING))
        ):
            intake.turn(ended.state, ended.reason)
        pause_seconds = ended.pause_seconds
    # One that speaks and hangs up at once, again and again, must be left alone for longer, too.
    if intake.was_live() and time.monotonic() - began >= _STEADY_SECONDS:
        healthy()
    if pause_seconds:
        await until(over, pause_seconds)


async def _run(follow: Follower, over: asyncio.Event) -> None:
    await follow(over)


async def _end_with(stop: asyncio.Event, over: asyncio.Event) -> None:
    """End this leadership on `stop`; return when it is over for another reason."""
    await until_any(stop, over)
    over.set()


STREAMS = [follow_sources]
