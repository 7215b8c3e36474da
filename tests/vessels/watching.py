"""What a map client sees, for the tests: packed reports in, tile frames out, a hub by hand."""

import asyncio
import struct
from typing import cast

import numpy as np

from maritime_app import clock
from maritime_app.geo import Box
from maritime_app.infra.redis import MultiplexedRedis
from maritime_app.vessels.codes.ship_types import ShipGroup
from maritime_app.vessels.live import live_store, packed_report
from maritime_app.vessels.map import frames
from maritime_app.vessels.map.client import Client
from maritime_app.vessels.map.hub import Hub
from maritime_app.vessels.map.mercator import TileId, tiles_of
from maritime_app.vessels.model import FeedHealth, FeedState, Motion, Source, StationKind

LIVE = f"/vessels/live?protocol={frames.VERSION}"
GULF = {"viewport": [59.0, 24.0, 60.0, 25.0], "zoom": 8.5}


def report(mmsi, lat, lon, at_ms, sog=12.0, cog=90.0):
    station = packed_report.Station(mmsi, StationKind.CLASS_A, 60, ShipGroup.PASSENGER, 0)
    return packed_report.pack(station, at_ms, Motion(lat, lon, sog, cog, round(cog), 0))


async def publish(res, *packed, epoch=1):
    now_ms = clock.epoch_ms()
    moved = [
        live_store.StoredReport(Source.AISSTREAM, int.from_bytes(one[:4], "little"), one)
        for one in packed
    ]
    await live_store.write_batch(res.redis_cache, epoch, now_ms, moved, [])


async def publish_live_feed(res, epoch=1):
    now_ms = clock.epoch_ms()
    health = FeedHealth(FeedState.LIVE, last_position_ms=now_ms, sandbox=True)
    await live_store.write_health(res.redis_cache, epoch, now_ms, health=health, under_way=[])


def read_tile(data):
    """(tile, sequence, snapshot, full records, moves, slots gone, steps) of a tile frame."""
    _, version, z, flags, x, y, sequence, _, full, moves, gone_count, steps = struct.unpack_from(
        "<BBBBHHIIHHHH", data
    )
    assert version == frames.VERSION
    at = 24 + 2 * gone_count
    slots = struct.unpack_from(f"<{gone_count}H", data, 24)
    records_ = np.frombuffer(data, frames.FULL, full, at)
    moved = np.frombuffer(data, frames.MOVE, moves, at + records_.nbytes)
    stepped = np.frombuffer(data, frames.STEP, steps, at + records_.nbytes + moved.nbytes)
    assert len(data) == at + records_.nbytes + moved.nbytes + stepped.nbytes
    return TileId(z, x, y), sequence, bool(flags & 1), records_, moved, slots, stepped


def motion(records):
    """Courses in 4096ths of a circle and speeds in tenths of a knot, as records of any kind say."""
    low, fast = (records[name].astype(int) for name in ("motion", "fast"))
    return low & 0xFFF, low >> 12 | fast << 4


class Pipe:
    """A transport of the test's own: remembers what is written;

    `waiting` is what the peer has not read.
    """

    def __init__(self):
        self.written = []
        self.waiting = 0
        self.aborted = False

    def is_closing(self):
        return False

    def get_write_buffer_size(self):
        return self.waiting

    def writelines(self, parts):
        self.written.append(list(parts))

    def write(self, data):
        self.written.append([data])

    def abort(self):
        self.aborted = True


class Sea:
    """A hub without Redis, ticked by hand."""

    def __init__(self):
        self.hub = Hub(cast(MultiplexedRedis, None), cast(MultiplexedRedis, None), 1.0)
        self.now_ms = clock.epoch_ms()

    def subscriber(self, *, as_json=False, **where):
        pipe = Pipe()
        client = Client(cast(asyncio.Transport, pipe), as_json=as_json)
        self.hub.join(client)
        self.hub.subscribe(
            client, tiles_of(Box(59.0, 60.0, 24.0, 26.0), where.get("zoom", 8.5), 40)
        )
        return client, pipe

    async def tick(self, *packed):
        self.hub.apply_reports(b"".join(packed))
        await self.hub.tick_once()


def binary_payloads(parts):
    """What is in the binary ones of written websocket frames."""
    found = []
    for part in parts:
        head = 2 if part[1] < 126 else 4 if part[1] == 126 else 10
        if part[0] == 0x82:
            found.append(part[head:])
    return found


def tile_frames(parts):
    """The tiles among written websocket frames."""
    return [read_tile(data) for data in binary_payloads(parts) if data[0] == frames.TILE]


def places(pipe):
    """Where a client that read all this has the ships, by key: in places of their tiles."""
    # By tile: the last number, and by slot the key and its place.
    read: dict[TileId, tuple[int, dict[int, list[int]]]] = {}
    for parts in pipe.written:
        for tile, sequence, snapshot, full, moves, gone, steps in tile_frames(parts):
            before, ships = (sequence - 1, {}) if snapshot else read[tile]
            if sequence <= before:
                continue
            assert sequence == before + 1
            for slot in gone:
                ships.pop(slot, None)
            for slot, x, y, _, _, key, *_ in full.tolist():
                ships[slot] = [key, x, y]
            for slot, x, y, *_ in moves.tolist():
                ships[slot][1:] = [x, y]
            slot = 0
            for slots, dx, dy, *_ in steps.tolist():
                slot += slots
                key, x, y = ships[slot]
                ships[slot] = [key, x + dx, y + dy]
            read[tile] = sequence, ships
    return {key: (x, y) for _, ships in read.values() for key, x, y in ships.values()}
