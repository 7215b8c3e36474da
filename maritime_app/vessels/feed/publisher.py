"""Out of the feed into Redis: batches of 500 or 100 ms, newest per ship wins; health each second.

Batch size and time are settings (`vessels.batch_size`, `vessels.batch_ms`).
"""

import asyncio
import struct

from maritime_app import clock
from maritime_app.errors import Unavailable
from maritime_app.infra.processes.waiting import until_any
from maritime_app.infra.redis import MultiplexedRedis
from maritime_app.infra.telemetry import log
from maritime_app.infra.telemetry.metrics import tally
from maritime_app.vessels.feed.events import (
    FeedEvent,
    FeedStateChanged,
    PositionReported,
    ShipExpired,
    VoyageChanged,
)
from maritime_app.vessels.feed.merged import MergedFeed
from maritime_app.vessels.feed.ship import Ship
from maritime_app.vessels.feed.strip import Strip
from maritime_app.vessels.live import live_store
from maritime_app.vessels.model import Known

logger = log.get(__name__)
_HEALTH_SECONDS = 1.0
_RETRY_SECONDS = 0.5


class Publisher:
    """Subscriber that writes ships to Redis; while Redis is away it holds the newest of each."""

    def __init__(
        self,
        redis: MultiplexedRedis,
        feed: MergedFeed,
        epoch: int,
        *,
        batch_size: int,
        batch_ms: int,
    ) -> None:
        self.written = 0
        self._redis = redis
        self._feed = feed
        self._epoch = epoch
        self._batch_size = batch_size
        self._batch_seconds = batch_ms / 1000
        self._moved: dict[int, Ship] = {}
        self._described: dict[int, Ship] = {}
        self._expired: set[int] = set()
        self._strip = Strip()
        self._health_changed = asyncio.Event()

    def handle(self, event: FeedEvent) -> None:
        """Gather what has to be written; see Subscriber."""
        if type(event) is PositionReported:
            self._moved[event.ship.key] = event.ship
        elif isinstance(event, VoyageChanged):
            ship = event.ship
            self._described[ship.mmsi] = ship
            if event.regrouped and ship.motion is not None:
                self._moved[ship.key] = ship
        elif isinstance(event, ShipExpired):
            key = event.ship.key
            self._moved.pop(key, None)
            self._described.pop(key, None)
            self._expired.add(key)
        elif isinstance(event, FeedStateChanged):
            self._health_changed.set()

    def rewrite_all(self) -> None:
        """Write every ship again: Redis has lost them."""
        for ship in self._feed.fleet.ships.values():
            if ship.motion is not None:
                self._moved[ship.key] = ship
            if ship.known is not None and ship.hypothesis == 0:
                self._described[ship.mmsi] = ship

    async def run(self, over: asyncio.Event) -> None:
        """Write batch after batch, and the feed's health, until `over`; then what is left."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._write_batches(over))
            tasks.create_task(self._write_health(over))

    async def _write_batches(self, over: asyncio.Event) -> None:
        while not over.is_set():
            if len(self._moved) < self._batch_size:
                await self._wait_for_batch()
            if not await self._write_batch():
                await asyncio.sleep(_RETRY_SECONDS)
        await self._write_batch()

    async def _wait_for_batch(self) -> None:
        """Wait up to a batch's time, in steps short enough to notice a full batch."""
        await asyncio.sleep(self._batch_seconds / 4)
        for _ in range(3):
            if len(self._moved) >= self._batch_size:
                return
            await asyncio.sleep(self._batch_seconds / 4)

    async def _write_batch(self) -> bool:
        """Write what is due; return False when Redis was away and it waits for the next time."""
        # Twice the batch size: after a moment without Redis the backlog shrinks quicker than it
        # grows, and one command still stays below a megabyte.
        moved = _pop_some(self._moved, self._batch_size * 2)
        described = _pop_some(self._described, self._batch_size)
        if not moved and not described:
            return True
        reports = _packed(moved)
        statics: list[tuple[int, Known]] = [
            (ship.mmsi, ship.known) for ship in described if ship.known is not None
        ]
        try:
            await live_store.write_batch(
                self._redis, self._epoch, clock.epoch_ms(), reports, statics
            )
        except Unavailable as error:
            _put_back(self._moved, moved)
            _put_back(self._described, described)
            tally["vessels_batches_delayed"] += 1
            logger.warning("positions_wait_for_redis", ships=len(self._moved), error=error.message)
            return False
        self.written += len(reports)
        self._strip.note(moved)
        return True

    async def _write_health(self, over: asyncio.Event) -> None:
        """Write the feed's state each second, at once when it turns, and once more at the end."""
        while True:
            ending = over.is_set()
            now_ms = clock.epoch_ms()
            self._health_changed.clear()
            self._feed.expire(now_ms)
            try:
                await live_store.write_health(
                    self._redis,
                    self._epoch,
                    now_ms,
                    health=self._feed.health(self._epoch),
                    under_way=self._strip.lines(now_ms),
                )
                await self._delete_expired()
            except Unavailable as error:
                tally["vessels_health_not_written"] += 1
                logger.debug("feed_health_not_written", error=error.message)
            if ending:
                return
            await until_any(over, self._health_changed, seconds=_HEALTH_SECONDS)

    async def _delete_expired(self) -> None:
        """Delete expired ships from Redis, but for those that have been heard again meanwhile."""
        silent = [key for key in self._expired if key not in self._feed.fleet.ships]
        await live_store.delete_vessels(self._redis, self._epoch, clock.epoch_ms(), silent)
        self._expired.clear()


def _packed(ships: list[Ship]) -> list[live_store.StoredReport]:
    """Return the ships' reports as they are stored; one that cannot be packed costs itself."""
    try:
        return [live_store.StoredReport(s.source, s.key, s.packed()) for s in ships]
    except (struct.error, ValueError, OverflowError) as error:
        if len(ships) == 1:
            tally["vessels_reports_not_packed"] += 1
            log.sparingly(logger, "report_not_packed", error=type(error).__name__)
            return []
        return [packed for ship in ships for packed in _packed([ship])]


def _pop_some(waiting: dict[int, Ship], limit: int) -> list[Ship]:
    """Remove and return the first `limit` ships."""
    if len(waiting) <= limit:
        ships = list(waiting.values())
        waiting.clear()
        return ships
    keys = [key for key, _ in zip(waiting, range(limit), strict=False)]
    return [waiting.pop(key) for key in keys]


def _put_back(waiting: dict[int, Ship], ships: list[Ship]) -> None:
    """Return ships to the queue; one that has moved since is there already."""
    for ship in ships:
        waiting.setdefault(ship.key, ship)
