"""Out of the fleet into Redis: batches of 500 or 100 ms, newest per ship wins; feed health each
second.
"""

import asyncio

import hiredis

from maritime_app import clock
from maritime_app.errors import Unavailable
from maritime_app.infra import log
from maritime_app.infra.metrics import tally
from maritime_app.infra.redis import FastRedis
from maritime_app.infra.waiting import until
from maritime_app.vessels import live_store
from maritime_app.vessels.feed.fleet import Fleet, Ship
from maritime_app.vessels.feed.intake import Intake
from maritime_app.vessels.model import Particulars
from maritime_app.vessels.types import Group

logger = log.get(__name__)
_HEALTH_SECONDS = 1.0
_RETRY_SECONDS = 0.5
_STRIP_SHIPS = 60
_UNDER_WAY_KNOTS = 2.0
_FORGET_AFTER_MS = 24 * 3_600_000
_STRIP_FRESH_MS = 120_000


class Publisher:
    """Writes what the fleet collected.

    While Redis is away the fleet holds the newest of each ship.
    """

    def __init__(
        self, fast: FastRedis, intake: Intake, epoch: int, *, batch_size: int, batch_ms: int
    ) -> None:
        self.unsaved: dict[int, Ship] = {}  # for PostgreSQL, once Redis has them
        self.written = 0
        self._fast = fast
        self._intake = intake
        self._fleet: Fleet = intake.fleet
        self._epoch = epoch
        self._size = batch_size
        self._wait_seconds = batch_ms / 1000
        self._strip: dict[int, Ship] = {}

    async def run(self, over: asyncio.Event) -> None:
        """Write batch after batch until `over`, and then the rest."""
        while not over.is_set():
            if len(self._fleet.moved) < self._size:
                await self._wait()
            if not await self._write():
                await asyncio.sleep(_RETRY_SECONDS)
        await self._write()

    async def tell_health(self, over: asyncio.Event) -> None:
        """The feed's state, its age and the strip of ships at sea, each second and once at the end."""
        while True:
            ending = over.is_set()
            now_ms = clock.epoch_ms()
            health = self._intake.health(self._epoch)
            try:
                await live_store.write_health(
                    self._fast, self._epoch, now_ms, health=health, at_sea=self._at_sea(now_ms)
                )
                await live_store.forget(
                    self._fast, self._fleet.forget_before(now_ms - _FORGET_AFTER_MS)
                )
            except (Unavailable, hiredis.HiredisError) as error:
                tally["vessels_health_not_written"] += 1
                logger.debug("feed_health_not_written", error=type(error).__name__)
            if ending:
                return
            await until(over, _HEALTH_SECONDS)

    async def _wait(self) -> None:
        """Up to a batch's time, in steps short enough to notice a full batch."""
        await asyncio.sleep(self._wait_seconds / 4)
        for _ in range(3):
            if len(self._fleet.moved) >= self._size:
                return
            await asyncio.sleep(self._wait_seconds / 4)

    async def _write(self) -> bool:
        fleet = self._fleet
        moved = _some(fleet.moved, self._size * 2)
        renamed = _some(fleet.renamed, self._size)
        if not moved and not renamed:
            return True
        records = [(ship.mmsi, ship.record()) for ship in moved]
        statics: list[tuple[int, Particulars]] = [
            (ship.mmsi, ship.particulars) for ship in renamed if ship.particulars is not None
        ]
        try:
            await live_store.write_batch(
                self._fast, self._epoch, clock.epoch_ms(), records, statics
            )
        except (Unavailable, hiredis.HiredisError) as error:
            for ship in moved:
                fleet.moved.setdefault(ship.mmsi, ship)
            for ship in renamed:
                fleet.renamed.setdefault(ship.mmsi, ship)
            tally["vessels_batches_delayed"] += 1
            logger.warning(
                "positions_wait_for_redis", ships=len(fleet.moved), error=type(error).__name__
            )
            return False
        self.written += len(records)
        self.unsaved.update((ship.mmsi, ship) for ship in renamed)
        self._note(moved)
        return True

    def _note(self, moved: list[Ship]) -> None:
        for ship in moved:
            if (
                ship.group in _STRIP_GROUPS
                and ship.motion is not None
                and (ship.motion.sog_knots or 0) >= _UNDER_WAY_KNOTS
                and (len(self._strip) < _STRIP_SHIPS or ship.mmsi in self._strip)
            ):
                self._strip[ship.mmsi] = ship

    def _at_sea(self, now_ms: int) -> list[live_store.AtSea]:
        strip = []
        for mmsi, ship in list(self._strip.items()):
            line = _line(ship) if now_ms - ship.at_ms < _STRIP_FRESH_MS else None
            if line is None:
                del self._strip[mmsi]
            elif line.name:
                strip.append(line)
        return sorted(strip, key=lambda line: (line.group != "passenger", line.name))


_NOBODY = Particulars()
_STRIP_GROUPS = frozenset({Group.PASSENGER, Group.HIGH_SPEED, Group.CARGO, Group.TANKER})


def _line(ship: Ship) -> live_store.AtSea | None:
    motion, told = ship.motion, ship.particulars or _NOBODY
    if motion is None or (motion.sog_knots or 0) < _UNDER_WAY_KNOTS:
        return None
    return live_store.AtSea(
        ship.mmsi,
        told.name or "",
        ship.group.code,
        round(motion.lat, 5),
        round(motion.lon, 5),
        motion.sog_knots or 0.0,
        motion.cog_deg,
        told.destination,
        ship.at_ms,
    )


def _some(waiting: dict[int, Ship], at_most: int) -> list[Ship]:
    """Take the first `at_most` out."""
    if len(waiting) <= at_most:
        taken = list(waiting.values())
        waiting.clear()
        return taken
    keys = [key for key, _ in zip(waiting, range(at_most), strict=False)]
    return [waiting.pop(key) for key in keys]
