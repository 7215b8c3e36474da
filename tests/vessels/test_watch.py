"""The live map's socket: whole tiles first, then what changed; the same bytes for all; slow readers
cost nothing.
"""

import asyncio
import contextlib
import json
import struct
from contextlib import asynccontextmanager
from typing import cast

import numpy as np
import pytest
from redis.asyncio import Redis
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from maritime_app import clock
from maritime_app.cli.start import replace
from maritime_app.geo import Box, destination
from maritime_app.infra.redis import MultiplexedRedis
from maritime_app.vessels import live_store, packed_report
from maritime_app.vessels.map import frames
from maritime_app.vessels.map.client import HIGH_WATER_BYTES, Client
from maritime_app.vessels.map.hub import Hub
from maritime_app.vessels.map.mercator import TileId, level_of, tiles_of
from maritime_app.vessels.map.routes import HUB
from maritime_app.vessels.model import FeedHealth, FeedState, Motion, StationKind
from maritime_app.vessels.ship_types import ShipGroup
from tests.vessels.frames import AURORA, NEREID

GULF = {"viewport": [59.0, 24.0, 60.0, 25.0], "zoom": 8.5}
HANDSHAKE = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}  # fmt: skip


def record(mmsi, lat, lon, at_ms, sog=12.0, cog=90.0):
    station = packed_report.Station(mmsi, StationKind.CLASS_A, 60, ShipGroup.PASSENGER, 0)
    return packed_report.pack(station, at_ms, Motion(lat, lon, sog, cog, round(cog), 0))


async def publish(res, *packed, epoch=1):
    now_ms = clock.epoch_ms()
    moved = [(int.from_bytes(one[:4], "little"), one) for one in packed]
    await live_store.write_batch(res.redis_cache, epoch, now_ms, moved, [])


async def say_live(res, epoch=1):
    now_ms = clock.epoch_ms()
    health = FeedHealth(FeedState.LIVE, last_frame_ms=now_ms, sandbox=True)
    await live_store.write_health(res.redis_cache, epoch, now_ms, health=health, under_way=[])


def read_tile(data):
    """(tile, sequence, snapshot, full records, moves, slots gone) of a tile frame."""
    _, version, z, flags, x, y, sequence, _, full, moves, gone, _ = struct.unpack_from(
        "<BBBBHHIIHHHH", data
    )
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
        again, second, snapshot, full, moves, _ = await tiles(
            socket, lambda found: found[1] > first
        )
        assert (again, second, snapshot) == (tile, first + 1, False)
        assert (len(full), len(moves)) == (0, 1)
        tick = await next_frame(socket, frames.TICK)
        _, _, state, flags, _, server_ms, age_ms, ships = struct.unpack("<BBBBIdII", tick)
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
                frame = await socket.receive_json()
                if frame["type"] == "tile" and frame["vessels"]:
                    break
            assert frame["vessels"][0]["mmsi"] == AURORA
            assert frame["vessels"][0]["lat"] == 59.5
            while True:
                frame = await socket.receive_json()
                if frame["type"] == "tick" and frame["feed"]["state"] == "live":
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


@asynccontextmanager
async def by_hand(client, **options):
    """The socket as another library speaks it."""
    url = client.make_url("/vessels/live?format=json").with_scheme("ws")
    async with asyncio.timeout(20), connect(str(url), ping_interval=None, **options) as socket:
        yield socket


async def closed(socket):
    """The close code, whatever else comes before."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            await socket.recv()
    return socket.close_code


async def test_a_message_in_pieces_and_a_ping_between_them(client):
    async with by_hand(client) as socket:
        await socket.send(['{"order":', ' "tea"}'])
        await (await socket.ping())
        while json.loads(await socket.recv())["type"] != "error":
            pass


async def test_a_message_that_is_too_long_is_refused(client):
    async with by_hand(client) as socket:
        await socket.send("x" * 5_000)
        assert await closed(socket) == 1009


async def test_who_says_goodbye_is_answered_and_forgotten(client):
    hub = client.app[HUB]
    async with by_hand(client) as socket:
        await socket.send(json.dumps(GULF))
        await socket.recv()
        assert len(hub.clients) == 1
        await socket.close(1000)
        assert socket.close_code == 1000
    assert not hub.clients
    assert not any(
        tile.subscribers or tile.json_subscribers
        for level in hub.levels.values()
        for tile in level.tiles.values()
    )


async def test_who_just_goes_is_forgotten(client):
    async with by_hand(client) as socket:
        await socket.recv()
        socket.transport.abort()
        while client.app[HUB].clients:
            await asyncio.sleep(0.01)


async def test_a_server_that_stops_says_so(client):
    async with by_hand(client) as socket:
        await socket.recv()
        stopping = asyncio.create_task(client.app.shutdown())
        assert await closed(socket) == 1001
        await stopping


async def test_no_more_sockets_than_there_is_room_for(client, resources):
    object.__setattr__(
        resources, "settings", replace(resources.settings, vessels={"max_sockets": 1})
    )
    async with by_hand(client) as socket:
        await socket.recv()
        async with client.get("/vessels/live", headers=HANDSHAKE) as refused:
            assert refused.status == 503
            assert refused.headers["Retry-After"] == "30"


async def test_what_is_no_websocket_is_told_so(client):
    async with client.get("/vessels/live") as answer:
        assert (answer.status, answer.headers["Upgrade"]) == (426, "websocket")
        assert "websocket" in (await answer.text())
    async with client.get(
        "/vessels/live", headers=HANDSHAKE | {"Sec-WebSocket-Version": "8"}
    ) as answer:
        assert answer.status == 426
    async with client.get("/healthz") as answer:
        assert answer.status == 200


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
        self.hub = Hub(cast(MultiplexedRedis, None), cast(Redis, None), 1.0)
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


def tile_frames(parts):
    found = []
    for part in parts:
        head = 2 if part[1] < 126 else 4 if part[1] == 126 else 10
        if part[0] == 0x82 and part[head] == frames.TILE:
            found.append(read_tile(part[head:]))
    return found


async def test_everybody_gets_the_very_same_bytes():
    sea = Sea()
    _, one = sea.subscriber()
    _, other = sea.subscriber()
    await sea.tick(record(AURORA, 59.5, 24.5, sea.now_ms))
    assert len(tile_frames(one.written[-1])) == 1
    assert one.written[-1][-1] is other.written[-1][-1]


async def test_a_ship_that_sails_as_told_is_not_sent_again():
    sea = Sea()
    _, pipe = sea.subscriber()
    await sea.tick(record(AURORA, 59.5, 24.5, sea.now_ms))
    for second in range(1, 20):
        here = destination(59.5, 24.5, 90.0, 12 * 1852 / 3600 * second)
        await sea.tick(record(AURORA, here.lat, here.lon, sea.now_ms + second * 1000))
        assert tile_frames(pipe.written[-1]) == []
    await sea.tick(record(AURORA, 59.502, 24.5, sea.now_ms + 21_000, cog=0.0))
    assert len(tile_frames(pipe.written[-1])) == 1


async def test_a_slow_reader_is_not_written_to_and_then_gets_the_newest_only():
    sea = Sea()
    _, slow = sea.subscriber()
    _, quick = sea.subscriber()
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
    _, pipe = sea.subscriber()
    pipe.waiting = HIGH_WATER_BYTES + 1
    for step in range(20):
        await sea.tick(record(AURORA, 59.5 + step / 1000, 24.5, sea.now_ms + step))
    assert not pipe.aborted
    await sea.tick(record(AURORA, 59.6, 24.5, sea.now_ms + 20))
    assert pipe.aborted


async def test_who_answers_no_ping_is_cut():
    sea = Sea()
    client, pipe = sea.subscriber()
    for _ in range(89):
        await sea.tick()
    assert sum(parts == [frames.ping()] for parts in pipe.written) == 2
    assert not pipe.aborted
    client.unanswered_pings = 0
    for _ in range(31):
        await sea.tick()
    assert not pipe.aborted
    for _ in range(30):
        await sea.tick()
    assert pipe.aborted


async def test_a_ship_that_leaves_a_tile_goes_from_it_and_comes_to_the_next():
    sea = Sea()
    client, pipe = sea.subscriber()
    home = next(iter(tiles_of(Box(59.5, 59.5, 24.5, 24.5), 8.5, 40)))
    await sea.tick(record(AURORA, 59.5, 24.5, sea.now_ms))
    away = next(tile for tile in client.tiles if tile.x > home.x and tile.y == home.y)
    lon = away.x / 256 * 360 - 180 + 0.1
    await sea.tick(record(AURORA, 59.5, lon, sea.now_ms + 1000))
    by_tile = {tile[0]: tile for tile in tile_frames(pipe.written[-1])}
    assert by_tile[home][5] == (0,)
    assert by_tile[away][3]["mmsi"].tolist() == [AURORA]


async def test_far_out_one_ship_stands_for_its_neighbours_and_stays():
    sea = Sea()
    _, pipe = sea.subscriber(zoom=2.0)
    crowd = [
        record(AURORA + number, 59.5 + number / 10_000, 24.5, sea.now_ms) for number in range(50)
    ]
    for _ in range(6):
        await sea.tick(*crowd)
    shown = [
        int(mmsi)
        for parts in pipe.written
        for tile in tile_frames(parts)
        for mmsi in tile[3]["mmsi"]
    ]
    assert len(shown) == 1


async def test_ships_not_heard_of_leave_the_map():
    sea = Sea()
    _, pipe = sea.subscriber()
    await sea.tick(record(AURORA, 59.5, 24.5, sea.now_ms - 7 * 3_600_000))
    sea.hub.expire(sea.now_ms)
    await sea.tick()
    assert tile_frames(pipe.written[-1])[0][5] == (0,)
    assert not sea.hub.columns.handles


async def test_more_ships_than_there_was_room_for():
    sea = Sea()
    _, pipe = sea.subscriber()
    await sea.tick(
        *[record(200_000_000 + n, 59.1 + n / 10_000, 24.5, sea.now_ms) for n in range(9_000)]
    )
    shown = sum(len(tile[3]) for tile in tile_frames(pipe.written[-1]))
    inside = sum(1 for n in range(9_000) if 59.1 + n / 10_000 < 60.24)
    assert shown >= 8_000
    assert shown <= inside or inside == 9_000


@pytest.mark.parametrize(
    ("zoom", "level"), [(0.0, 0), (1.9, 0), (2.0, 2), (5.9, 4), (8.0, 8), (15.0, 8)]
)
def test_zoom_and_level(zoom, level):
    assert level_of(zoom) == level


def test_a_view_across_the_antimeridian_has_tiles_on_both_sides():
    columns = {tile.x for tile in tiles_of(Box(-1.0, 1.0, 179.0, -179.0), 6.0, 40)}
    assert columns == {0, 63}


def test_a_view_that_is_too_wide_for_its_zoom_gets_coarser_tiles():
    assert {tile.z for tile in tiles_of(Box(-80.0, 80.0, -180.0, 180.0), 12.0, 40)} == {2}
