"""The live map of one web process: follows the delta stream, ticks, writes to all sockets."""

import asyncio
import gc
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from maritime_app import clock
from maritime_app.infra.redis import MultiplexedRedis
from maritime_app.infra.telemetry import log
from maritime_app.infra.telemetry.metrics import gauge, tally
from maritime_app.vessels.live import live_store, packed_report
from maritime_app.vessels.map import frames, json_frames
from maritime_app.vessels.map.client import Client, TickFrames
from maritime_app.vessels.map.columns import Columns
from maritime_app.vessels.map.level import FramesByTile, Level
from maritime_app.vessels.map.mercator import LEVELS, Ints, TileId
from maritime_app.vessels.model import FeedHealth, FeedState, Source

logger = log.get(__name__)
_SOCKETS_BETWEEN_YIELDS = 100
_RESELECT_TICKS = 5
_EXPIRE_TICKS = 60
_PING_TICKS = 30
_EXPIRE_AFTER_MS = 24 * 3_600_000  # as long as positions may be asked for
_LEAVE_MAP_MS = 6 * 3_600_000
_HEALTH_GOOD_FOR_MS = 15_000
_NO_CONSUMER = FeedHealth(reason="no process follows the feed")
SOCKETS = gauge("live_map_sockets", "Open sockets of the live map in this process")


class Hub:
    """Everything that this process's map sockets and position queries share."""

    def __init__(
        self,
        cache: MultiplexedRedis,
        streams: MultiplexedRedis,
        tick_seconds: float,
        active: Sequence[Source] = tuple(Source),
    ) -> None:
        self.columns = Columns()
        self.levels = {z: Level(z, self.columns) for z in LEVELS}
        self.clients: set[Client] = set()
        self.by_address: Counter[str] = Counter()
        self.tick = 0
        self._cache = cache
        self._streams = streams
        self._tick_seconds = tick_seconds
        self._active = tuple(active)  # sources whose records may be shown
        self._changed: list[Ints] = []
        self._health = _NO_CONSUMER
        self._health_ms = 0
        self._epoch = 0
        self._sockets_at_freeze = 0
        self._last_id = b"0-0"

    def health(self) -> FeedHealth:
        """Return the feed's health; OFF when its consumer was not heard for 15 seconds.

        What it wrote in a later time than now was before a clock went back.
        """
        age_ms = clock.epoch_ms() - self._health_ms
        return self._health if abs(age_ms) < _HEALTH_GOOD_FOR_MS else _NO_CONSUMER

    async def follow(self, healthy: Callable[[], None]) -> None:
        """Start warm from Redis, then follow its delta stream for ever.

        Ends with an exception when Redis goes or says nothing for five seconds; to be supervised.
        """
        self._last_id = await live_store.newest_entry(self._cache)
        await self._warm_up()
        healthy()
        while True:
            for delta in await live_store.next_deltas(self._streams, self._last_id):
                self._last_id = delta.entry_id
                self._apply(delta)

    async def run_ticks(self, stop: asyncio.Event) -> None:
        """Tick until `stop`; a late tick is not made up for."""
        loop = asyncio.get_running_loop()
        due = loop.time() + self._tick_seconds
        while not stop.is_set():
            await asyncio.sleep(max(0.0, due - loop.time()))
            due = max(due + self._tick_seconds, loop.time())
            began = time.perf_counter()
            try:
                await self.tick_once()
            except Exception as error:
                # One bad tick must not end the map for everybody.
                logger.error("map_tick_failed", error=type(error).__name__, exc_info=error)
                self._send_whole()
            tally["live_map_ticks"] += 1
            tally["live_map_tick_microseconds"] += int((time.perf_counter() - began) * 1e6)

    def join(self, client: Client) -> None:
        """Take a new socket in; it is sent nothing but ticks until it subscribes to tiles."""
        self.clients.add(client)
        self.by_address[client.address] += 1
        SOCKETS.set(len(self.clients))

    def leave(self, client: Client) -> None:
        """Take out a socket that has gone or is closing; a second time does no harm."""
        self._unsubscribe(client, client.tiles)
        client.tiles = frozenset()
        if client in self.clients:
            self.clients.remove(client)
            self.by_address[client.address] -= 1
            if not self.by_address[client.address]:
                del self.by_address[client.address]
        SOCKETS.set(len(self.clients))

    def subscribe(self, client: Client, tiles: Iterable[TileId]) -> None:
        """Send these tiles from now on, and no others; new ones are sent whole at once."""
        now_ms = clock.epoch_ms()
        opened = [self.levels[tile_id.z].open(tile_id, self.tick, now_ms) for tile_id in tiles]
        tile_ids = frozenset(tile.id for tile in opened)  # the tiles' own ids, not 2,000 copies
        self._unsubscribe(client, client.tiles - tile_ids)
        for tile in opened:
            if tile.id not in client.tiles:
                tile.subscribers.add(client)
                tile.json_subscribers += client.as_json
        client.mark_missed(tile_ids - client.tiles)
        client.tiles = tile_ids
        self.send_missed(client)

    def send_missed(self, client: Client) -> None:
        """Send the tiles that a client misses now instead of at the next tick."""
        client.push(self._tick_frames({}, as_json=client.as_json), self.snapshot)

    def snapshot(self, tile_id: TileId, as_json: bool) -> bytes:
        """Return the whole tile as a ready frame; only for tiles that are open."""
        level = self.levels[tile_id.z]
        tile = level.open(tile_id, self.tick, clock.epoch_ms())
        return level.snapshot(tile, clock.epoch_ms(), as_json=as_json)

    async def tick_once(self) -> None:
        """Encode what has changed since the last tick, and write it to every client."""
        self.tick += 1
        now_ms = clock.epoch_ms()
        changed = self._take_changed(now_ms - _LEAVE_MAP_MS)
        if self.tick % _EXPIRE_TICKS == 0:
            self.expire(now_ms)
        if len(self.clients) > self._sockets_at_freeze * 1.25 + _SOCKETS_BETWEEN_YIELDS:
            self._freeze_gc()
        changes: FramesByTile = {}
        for z, level in self.levels.items():
            if level.tiles:
                # Each level at another tick: one selection at a time.
                reselect = (self.tick + z) % _RESELECT_TICKS == 0
                changes |= await level.changes(changed, now_ms, reselect=reselect)
        await self._write(changes)

    def _take_changed(self, oldest_ms: int) -> Ints:
        """Return the handles that have changed since the last tick, and are there and recent."""
        is_changed = np.zeros(self.columns.capacity, np.bool_)
        for handles in self._changed:
            is_changed[handles] = True
        self._changed = []
        changed = np.flatnonzero(is_changed)
        recent: Ints = changed[self.columns.rows["at_ms"][changed] > max(0, oldest_ms)]
        return recent

    def expire(self, now_ms: int) -> None:
        """Take ships off the map that were not heard for six hours, and forget them after 24.

        Close unused tiles.
        """
        off_map = self.columns.silent_since(now_ms - _LEAVE_MAP_MS)
        for level in self.levels.values():
            level.remove(off_map)
            level.close_unsubscribed(self.tick)
        self.columns.remove(self.columns.silent_since(now_ms - _EXPIRE_AFTER_MS))

    def remove(self, handles: Ints) -> None:
        """Forget ships at once; the next frames say so."""
        for level in self.levels.values():
            level.remove(handles)
        self.columns.remove(handles)

    def apply_reports(self, packed: bytes) -> None:
        """Take packed reports in; the next tick sends what has changed."""
        self._changed.append(self.columns.apply(packed_report.as_array(packed)))

    def _send_whole(self) -> None:
        """Have every client's tiles sent whole: of what was noted as sent some was not."""
        for level in self.levels.values():
            level.forget_snapshots()
        for client in self.clients:
            client.mark_missed(client.tiles)

    async def _write(self, changes: FramesByTile) -> None:
        ticks = [self._tick_frames(changes, as_json=as_json) for as_json in (False, True)]
        pings = self.tick % _PING_TICKS == 0
        for number, client in enumerate(list(self.clients), 1):
            if client in self.clients:
                if not client.push(ticks[client.as_json], self.snapshot):
                    tally["live_map_sockets_given_up"] += 1
                    client.drop()
                if pings:
                    client.ping()
            if number % _SOCKETS_BETWEEN_YIELDS == 0:
                await asyncio.sleep(0)

    def _tick_frames(self, changes: FramesByTile, *, as_json: bool) -> TickFrames:
        return TickFrames(self._tick_frame(as_json=as_json), changes, as_json=as_json)

    def _tick_frame(self, *, as_json: bool) -> bytes:
        now_ms, health = clock.epoch_ms(), self.health()
        ships = len(self.columns.handles)
        if as_json:
            return json_frames.tick(self.tick, now_ms, health, ships)
        return frames.tick(
            self.tick,
            now_ms,
            state=health.state,
            age_ms=health.age_ms(now_ms),
            ships=ships,
            sandbox=health.sandbox,
        )

    def _apply(self, delta: live_store.Delta) -> None:
        if delta.epoch < self._epoch:
            tally["live_map_fenced_batches"] += 1  # of a consumer that has been replaced
            return
        self._epoch = delta.epoch
        if delta.statics:
            self.columns.describe(delta.statics)
        if delta.reports:
            self.apply_reports(delta.reports)
        if delta.gone:
            self.remove(self.columns.handles_of(np.frombuffer(delta.gone, "<u4").tolist()))
        if delta.health is not None:
            self._health, self._health_ms = delta.health, delta.written_ms
            self._keep_sources({source.source for source in delta.health.sources})

    def _keep_sources(self, active: set[Source]) -> None:
        """Take off the map what came from sources that the consumer does not follow any more."""
        if active and active != set(self._active):
            self._active = tuple(active)
            self.remove(self.columns.not_from(self._active))

    async def _warm_up(self) -> None:
        for source in self._active:
            async for portion in live_store.scan(self._cache, live_store.last_key(source)):
                self.apply_reports(b"".join([packed for _, packed in portion]))
        # The most trusted source's word comes last, over that of the others.
        for source in reversed(self._active):
            async for portion in live_store.scan(self._cache, live_store.static_key(source)):
                self.columns.describe(
                    [(mmsi, live_store.unpack_known(packed)) for mmsi, packed in portion]
                )
        self._health = await live_store.health(self._cache)
        self._health_ms = clock.epoch_ms() if self._health.state is not FeedState.OFF else 0
        logger.info("map_warm", ships=len(self.columns.handles))

    def _freeze_gc(self) -> None:
        """Exempt what lives long from garbage collection: for 2,000 sockets it takes 50 ms."""
        self._sockets_at_freeze = len(self.clients)
        gc.collect()
        gc.freeze()

    def _unsubscribe(self, client: Client, tiles: Iterable[TileId]) -> None:
        for tile_id in tiles:
            tile = self.levels[tile_id.z].open(tile_id, self.tick, clock.epoch_ms())
            tile.subscribers.discard(client)
            tile.json_subscribers -= client.as_json
