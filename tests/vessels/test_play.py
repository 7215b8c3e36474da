"""The sandbox's feed speaks the wire format: subscription, filters, refusals, demo ships, recorded
files.
"""

import asyncio
import json
from collections import Counter
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from maritime_app.ferries.demo.codec import load_world
from maritime_app.geo import distance_m
from maritime_app.sandbox.ais import server
from maritime_app.sandbox.ais.fleet import make_fleet
from maritime_app.sandbox.ais.replay import Skipped, recorded
from maritime_app.sandbox.ais.server import serve_ais
from maritime_app.vessels.ais.decode import decode
from maritime_app.vessels.model import Report
from tests.vessels.frames import DATA, NOON_MS

WORLD = [[[-90, -180], [90, 180]]]


@asynccontextmanager
async def playing(replay=None, speed=1.0):
    port, stop = asyncio.get_running_loop().create_future(), asyncio.Event()
    player = asyncio.create_task(
        serve_ais("127.0.0.1", 0, replay, speed, stop=stop, listening=port.set_result)
    )
    try:
        yield f"ws://127.0.0.1:{await port}/ais/v0/stream"
    finally:
        stop.set()
        await player


async def received(url, count, **subscription):
    """The first messages of a subscription; who leaves with more on its way is not waited for."""
    async with connect(url, close_timeout=0.1) as socket, asyncio.timeout(60):
        await socket.send(json.dumps({"APIKey": "k", "BoundingBoxes": WORLD, **subscription}))
        return [await socket.recv(decode=False) for _ in range(count)]


async def test_it_works():
    async with playing() as url:
        first, *frames = await received(url, 200)
    assert json.loads(first)["MessageType"] == "SubscriptionConfirmation"
    reports = [decode(frame, NOON_MS * 2) for frame in frames]
    assert all(isinstance(report, Report) for report in reports)
    assert {len(json.loads(frame)["MetaData"]["ShipName"]) for frame in frames} == {20}


async def test_boxes_ships_and_types_are_filtered():
    ferry = load_world().ferries[0]
    async with playing() as url:
        frames = await received(url, 3, FiltersShipMMSI=[str(ferry.mmsi)])
        static = await received(url, 20, FilterMessageTypes=["ShipStaticData"])
        boxed = await received(url, 20, BoundingBoxes=[[[60, 30], [50, 5]]])
    assert {json.loads(frame)["MetaData"]["MMSI"] for frame in frames[1:]} == {ferry.mmsi}
    assert {json.loads(frame)["MessageType"] for frame in static[1:]} == {"ShipStaticData"}
    assert all(50 <= json.loads(frame)["MetaData"]["latitude"] <= 60 for frame in boxed[1:])


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ('{"APIKey": "bad", "BoundingBoxes": []}', "Api Key Is Not Valid"),
        ("{", "Subscription Object Is Malformed"),
        ('{"BoundingBoxes": []}', "Subscription Object Is Malformed"),
        ('{"APIKey": "k", "BoundingBoxes": [[1, 2]]}', "Subscription Object Is Malformed"),
        ('{"APIKey": "k", "FilterMessageTypes": ["A", "A"]}', "Subscription Object Is Malformed"),
    ],
)
async def test_what_is_wrong_is_refused_in_the_services_words(said, error, monkeypatch):
    monkeypatch.setattr(server, "_BAD_KEY_SECONDS", 0.05)
    async with playing() as url, connect(url) as socket, asyncio.timeout(60):
        await socket.send(said)
        assert json.loads(await socket.recv()) == {"error": error}
        with pytest.raises(ConnectionClosed):
            await socket.recv()


async def test_who_does_not_subscribe_is_closed(monkeypatch):
    monkeypatch.setattr(server, "_SUBSCRIBE_SECONDS", 0.1)
    async with playing() as url, connect(url) as socket, asyncio.timeout(60):
        with pytest.raises(ConnectionClosed):
            await socket.recv()


async def test_recorded_frames_come_with_times_of_now():
    async with playing(DATA / "frames.jsonl.gz", 1000.0) as url:
        before = datetime.now(UTC) - timedelta(seconds=5)
        frames = (await received(url, 546))[1:]
    times = {json.loads(frame)["MetaData"]["time_utc"][:10] for frame in frames}
    assert times <= {f"{before:%Y-%m-%d}", f"{datetime.now(UTC):%Y-%m-%d}"}


def test_a_table_of_reports_becomes_messages_in_the_order_of_time():
    skipped = Skipped()
    messages = list(recorded(DATA / "marinecadastre.csv", skipped))
    times = [replayed.at_ms for replayed in messages]
    kinds = Counter(replayed.message.message_type for replayed in messages)
    assert times == sorted(times)
    assert skipped.lines == 0
    assert kinds["PositionReport"] + kinds["StandardClassBPositionReport"] == 399


def test_a_recording_that_a_spreadsheet_saved_is_read(tmp_path):
    plain = DATA / "marinecadastre.csv"
    marked = tmp_path / "marked.csv"
    marked.write_bytes(b"\xef\xbb\xbf" + plain.read_bytes())
    assert list(recorded(marked, Skipped())) == list(recorded(plain, Skipped())) != []


def test_a_ferry_keeps_to_its_timetable():
    at = datetime(2026, 11, 22, 0, tzinfo=UTC)
    for ferry in make_fleet(7)[: len(load_world().ferries)]:
        before = ferry.motion(at)
        for minute in range(1, 24 * 60, 7):
            after = ferry.motion(at + timedelta(minutes=minute))
            sailed = distance_m(before.lat, before.lon, after.lat, after.lon)
            assert sailed < 45 * 1852 / 60 * 7 + 1
            assert after.status in (0, 5)
            assert after.status == 0 or after.sog_knots == 0
            before = after
