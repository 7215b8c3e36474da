"""The live map's socket: whole tiles first, then what changed; the same bytes for all; slow readers
cost nothing.
"""

import asyncio
import contextlib
import json
import re
import struct
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from maritime_app import clock
from maritime_app.settings.file import replace
from maritime_app.vessels.map import frames
from maritime_app.vessels.map.routes import HUB
from maritime_app.vessels.model import FeedState
from tests.vessels.frames import AURORA, NEREID
from tests.vessels.watching import GULF, LIVE, motion, publish, publish_live_feed, read_tile, report

ROOT = Path(__file__).parents[2]
HANDSHAKE = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}  # fmt: skip


async def next_frame(socket, kind):
    async with asyncio.timeout(60):
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
    await publish_live_feed(resources)
    await publish(resources, report(AURORA, 59.5, 24.5, clock.epoch_ms()))
    async with client.ws_connect(LIVE) as socket:
        await socket.send_json(GULF)
        tile, first, snapshot, full, *_ = await tiles(socket, lambda tile: len(tile[3]))
        assert snapshot or first
        assert full["key"].tolist() == [AURORA]
        assert motion(full) == ([1024], [120])
        await publish(resources, report(AURORA, 59.51, 24.5, clock.epoch_ms() + 1))
        again, second, snapshot, full, moves, _, steps = await tiles(
            socket, lambda found: found[1] > first
        )
        assert (again, second, snapshot) == (tile, first + 1, False)
        assert (len(full), len(moves), len(steps)) == (0, 1, 0)
        tick = await next_frame(socket, frames.TICK)
        _, _, state, flags, _, server_ms, age_ms, ships = struct.unpack("<BBBBIdII", tick)
        assert (state, flags, ships) == (FeedState.LIVE, 1, 1)
        assert abs(server_ms - clock.epoch_ms()) < 60_000
        assert age_ms < 60_000


async def test_a_gap_is_filled_when_asked(client, resources):
    await publish(resources, report(AURORA, 59.5, 24.5, clock.epoch_ms()))
    async with client.ws_connect(LIVE) as socket:
        await socket.send_json(GULF)
        tile, *_ = await tiles(socket, lambda tile: len(tile[3]))
        await socket.send_json({"resync": [list(tile)]})
        whole = await tiles(socket, lambda found: found[2] and found[0] == tile)
        assert whole[3]["key"].tolist() == [AURORA]


async def test_the_same_stream_as_json(client, resources):
    await publish_live_feed(resources)
    await publish(resources, report(AURORA, 59.5, 24.5, clock.epoch_ms()))
    async with client.ws_connect("/vessels/live?format=json") as socket:
        await socket.send_json(GULF)
        async with asyncio.timeout(60):
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
    async with client.ws_connect(LIVE) as socket:
        await socket.send_str(said)
        async with asyncio.timeout(60):
            while True:
                message = await socket.receive()
                if message.type.name == "TEXT":
                    assert message.json()["type"] == "error"
                    break


async def test_who_talks_too_much_is_closed(client):
    async with client.ws_connect(LIVE) as socket:
        for _ in range(40):
            await socket.send_json(GULF)
        async with asyncio.timeout(60):
            while not (message := await socket.receive()).type.name.startswith("CLOS"):
                assert message
        assert socket.close_code == 1008


async def test_who_pings_too_much_is_closed(client):
    """Each ping is answered, and its sender may never read the answers."""
    async with by_hand(client) as socket:
        with contextlib.suppress(ConnectionClosed):
            for _ in range(40):
                await socket.ping()
        assert await closed(socket) == 1008


async def test_batches_of_a_replaced_consumer_are_dropped(client, resources):
    await publish(resources, report(AURORA, 59.5, 24.5, clock.epoch_ms()), epoch=2)
    async with client.ws_connect(LIVE) as socket:
        await socket.send_json(GULF)
        await tiles(socket, lambda tile: len(tile[3]))
        await publish(resources, report(NEREID, 59.6, 24.6, clock.epoch_ms()), epoch=1)
        await publish(resources, report(AURORA, 59.501, 24.5, clock.epoch_ms() + 5), epoch=2)
        last = await tiles(socket, lambda tile: len(tile[6]))
        assert not len(last[3])


@asynccontextmanager
async def by_hand(client, **options):
    """The socket as another library speaks it."""
    url = client.make_url("/vessels/live?format=json").with_scheme("ws")
    async with asyncio.timeout(60), connect(str(url), ping_interval=None, **options) as socket:
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


async def test_one_address_gets_its_share_and_no_more(client, resources):
    few = replace(
        resources.settings, vessels={"max_sockets_per_address": 2}, web={"trust_proxy": True}
    )
    object.__setattr__(resources, "settings", few)
    elsewhere = HANDSHAKE | {"X-Forwarded-For": "192.0.2.7"}
    async with by_hand(client) as one:
        await one.recv()
        async with by_hand(client) as two:
            await two.recv()
            async with client.get("/vessels/live", headers=HANDSHAKE) as refused:
                assert (refused.status, refused.headers["Retry-After"]) == (429, "30")
            async with client.get("/vessels/live", headers=elsewhere) as taken:
                assert taken.status == 101
        async with asyncio.timeout(60):  # who has gone makes room
            while client.app[HUB].by_address["127.0.0.1"] > 1:
                await asyncio.sleep(0.01)
        async with by_hand(client) as three:
            await three.recv()


@pytest.mark.parametrize(
    ("file", "mentions"),
    [
        ("docs/map-protocol.md", r"(?:protocol=|ersion,? )(\d+)"),
        ("docs/http-api.md", r"/vessels/live.*protocol=(\d+)"),
        ("static/vessels/protocol.js", r"(?:VERSION = |version )(\d+)"),
    ],
)
def test_whoever_names_the_version_names_the_one_that_is_spoken(file, mentions):
    text = (ROOT / file).read_text()
    assert {int(told) for told in re.findall(mentions, text)} == {frames.VERSION}


@pytest.mark.parametrize("asked", ["", "?protocol=2", "?protocol=3", "?format=binary"])
async def test_who_reads_another_version_is_closed_and_sent_nothing(client, asked):
    """A page of before would draw nonsense, or stand still and say "live"."""
    async with client.ws_connect(f"/vessels/live{asked}") as socket, asyncio.timeout(60):
        await socket.send_json({"viewport": [37, 23, 38, 24], "zoom": 8})
        async for message in socket:  # ticks, at most
            assert message.data[0] == frames.TICK
        assert socket.close_code == frames.OTHER_VERSION == 4426
        assert not client.app[HUB].clients


async def test_who_reads_another_version_has_the_share_of_his_address_too(client, resources):
    """Closed at once, each would make room for the next."""
    few = replace(resources.settings, vessels={"max_sockets_per_address": 1})
    object.__setattr__(resources, "settings", few)
    async with (
        client.ws_connect("/vessels/live"),
        client.get("/vessels/live", headers=HANDSHAKE) as refused,
    ):
        assert refused.status == 429


async def test_a_request_that_is_no_websocket_is_refused(client):
    async with client.get("/vessels/live") as answer:
        assert (answer.status, answer.headers["Upgrade"]) == (426, "websocket")
        assert "websocket" in (await answer.text())
    async with client.get(
        "/vessels/live", headers=HANDSHAKE | {"Sec-WebSocket-Version": "8"}
    ) as answer:
        assert answer.status == 426
    async with client.get("/healthz") as answer:
        assert answer.status == 200
