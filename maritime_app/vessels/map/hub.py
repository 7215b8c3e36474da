"""The live map of one web process: follows the delta stream, ticks, and hands the same bytes to
everybody.
"""

import asyncio
import gc
import time
from collections.abc import Callable, Iterable

import hiredis
import msgspec
import numpy as np
from redis.asyncio import Redis

from maritime_app import clock
from maritime_app.errors import Unavailable
from maritime_app.infra import log
from maritime_app.infra.metrics import gauge, tally
from maritime_app.infra.redis import FastRedis
from maritime_app.vessels import live_store, packed_report
from maritime_app.vessels.map import frames, jsonform
from maritime_app.vessels.map.client import Client
from maritime_app.vessels.map.columns import Columns
from maritime_app.vessels.map.level import Level
from maritime_app.vessels.map.mercator import LEVELS, Ints, TileId
from maritime_app.vessels.model import FeedHealth, FeedState

logger = log.get(__name__)
_SOCKETS_BETWEEN_YIELDS = 100
_RESELECT_TICKS = 5
_FORGET_TICKS = 60
_PING_TICKS = 30
_FORGET_AFTER_MS = 6 * 3_600_000
_HEALTH_GOOD_FOR_MS = 15_000
_READ_BLOCK_MS = 1_000
_ENTRIES_AT_ONCE = 200
_NOBODY = FeedHealth(reason="no process follows the feed")
SOCKETS = gauge("live_map_sockets", "Open sockets of the live map in this process")


class Hub:
    """Everything that is shared by this process's map sockets and position queries."""

    def __init__(self, fast: FastRedis, redis: Redis, tick_seconds: float) -> None:
        self.columns = Columns()
        self.levels = {z: Level(z, self.columns) for z in LEVELS}
        self.clients: set[Client] = set()
        self.tick = 0
        self._fast = fast
        self._redis = redis
        self._tick_seconds = tick_seconds
        self._changed: list[Ints] = []
        self._health = _NOBODY
        self._health_ms = 0
        self._epoch = 0
        self._settled = 0  # how many sockets there were when memory was last settled
        self._last_id = b"0-0"

    def health(self) -> FeedHealth:
        """The feed's state; OFF when its consumer has not been heard for 15 seconds."""
        return self._health if clock.epoch_ms() - self._health_ms < _HEALTH_GOOD_FOR_MS else _NOBODY

    async def follow(self, healthy: Callable[[], None]) -> None:
        """Start warm from Redis, then follow its delta stream for ever; raises one of LOST if Redis
        goes.
        """
        self._last_id = await live_store.newest_entry(self._fast)
        await self._warm_up()
        healthy()
        while True:
            answer = await self._redis.xread(
                {live_store.DELTA: self._last_id}, _ENTRIES_AT_ONCE, _READ_BLOCK_MS
            )
            for _, entries in answer or ():
                for delta in live_store.deltas(entries):
                    self._last_id = delta.entry_id
                    self._take(delta)

    async def beat(self, stop: asyncio.Event) -> None:
        """Tick until `stop`; a late tick is not made up for."""
        loop = asyncio.get_running_loop()
        due = loop.time() + self._tick_seconds
        while not stop.is_set():
            await asyncio.sleep(max(0.0, due - loop.time()))
            due = max(due + self._tick_seconds, loop.time())
            began = time.perf_counter()
            try:
                await self._tick()
            except Exception as error:
                # One bad tick must not end the map for everybody; the tiles tell the rest next
                # time.
                logger.error("map_tick_failed", error=type(error).__name__, exc_info=error)
            tally["live_map_ticks"] += 1
            tally["live_map_tick_microseconds"] += int((time.perf_counter() - began) * 1e6)

    def join(self, client: Client) -> None:
        """A new socket; it sees nothing until it says where it looks."""
        self.clients.add(client)
        SOCKETS.set(len(self.clients))

    def leave(self, client: Client) -> None:
        """A socket that has gone or is closing; saying it twice does no harm."""
        self._unlook(client, client.tiles)
        client.tiles = frozenset()
        self.clients.discard(client)
        SOCKETS.set(len(self.clients))

    def look(self, client: Client, tiles: Iterable[TileId]) -> None:
        """The client looks at these tiles from now on; those that are new to it are sent whole at
        once.
        """
        now_ms = clock.epoch_ms()
        opened = [self.levels[tile_id.z].open(tile_id, self.tick, now_ms) for tile_id in tiles]
        wanted = frozenset(tile.id for tile in opened)  # the tiles' own, not 2,000 copies of them
        self._unlook(client, client.tiles - wanted)
        for tile in opened:
            if tile.id not in client.tiles:
                tile.lookers.add(client)
                tile.json_lookers += client.as_json
        client.miss(wanted - client.tiles)
        client.tiles = wanted
        self.serve_at_once(client)

    def serve_at_once(self, client: Client) -> None:
        """What a client misses, now instead of at the next tick."""
        client.push(self._beat_frame(as_json=client.as_json), {}, self.snapshot)

    def snapshot(self, tile_id: TileId, as_json: bool) -> bytes:
        """The whole tile as a ready frame; only for tiles that are open."""
        level = self.levels[tile_id.z]
        tile = level.open(tile_id, self.tick, clock.epoch_ms())
        return level.snapshot(tile, self.tick, clock.epoch_ms(), as_json=as_json)

    async def _tick(self) -> None:
        self.tick += 1
        now_ms = clock.epoch_ms()
        changed = (
            np.unique(np.concatenate(self._changed)) if self._changed else np.zeros(0, np.int64)
        )
        self._changed = []
        if self.tick % _FORGET_TICKS == 0:
            self._forget(now_ms)
        if len(self.clients) > self._settled * 1.25 + _SOCKETS_BETWEEN_YIELDS:
            self._settle()
        told: dict[TileId, tuple[bytes, bytes]] = {}
        for z, level in self.levels.items():
            if not level.tiles:
                continue
            told.update(
                await level.changes(
                    changed, self.tick, now_ms, reselect=(self.tick + z) % _RESELECT_TICKS == 0
                )
            )
        beats = (self._beat_frame(as_json=False), self._beat_frame(as_json=True))
        for number, client in enumerate(list(self.clients), 1):
            if client in self.clients and not client.push(
                beats[client.as_json], told, self.snapshot
            ):
                tally["live_map_sockets_given_up"] += 1
                client.give_up()
            if self.tick % _PING_TICKS == 0:
                client.ping()
            if number % _SOCKETS_BETWEEN_YIELDS == 0:
                await asyncio.sleep(0)

    def _beat_frame(self, *, as_json: bool) -> bytes:
        now_ms, health = clock.epoch_ms(), self.health()
        ships = len(self.columns.handles)
        if as_json:
            return jsonform.tick(self.tick, now_ms, health, ships)
        age_ms = health.age_ms(now_ms)
        return frames.tick(
            self.tick,
            now_ms,
            state=health.state,
            age_ms=age_ms,
            ships=ships,
            sandbox=health.sandbox,
        )

    def _take(self, delta: live_store.Delta) -> None:
        if delta.epoch < self._epoch:
            tally["live_map_fenced_batches"] += 1  # of a consumer that has been replaced
            return
        self._epoch = delta.epoch
        if delta.statics:
            self.columns.describe(delta.statics)
        if delta.records:
            self._changed.append(self.columns.apply(packed_report.read(delta.records)))
        if delta.health is not None:
            self._health, self._health_ms = delta.health, delta.written_ms

    async def _warm_up(self) -> None:
        async for portion in live_store.remembered(self._fast, live_store.LAST):
            self._changed.append(
                self.columns.apply(packed_report.read(b"".join([value for _, value in portion])))
            )
        async for portion in live_store.remembered(self._fast, live_store.STATIC):
            self.columns.describe(
                [(mmsi, live_store.particulars(value)) for mmsi, value in portion]
            )
        self._health = await live_store.health(self._fast)
        self._health_ms = clock.epoch_ms() if self._health.state is not FeedState.OFF else 0
        logger.info("map_warm", ships=len(self.columns.handles))

    def _forget(self, now_ms: int) -> None:
        old = self.columns.old(now_ms - _FORGET_AFTER_MS)
        for level in self.levels.values():
            level.let_go(old)
            level.close_unlooked(self.tick)
        self.columns.forget(old)

    def _settle(self) -> None:
        """Take what lives long out of the garbage collector's rounds: with 2,000 sockets one takes
        50 ms.
        """
        self._settled = len(self.clients)
        gc.collect()
        gc.freeze()

    def _unlook(self, client: Client, tiles: Iterable[TileId]) -> None:
        for tile_id in tiles:
            tile = self.levels[tile_id.z].open(tile_id, self.tick, clock.epoch_ms())
            tile.lookers.discard(client)
            tile.json_lookers -= client.as_json


# What a follower of Redis may end with, besides being cancelled.
LOST = (Unavailable, hiredis.HiredisError, OSError, msgspec.MsgspecError)
