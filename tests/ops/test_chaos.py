"""A line that falls silent, and a balancer that leaves out who is not ready."""

import asyncio
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bench.chaos.api import was_taken
from bench.chaos.lines import Balancer, Line
from bench.chaos.places import Places
from maritime_app.infra.embedded.free_port import free_port
from maritime_app.infra.processes.listening import listening

NOBODY: Any = None


@pytest.fixture
async def echo():
    """The port of a server that says back what it hears."""

    async def answer(reader, writer):
        while data := await reader.read(100):
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def test_it_works(echo):
    line = Line(lambda: [echo])
    async with line.listening():
        reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
        writer.write(b"before")
        assert await said(reader, 6) == b"before"

        line.fall_silent()
        writer.write(b"meanwhile")
        assert await silent(reader)

        line.recover()
        writer.write(b"after")
        assert await silent(reader)  # a line that fell silent stays so
        fresh, other = await asyncio.open_connection("127.0.0.1", line.port)
        other.write(b"again")
        assert await said(fresh, 5) == b"again"
        writer.close()
        other.close()


async def test_the_end_of_one_side_is_the_end_of_the_other(echo):
    line = Line(lambda: [echo])
    async with line.listening():
        reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
        writer.write(b"last words")
        assert await said(reader, 10) == b"last words"
        writer.write_eof()
        async with asyncio.timeout(60):
            assert await reader.read() == b""
        writer.close()


async def test_who_is_not_ready_gets_no_connection():
    asked = {"one": 0, "two": 0}

    def app(name, status):
        async def ready(_request):
            return web.Response(status=status)

        async def page(_request):
            asked[name] += 1
            return web.Response()

        made = web.Application()
        made.router.add_get("/readyz", ready)
        made.router.add_get("/", page)
        return made

    async with (
        listening(app("one", 200), "127.0.0.1", 0, setting="PORT") as one,
        listening(app("two", 503), "127.0.0.1", 0, setting="PORT") as two,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as http,
    ):
        balancer = Balancer(http, [int(url.rpartition(":")[2]) for url in (one, two)])
        async with balancer.listening(), asyncio.timeout(60):
            while not asked["one"] or asked["two"]:
                # What went to the second before it was asked whether it is ready does not count.
                asked |= {"one": 0, "two": 0}
                for _ in range(4):
                    await (await http.get(balancer.url)).read()

    assert asked == {"one": 4, "two": 0}


async def test_nobody_has_lost_what_nobody_has_taken():
    """All processes are away for a moment: a client of the balancer stands in line."""
    port = free_port()

    async def page(_request):
        return web.Response(text="here")

    app = web.Application()
    app.router.add_get("/", page)
    async with aiohttp.ClientSession() as http:
        balancer = Balancer(http, [port])
        async with balancer.listening(), asyncio.timeout(60):
            asking = asyncio.create_task(http.get(balancer.url))
            done, _ = await asyncio.wait([asking], timeout=0.5)
            assert not done
            async with listening(app, "127.0.0.1", port, setting="PORT"):
                assert await (await asking).text() == "here"


@pytest.mark.pure
def test_an_answer_that_was_true_too_long_ago_is_stale():
    nobody: Any = None
    places = Places(nobody, nobody, "")
    places.truth = [(float(second), 10 - second // 10) for second in range(60)]

    places._judge("web", 8, 24.0, 24.1)  # it is 8 from the 20th second on
    places._judge("web", 9, 24.0, 24.1)  # and was 9 within the bound
    assert places.stale == []
    places._judge("web", 9, 28.0, 28.1)  # not within 6.5 seconds
    places._judge("web", 3, 24.0, 24.1)
    places._judge("web", 3, 80.0, 80.1)  # nobody knows
    places.truth = [sample for sample in places.truth if not 30 < sample[0] < 38]
    places._judge("web", 3, 38.5, 38.6)  # nor then: the database was not read before it

    assert len(places.stale) == 2
    assert places.judged == 4


def test_a_count_that_stood_between_two_looks_is_true():
    nobody: Any = None
    places = Places(nobody, nobody, "")
    places.truth = [(float(second), 10) for second in range(60)]
    places.changes = [(23.4, 9), (23.5, 10)]

    places._judge("web", 9, 24.0, 24.1)
    assert places.stale == []
    places._judge("web", 9, 34.0, 34.1)
    assert len(places.stale) == 1


@pytest.mark.parametrize(
    ("error", "taken"),
    [
        (aiohttp.ServerDisconnectedError(), True),
        (aiohttp.ClientOSError(104, "Connection reset by peer"), True),
        (aiohttp.ClientConnectionResetError("Cannot write to closing transport"), True),
        (aiohttp.ClientConnectorError(NOBODY, OSError(111)), False),
        (TimeoutError(), False),
    ],
)
def test_a_reset_loses_a_request_as_a_close_does(error, taken):
    """Whoever is refused knows that nobody has taken it."""
    assert was_taken(error) is taken


async def said(reader, count):
    """So many bytes, as soon as they are there."""
    async with asyncio.timeout(60):
        return await reader.readexactly(count)


async def silent(reader):
    """Nothing has come, though the loop has turned for a while."""
    for _ in range(50):
        await asyncio.sleep(0)
    try:
        async with asyncio.timeout(0.05):
            return not await reader.read(1)
    except TimeoutError:
        return True
