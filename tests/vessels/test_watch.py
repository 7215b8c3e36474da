"""The live map's socket: whole tiles first, then what changed; the same bytes for all; slow readers cost nothing."""

import asyncio
import struct
from typing import cast

import numpy as np
import pytest
from redis.asyncio import Redis

from maritime_app import clock
from maritime_app.geo import Box, destination
from maritime_app.infra.redis import FastRedis
from maritime_app.vessels import live, records
from maritime_app.vessels.map import frames
from maritime_app.vessels.map.client import HIGH_WATER_BYTES, Client
from maritime_app.vessels.map.hub import Hub
from maritime_app.vessels.map.mercator import TileId, level_of, tiles_of
from maritime_app.vessels.model import FeedHealth, FeedState, Kind, Motion
from maritime_app.vessels.types import Group
from tests.vessels.frames import AURORA, NEREID

GULF = {"viewport": [59.0, 24.0, 60.0, 25.0], "zoom": 8.5}


def record(mmsi, lat, lon, at_ms, sog=12.0, cog=90.0):
    of = records.Of(mmsi, Kind.CLASS_A, 60, Group.PASSENGER, 0)
    return records.pack(of, at_ms, Motion(lat, lon, sog, cog, round(cog), 0))


async def publish(res, *packed, epoch=1):
    now_ms = clock.epoch_ms()
    moved = [(int.from_bytes(one[:4], "little"), one) for one in packed]
    await live.write_batch(res.fast, epoch, now_ms, moved, [])


async def say_live(res, epoch=1):
    now_ms = clock.epoch_ms()
    health = FeedHealth(FeedState.LIVE, last_frame_ms=now_ms, sandbox=True)
    await live.write_health(res.fast, epoch, now_ms, health=health, at_sea=[])


def read_tile(data):
    """(tile, sequence, snapshot, full records, moves, slots gone) of a tile frame."""
    _, version, z, flags, x, y, sequence, _, full, moves, gone, _ = struct.unpack_from("<BBBBHHIIHHHH", data)
    assert version == 1
    at = 24 + 2 * gone
    slots = struct.unpack_from(f"<{gone}H", data, 24)
    records_ = np.frombuffer(data, frames.FULL, full, at)
    moved = np.frombuffer(data, frames.MOVE, moves, at + full * 16)
    assert len(data) == at + full * 16 + moves * 8
    return TileId(z, x, y), sequence, bool(flags & 1), records_, moved, slots


async def next_frame(socket, kind):
    async with asyncio.timeout(15):
        while True:
            data = await socket.receive_bytes()
            if data[0] == kind:
                return data


async def tiles(socket, wanted):
    """Frames of tiles until one satisfies `wanted`."""
    while True:
        tile = read_tile(await next_frame(socket, frames.TILE))
        if wanted(tile):
            return tile


async def test_it_works(client, resources):
    await say_live(resources)
    await publish(resources, record(AURORA, 59.5, 24.5, clock.epoch_ms()))
    async with client.ws_connect("/vessels/live") as socket:
        await socket.send_json(GULF)
        tile, first, snapshot, full, _, _ = await tiles(socket, lambda tile: len(tile[3]))
        assert snapshot or first
        assert full["mmsi"].tolist() == [AURORA]
        assert full["course"].tolist() == [64]
        assert full["speed"].tolist() == [48]
        await publish(resources, record(AURORA, 59.51, 24.5, clock.epoch_ms() + 1))
        again, second, snapshot, full, moves, _ = await tiles(socket, lambda found: found[1] > first)
        assert (again, second, snapshot) == (tile, first + 1, False)
        assert (len(full), len(moves)) == (0, 1)
        beat = await next_frame(socket, frames.TICK)
        _, _, state, flags, _, server_ms, age_ms, ships = struct.unpack("<BBBBIdII", beat)
        assert (state, flags, ships) == (FeedState.LIVE, 1, 1)
        assert abs(server_ms - clock.epoch_ms()) < 60_000
        assert age_ms < 60_000


async def test_a_gap_is_filled_when_asked(client, resources):
    await publish(resources, record(AURORA, 59.5, 24.5, clock.epoch_ms()))
    async with client.ws_connect("/vessels/live") as socket:
        await socket.send_json(GULF)
        tile, *_ = await tiles(socket, lambda tile: len(tile[3]))
        await socket.send_json({"resync": [list(tile)]})
        whole = await tiles(socket, lambda found: found[2] and found[0] == tile)
        assert whole[3]["mmsi"].tolist() == [AURORA]


async def test_the_same_stream_as_json(client, resources):
    await say_live(resources)
    await publish(resources, record(AURORA, 59.5, 24.5, clock.epoch_ms()))
    async with client.ws_connect("/vessels/live?format=json") as socket:
        await socket.send_json(GULF)
        async with asyncio.timeout(15):
            while True:
                told = await socket.receive_json()
                if told["type"] == "tile" and told["vessels"]:
                    break
            assert told["vessels"][0]["mmsi"] == AURORA
            assert told["vessels"][0]["lat"] == 59.5
            while True:
                beat = await socket.receive_json()
                if beat["type"] == "tick" and beat["feed"]["state"] == "live":
                    break


@pytest.mark.parametrize(
    "said",
    [
        '{"viewport": [1, 2]}',
        "{",
        '{"viewport": [10, 0, 5, 1], "zoom": 3}',
        "{}",
        '{"zoom": 3}',
        '{"order": "tea"}',
    ],
)
async def test_what_is_not_understood_is_answered(client, said):
    async with client.ws_connect("/vessels/live") as socket:
        await socket.send_str(said)
        async with asyncio.timeout(10):
            while True:
                message = await socket.receive()
                if message.type.name == "TEXT":
                    assert message.json()["type"] == "error"
                    break


async def test_who_talks_too_much_is_closed(client):
    async with client.ws_connect("/vessels/live") as socket:
        for _ in range(40):
            await socket.send_json(GULF)
        async with asyncio.timeout(10):
            while not (message := await socket.receive()).type.name.startswith("CLOS"):
                assert message
        assert socket.close_code == 1008


async def test_batches_of_a_replaced_consumer_are_dropped(client, resources):
    await publish(resources, record(AURORA, 59.5, 24.5, clock.epoch_ms()), epoch=2)
    async with client.ws_connect("/vessels/live") as socket:
        await socket.send_json(GULF)
        await tiles(socket, lambda tile: len(tile[3]))
        await publish(resources, record(NEREID, 59.6, 24.6, clock.epoch_ms()), epoch=1)
        await publish(resources, record(AURORA, 59.501, 24.5, clock.epoch_ms() + 5), epoch=2)
        last = await tiles(socket, lambda tile: len(tile[4]))
        assert not len(last[3])


class Pipe:
    """A transport of the test's own: remembers what is written; `waiting` is what the peer has not read."""

    def __init__(self):
        self.written = []
        self.waiting = 0

    def is_closing(self):
        return False

    def get_write_buffer_size(self):
        return self.waiting

    def writelines(self, parts):
        self.written.append(list(parts))


class Sea:
    """A hub without Redis, ticked by hand."""

    def __init__(self):
        self.hub = Hub(cast(FastRedis, None), cast(Redis, None), 1.0)
        self.now_ms = clock.epoch_ms()

    def looker(self, *, as_json=False, **where):
        pipe = Pipe()
        client = Client(cast(asyncio.Transport, pipe), as_json=as_json)
        self.hub.join(client)
        self.hub.look(client, tiles_of(Box(59.0, 60.0, 24.0, 26.0), where.get("zoom", 8.5), 40))
        return client, pipe

    async def tick(self, *packed):
        self.hub._changed.append(self.hub.columns.apply(records.read(b"".join(packed))))
        await self.hub._tick()


def tile_frames(parts):
    found = []
    for part in parts:
        head = 2 if part[1] < 126 else 4 if part[1] == 126 else 10
        if part[0] == 0x82 and part[head] == frames.TILE:
            found.append(read_tile(part[head:]))
    return found


async def test_everybody_gets_the_very_same_bytes():
    sea = Sea()
    _, one = sea.looker()
    _, other = sea.looker()
    await sea.tick(record(AURORA, 59.5, 24.5, sea.now_ms))
    assert len(tile_frames(one.written[-1])) == 1
    assert one.written[-1][-1] is other.written[-1][-1]


async def test_a_ship_that_sails_as_told_is_not_sent_again():
    sea = Sea()
    _, pipe = sea.looker()
    await sea.tick(record(AURORA, 59.5, 24.5, sea.now_ms))
    for second in range(1, 20):
        here = destination(59.5, 24.5, 90.0, 12 * 1852 / 3600 * second)
        await sea.tick(record(AURORA, here.lat, here.lon, sea.now_ms + second * 1000))
        assert tile_frames(pipe.written[-1]) == []
    await sea.tick(record(AURORA, 59.502, 24.5, sea.now_ms + 21_000, cog=0.0))
    assert len(tile_frames(pipe.written[-1])) == 1


async def test_a_slow_reader_is_not_written_to_and_then_gets_the_newest_only():
    sea = Sea()
    _, slow = sea.looker()
    _, quick = sea.looker()
    await sea.tick(record(AURORA, 59.5, 24.5, sea.now_ms))
    slow.waiting = HIGH_WATER_BYTES + 1
    before = len(slow.written)
    for step in range(1, 6):
        await sea.tick(record(AURORA, 59.5 + step / 1000, 24.5, sea.now_ms + step))
    assert len(slow.written) == before
    slow.waiting = 0
    await sea.tick()
    (whole,) = tile_frames(slow.written[-1])
    assert whole[2]
    newest = tile_frames(quick.written[-2])[0]
    assert whole[1] == newest[1]
    assert whole[3]["y"][0] == newest[4]["y"][0]


async def test_who_never_reads_is_given_up():
    sea = Sea()
    given_up: list[Client] = []
    sea.hub.given_up = given_up.append
    stuck, pipe = sea.looker()
    pipe.waiting = HIGH_WATER_BYTES + 1
    for step in range(21):
        await sea.tick(record(AURORA, 59.5 + step / 1000, 24.5, sea.now_ms + step))
    assert given_up == [stuck]


async def test_a_ship_that_leaves_a_tile_goes_from_it_and_comes_to_the_next():
    sea = Sea()
    client, pipe = sea.looker()
    home = next(iter(tiles_of(Box(59.5, 59.5, 24.5, 24.5), 8.5, 40)))
    await sea.tick(record(AURORA, 59.5, 24.5, sea.now_ms))
    away = next(tile for tile in client.tiles if tile.x > home.x and tile.y == home.y)
    lon = away.x / 256 * 360 - 180 + 0.1
    await sea.tick(record(AURORA, 59.5, lon, sea.now_ms + 1000))
    told = {tile[0]: tile for tile in tile_frames(pipe.written[-1])}
    assert told[home][5] == (0,)
    assert told[away][3]["mmsi"].tolist() == [AURORA]


async def test_far_out_one_ship_stands_for_its_neighbours_and_stays():
    sea = Sea()
    _, pipe = sea.looker(zoom=2.0)
    crowd = [record(AURORA + number, 59.5 + number / 10_000, 24.5, sea.now_ms) for number in range(50)]
    for _ in range(6):
        await sea.tick(*crowd)
    shown = [int(mmsi) for parts in pipe.written for tile in tile_frames(parts) for mmsi in tile[3]["mmsi"]]
    assert len(shown) == 1


async def test_ships_not_heard_of_leave_the_map():
    sea = Sea()
    _, pipe = sea.looker()
    await sea.tick(record(AURORA, 59.5, 24.5, sea.now_ms - 7 * 3_600_000))
    sea.hub._forget(sea.now_ms)
    await sea.tick()
    assert tile_frames(pipe.written[-1])[0][5] == (0,)
    assert not sea.hub.columns.handles


async def test_more_ships_than_there_was_room_for():
    sea = Sea()
    _, pipe = sea.looker()
    await sea.tick(*[record(200_000_000 + n, 59.1 + n / 10_000, 24.5, sea.now_ms) for n in range(9_000)])
    shown = sum(len(tile[3]) for tile in tile_frames(pipe.written[-1]))
    inside = sum(1 for n in range(9_000) if 59.1 + n / 10_000 < 60.24)
    assert shown >= 8_000
    assert shown <= inside or inside == 9_000


@pytest.mark.parametrize(("zoom", "level"), [(0.0, 0), (1.9, 0), (2.0, 2), (5.9, 4), (8.0, 8), (15.0, 8)])
def test_zoom_and_level(zoom, level):
    assert level_of(zoom) == level


def test_a_view_across_the_antimeridian_has_tiles_on_both_sides():
    columns = {tile.x for tile in tiles_of(Box(-1.0, 1.0, 179.0, -179.0), 6.0, 40)}
    assert columns == {0, 63}


def test_a_view_that_is_too_wide_for_its_zoom_gets_coarser_tiles():
    assert {tile.z for tile in tiles_of(Box(-80.0, 80.0, -180.0, 180.0), 12.0, 40)} == {2}
