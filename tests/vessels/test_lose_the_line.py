"""Why a connection to the feed is over: what is said of it, and how long we stay away."""

import asyncio
import json
from contextlib import asynccontextmanager
from http import HTTPStatus

import pytest
from websockets.asyncio.server import serve
from websockets.datastructures import Headers
from websockets.http11 import Response

from maritime_app import clock
from maritime_app.settings.outside import AisStream
from maritime_app.vessels import consumer
from maritime_app.vessels.feed import aisstream
from maritime_app.vessels.feed.merged import MergedFeed
from maritime_app.vessels.model import FeedState, Source
from tests.vessels.feeding import feed
from tests.vessels.frames import AURORA, position

KEY = "0123456789abcdef"


def an_intake(silent_after_seconds=60.0):
    return MergedFeed(silent_after_seconds).intake("aisstream", Source.AISSTREAM)


def subscribing_to(url):
    world = ((-90.0, -180.0), (90.0, 180.0))
    return AisStream(url=url, api_key=KEY, boxes=(world,))


async def end_of(url, intake=None):
    """How one connection ends."""
    config = subscribing_to(url)
    async with asyncio.timeout(60):
        with pytest.raises(aisstream.Ended) as caught:
            await aisstream.follow(config, intake or an_intake(), asyncio.Event())
    return caught.value


async def end_after(*bodies, code=None, reason=""):
    """How a connection ends whose server sends this and closes it (or waits, without a code)."""

    async def talk(connection):
        for body in bodies:
            await connection.send(body)
        if code is not None:
            await connection.close(code, reason)

    async with feed(talk) as url:
        return await end_of(url)


@asynccontextmanager
async def answering(status, **headers):
    """A server that answers the handshake so; its address."""

    async def answer(_connection, _request):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return Response(status, "no", Headers({"Content-Length": "0", **named}), b"")

    async def nothing(connection):
        await connection.wait_closed()

    async with serve(nothing, "127.0.0.1", 0, process_request=answer) as server:
        yield f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/"


async def test_it_works():
    ended = await end_after(code=1011, reason="out of order")
    assert ended.state is FeedState.CONNECTING
    assert ended.reason == "the server closed the connection (code 1011: out of order)"
    assert ended.pause_seconds == 0


@pytest.mark.parametrize(
    ("error", "state"),
    [
        ("Api Key Is Not Valid", FeedState.BAD_KEY),
        ({"code": 401, "message": "Api Key Is Not Valid"}, FeedState.BAD_KEY),
        ("Not authorised", FeedState.BAD_KEY),
        ("concurrent connections per user exceeded", FeedState.REFUSED),
        ("concurrent connections per API key exceeded", FeedState.REFUSED),
        ("Rate limit of this key exceeded", FeedState.REFUSED),
        ("Subscription Object Is Malformed", FeedState.REFUSED),
        (["unavailable"], FeedState.REFUSED),
        (503, FeedState.REFUSED),
    ],
)
async def test_a_limit_of_a_key_is_no_bad_key_whatever_the_form_of_the_error(error, state):
    ended = await end_after(json.dumps({"error": error}))
    assert ended.state is state
    assert ended.pause_seconds >= 60


async def test_our_key_is_never_said_back():
    for words in (f"nobody is called {KEY}", "x" * 95 + KEY):
        ended = await end_after(json.dumps({"error": words}))
        assert ended.state is FeedState.REFUSED
        assert KEY[:5] not in ended.reason


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("Api Key Is Not Valid", FeedState.BAD_KEY),
        ("concurrent connections per user exceeded", FeedState.REFUSED),
        ("client too slow", FeedState.CONNECTING),
    ],
)
async def test_a_server_may_say_it_with_the_close(reason, state):
    assert (await end_after(code=1008, reason=reason)).state is state


async def test_what_we_close_is_not_said_of_the_server():
    ended = await end_after("x" * 1_100_000)
    assert ended.reason == "the server sent a message of more than a megabyte"


@pytest.mark.parametrize("status", [HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE])
async def test_who_says_when_to_come_again_is_left_alone_until_then(status):
    async with answering(status, Retry_After="120") as url:
        assert (await end_of(url)).pause_seconds == 120


@pytest.mark.parametrize(
    "location", ["http://127.0.0.1:1/login", "mailto:ada@example.org", "ws://127.0.0.1:99999/"]
)
async def test_being_sent_where_no_feed_can_be_is_no_connection(location):
    async with answering(HTTPStatus.FOUND, Location=location) as url:
        ended = await end_of(url)
    assert ended.reason.startswith("no connection (")


async def test_positions_of_yesterday_make_no_feed_live():
    async def replay(connection):
        for number in range(30):
            at_ms = clock.epoch_ms() - 86_400_000 + number
            await connection.send(position(AURORA, 59.5, 24.5 + number / 1e6, at_ms))

    intake = an_intake(silent_after_seconds=0.5)
    async with feed(replay) as url:
        await end_of(url, intake)
    assert intake.outcomes == {"stored": 30}
    assert intake.last_position_ms is None
    assert intake.state is FeedState.UNUSABLE
    assert "old" in intake.reason


async def test_who_speaks_and_hangs_up_at_once_is_not_well(monkeypatch):
    well = []

    async def speak(connection):
        await connection.send(position(AURORA, 59.5, 24.5, clock.epoch_ms()))
        await connection.close(1011)

    async def connect(steady_seconds):
        monkeypatch.setattr(consumer, "_STEADY_SECONDS", steady_seconds)
        intake = an_intake()

        async def follow(over):
            await aisstream.follow(subscribing_to(url), intake, over)

        over = asyncio.Event()
        await consumer._connection(follow, intake, over, lambda: well.append(steady_seconds))

    async with feed(speak) as url:
        await connect(3_600.0)
        await connect(0.0)
    assert well == [0.0]
